"""Reads from their sources which KUnit tests there are."""

import collections
import glob
import os
import re

from errors import OverlayError

SOURCES = "drivers/gpu/drm/tests/*_test.c"

# In the order of Documentation/gpu/drm-sched-device-tests.rst
SUITES = (
    *("drm_sched_device_run", "drm_sched_device_queue", "drm_sched_device_life", "drm_sched_device_fini"),
    *("drm_sched_device_call", "drm_sched_device_tdr", "drm_sched_device_wait", "drm_sched_device_race"),
    *("drm_sched_defects", "drm_unplug_debug", "drm_unplug_wrong"),
)

CASES = re.compile(r"struct kunit_case (\w+)\[\] = \{(.*?)\n\};", re.DOTALL)
SUITE = re.compile(r"struct kunit_suite \w+ = \{(.*?)\n\};", re.DOTALL)
FIELD = re.compile(r"\.(name|test_cases) = \"?(\w+)\"?")


def read_tests(top):
    """Returns {test: suite} of all tests, in the order of SUITES."""
    tests = {}
    for path in glob.glob(os.path.join(top, SOURCES)):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        cases = dict(CASES.findall(text))
        for fields in map(dict, map(FIELD.findall, SUITE.findall(text))):
            tests[fields["name"]] = re.findall(r"KUNIT_CASE\w*\((\w+)", cases[fields["test_cases"]])
    if set(tests) != set(SUITES):
        raise OverlayError(
            f"these suites are either in {SOURCES} or in SUITES: {' '.join(set(tests) ^ set(SUITES))}",
            "tools/overlay/lib/suites.py names all of them",
        )
    return collections.OrderedDict((test, suite) for suite in SUITES for test in tests[suite])
