"""What the test programs do with a bed: build it, run KUnit suites on it, run unplug scenarios on it."""

import collections
import contextlib
import json
import os
import re
import subprocess
import tempfile

from boot import boot, limit_of, machine
from errors import OverlayError
from kernel import Kernel, driver_directory
from paths import TOOLS, TOP
from races import sort_reports
from reports import count, find_reports
from tree import ROOM

# Without this the unmodified etnaviv dies of the unbind as such, before anybody can be seen to wait. It makes the driver
# allocate what its unbind frees in any case.
BASELINE_OPTIONS = {"etnaviv": ["etnaviv.force_flop_reset=1"]}

# No drm_dev_enter() section of these drivers waits for a fence. Lockdep reports one that does.
OVERLAY_OPTIONS = {"ethosu": ["drm.unplug_first=ethosu"], "rocket": ["drm.unplug_first=rocket"]}

# The device has one core unless a scenario is about several.
SCENARIO_OPTIONS = {"cores": ["fakehw_rocket.cores=3"]}

# In which order entities run their jobs, by number, as gpu_sched.sched_policy takes them
POLICIES = ("round robin", "FIFO", "fair")
DEFAULT_POLICY = "FIFO"

CLIENT = os.path.join(TOP, "tools/testing/selftests/drm_unplug")

# The KUnit suites of ours, as (title, glob), but for drm_unplug_wrong, whose tests make the kernel complain
SUITES = (("kunit", "drm_sched_de*"), ("unplug", "drm_unplug_debug"))

# For each driver with emulated hardware, what is done to it: see drm_unplug -h
ALL = (
    *("smoke", "hang", "chain", "surprise", "orderly", "idle", "rebind", "close_race", "late_irq", "shared_irq"),
    *("instrument", "tdr", "surprise_tdr", "gone", "late_ioctls", "submitters"),
)
SCENARIOS = {
    # ethosu does not share its interrupt: nobody else has its handler called.
    "ethosu": tuple(name for name in ALL if name != "shared_irq"),
    "etnaviv": (*ALL, "parts"),
    "lima": ALL,
    "panfrost": (*ALL, "stuck"),
    # rocket counts no events.
    "rocket": (*(name for name in ALL if name != "instrument"), "cores"),
    "v3d": ALL,
}

# end: "" or why the kernel had to be stopped; lines: the scenario's "@ " lines as dictionaries
# races: reports of KCSAN that are not about anything of the overlay; all others are in reports
Run = collections.namedtuple("Run", "end seconds log reports lines races")


class Bed(Kernel):
    def __init__(self, name, baseline=False, mutant=None, messages=None):
        """Builds the bed's kernel if that is not done already.

        mutant: directory of a changed overlay to use; messages: file for what the build says, the terminal if none.
        """
        self.name = name
        self.baseline = baseline
        command = [os.path.join(TOOLS, "build"), name]
        command += ["--baseline"] if baseline else ["--mutant", mutant] if mutant else []
        with open(messages, "w", encoding="utf-8") if messages else contextlib.nullcontext() as file:
            result = subprocess.run(command, stdout=subprocess.PIPE, stderr=file, universal_newlines=True)
        if result.returncode != 0:
            where = "in " + messages if messages else "above"
            raise OverlayError(f"the kernel of bed {name} could not be built", f"see the messages {where}")
        self.kernel = result.stdout.strip()
        self.out = os.path.dirname(self.kernel)
        self.tree = os.path.dirname(self.out)

    def version(self):
        """The kernel's, as it says itself"""
        command = ["make", "-s", "-C", self.tree, "kernelversion"]
        return subprocess.run(command, stdout=subprocess.PIPE, universal_newlines=True).stdout.strip()

    def has(self, symbol):
        """Is CONFIG_@symbol set?"""
        with open(os.path.join(self.out, ".config"), encoding="utf-8") as file:
            return f"CONFIG_{symbol}=y\n" in file

    def has_policy(self, policy):
        number = rf"^#define DRM_SCHED_POLICY_\w+\s+{POLICIES.index(policy)}$"
        for path in ("drivers/gpu/drm/scheduler/sched_internal.h", "include/drm/gpu_scheduler.h"):
            with open(os.path.join(self.tree, path), encoding="utf-8") as file:
                if re.search(number, file.read(), re.MULTILINE):
                    return True
        return False

    def converts(self, driver):
        with open(os.path.join(self.tree, ROOM, "state.json"), encoding="utf-8") as file:
            return any(path.startswith(driver_directory(driver) + "/") for path in json.load(file)["files"])

    def run(self, name, options, real_time=False, limit=None, stop=None, under=()):
        log = os.path.join(self.out, "logs", name + ".log")
        end, seconds = boot(self.kernel, self.name, log, options, limit or limit_of(self.name), stop, real_time, under)
        with open(log, encoding="utf-8", errors="replace") as file:
            text = file.read()
        reports, races = find_reports(text), []
        if count(reports, "KCSAN"):
            reports, races = sort_reports(reports, self.tree, self.out)
        return Run(end, seconds, log, reports, parse_lines(text), races)

    def initrd(self):
        initrd = os.path.join(self.out, "initramfs.cpio")
        if subprocess.run([os.path.join(TOOLS, "initramfs"), self.tree, initrd]).returncode != 0:
            raise OverlayError("the guest's file system could not be made", "see the messages above")
        return initrd

    def scenario(self, name, driver, real_time=False):
        """real_time: bed tt simulates time, in which code takes none; durations are worth showing only without."""
        return self.run(f"scenario-{driver}-{name}", scenario_options(self, name, driver), real_time)

    def kunit(self, name, options):
        """Returns the run and [(test, passed)]."""
        run = self.run("kunit-" + name, ["kunit_shutdown=" + machine(self.name).SHUTDOWN, *options])
        return run, self.kunit_results(run.log)

    def kunit_results(self, log):
        parser = os.path.join(self.tree, "tools/testing/kunit/kunit.py")
        with tempfile.TemporaryDirectory() as directory:
            results = os.path.join(directory, "results.json")
            # Its exit status is that of the tests.
            subprocess.run(
                ["/usr/bin/python3", "-B", parser, "parse", "--json=" + results, log],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                with open(results, encoding="utf-8") as file:
                    return list(flatten(json.load(file), []))
            except (OSError, ValueError):
                return []


def scenarios():
    """{name: what it is} of all that the client knows. Not each is for each driver."""
    with open(os.path.join(CLIENT, "scenario.c"), encoding="utf-8") as file:
        return dict(re.findall(r'^\t\{ "(\w+)", scenario_\w+, "(.*)" \},$', file.read(), re.MULTILINE))


def scenario_options(bed, name, driver):
    """The kernel command line for one scenario, or several with commas."""
    device = f"fakehw_{driver}.enable=1"
    options = ["initrd=" + bed.initrd(), "kunit.enable=0", device, "driver=" + driver, "scenario=" + name]
    options += SCENARIO_OPTIONS.get(name, [])
    return options + (BASELINE_OPTIONS if bed.baseline else OVERLAY_OPTIONS).get(driver, [])


def policy_option(policy):
    return f"gpu_sched.sched_policy={POLICIES.index(policy)}"


def run_trouble(run):
    """What is wrong with a boot as a whole, "" if nothing."""
    if run.end:
        return f"the kernel had to be stopped: {run.end}; log: {run.log}"
    if run.reports:
        return f"{len(run.reports)} kernel reports, the first: {run.reports[0].line}; log: {run.log}"
    return ""


def scenario_trouble(run):
    """What is wrong with a scenario, "" if nothing."""
    verdict = next((line for line in run.lines if line[""] == "verdict"), None)
    if run_trouble(run):
        return run_trouble(run)
    if not verdict:
        return f"the guest printed no verdict; log: {run.log}"
    if verdict["verdict"] != "pass":
        return f"{verdict.get('reason', 'no reason given')}; log: {run.log}"
    return ""


def scenario_troubles(run, names):
    """What is wrong with each of several scenarios of one boot, by their verdicts."""
    verdicts, current = {}, ""
    for line in run.lines:
        if line[""] == "scenario":
            current = line["scenario"]
        elif line[""] == "verdict":
            # Behind the last one: of the client as a whole
            verdicts[current or "client"] = "" if line["verdict"] == "pass" else line.get("reason", "no reason given")
            current = ""
    reasons = [(name, verdicts.pop(name, "no verdict")) for name in names] + list(verdicts.items())
    return [f"{name}: {reason}" for name, reason in reasons if reason]


def known_failures():
    """The kernel's own tests that may fail."""
    with open(os.path.join(TOOLS, "known-failures"), encoding="utf-8") as file:
        return [line.strip() for line in file if not line.startswith("#")]


def flatten(group, path):
    for case in group["test_cases"]:
        yield "/".join([*path, case["name"]]), case["status"] in ("PASS", "SKIP")
    for child in group["sub_groups"]:
        yield from flatten(child, [*path, child["name"] or "?"])
    if path and not group["test_cases"] and not group["sub_groups"]:
        yield "/".join(path), False


def parse_lines(text):
    """The lines '@ key=value key=value' of the guest, each as a dictionary; "" is the key of its first word."""
    lines = []
    for match in re.finditer(r"^@ (.*?)\r?$", text, re.MULTILINE):
        pairs = [word.partition("=") for word in match[1].split()]
        if pairs:
            lines.append({"": pairs[0][0], **{key: value for key, _, value in pairs}})
    return lines
