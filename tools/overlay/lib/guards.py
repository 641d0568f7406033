"""What each test guards, as Documentation/gpu/drm-sched-device-tests.rst includes it."""

import os
import re
import textwrap

from paths import TOP
from suites import SUITES, read_tests

GUARDS = "Documentation/gpu/drm-sched-device-tests.txt"


def guards(mutants, exempts):
    """The text: suites, below each its tests, below each what it fails without."""
    tests = read_tests(TOP)
    lines = [".. SPDX-License-Identifier: GPL-2.0"]
    for suite in SUITES:
        lines += ["", suite, "-" * len(suite)]
        for test in (test for test in tests if tests[test] == suite):
            lines += ["", test]
            for mutant in mutants:
                if test in mutant.kills:
                    lines += wrap(mutant.without)
            for exempt in exempts:
                if exempt.test == test:
                    lines += wrap("Nothing: " + exempt.why)
    return "\n".join(lines) + "\n"


def wrap(text):
    return textwrap.wrap(
        text, 98, initial_indent="    * ", subsequent_indent=" " * 6, break_long_words=False, break_on_hyphens=False
    )


def write_guards(path, mutants, exempts):
    with open(path, "w", encoding="utf-8") as file:
        file.write(guards(mutants, exempts))


def guards_trouble(mutants, exempts):
    """Why the documentation is not in step, "" if it is."""
    with open(os.path.join(TOP, GUARDS), encoding="utf-8") as file:
        there = file.read()
    wanted = guards(mutants, exempts)
    if there == wanted:
        return ""
    missing = pairs(wanted) - pairs(there)
    superfluous = pairs(there) - pairs(wanted)
    parts = [f"{GUARDS} is not what mutants.d says: run make mutants TABLE={GUARDS}"]
    for what, found in (("missing", missing), ("too many", superfluous)):
        if found:
            parts.append(f"{len(found)} {what}, such as '{': '.join(min(found))}'")
    return "; ".join(parts)


def pairs(text):
    """{(test, what it guards)} of such a text"""
    found = set()
    for block in text.split("\n\n"):
        test, *items = re.split(r"\n {4}\* ", block)
        found |= {(test, " ".join(item.split())) for item in items}
    return found
