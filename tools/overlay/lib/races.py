"""Which reports of KCSAN are about what the overlay brings or changes."""

import json
import os
import re
import subprocess

from errors import OverlayError
from paths import TOOLS
from tree import ROOM

FRAME = re.compile(r"^ *([\w.]+)\+0x[0-9a-f]+/0x")
STACK = re.compile(r"^(?:read|write)\b.* by ")
# What is below was interrupted, and has nothing to do with it.
INTERRUPT = re.compile(r"^ *asm_sysvec_")
KNOWN = os.path.join(TOOLS, "known-races")
INSIDE = "inside of "
TITLE = re.compile(r"data-race in (.*?)\s*$")


def functions(tree, out):
    """The functions of all files that the overlay has brought or changed in @tree, as compiled in @out."""
    with open(os.path.join(tree, ROOM, "state.json"), encoding="utf-8") as file:
        sources = [path for path in json.load(file)["files"] if path.endswith(".c")]
    objects = [path for path in (os.path.join(out, source[:-2] + ".o") for source in sources) if os.path.exists(path)]
    return defined(objects)


def defined(objects):
    """The functions in @objects"""
    result = subprocess.run(["nm", "--defined-only", *objects], stdout=subprocess.PIPE, universal_newlines=True)
    if result.returncode != 0:
        raise OverlayError(f"nm could not read {' '.join(objects)}")
    return set(re.findall(r"^[0-9a-f]+ [Tt] (\S+)$", result.stdout, re.MULTILINE))


def known(out):
    """Tests of a title, for races that somebody has looked at, see the file"""
    with open(KNOWN, encoding="utf-8") as file:
        entries = [line.partition(" -- ")[0].strip() for line in file if line.strip() and not line.startswith("#")]
    return [both_in(os.path.join(out, entry[len(INSIDE):])) if entry.startswith(INSIDE) else re.compile(entry).search for entry in entries]


def both_in(path):
    names = defined([path])

    def inside(title):
        found = TITLE.search(title)
        return bool(found) and names.issuperset(found[1].split(" / "))

    return inside


def racing_functions(lines):
    """The functions on both stacks of a report, down to an interrupt"""
    found, interrupted = set(), False
    for line in lines:
        if STACK.search(line):
            interrupted = False
        elif INTERRUPT.search(line):
            interrupted = True
        frame = FRAME.match(line)
        if frame and not interrupted:
            found.add(frame[1])
    return found


def sort_reports(reports, tree, out):
    """Splits @reports into those that count and those of KCSAN that do not.

    A race counts if a function that the overlay has brought or changed in @tree is on either stack, and the race is not known.
    """
    counted, others = [], []
    own, tests = functions(tree, out), known(out)
    for report in reports:
        counts = report.kind != "KCSAN" or (racing_functions(report.lines) & own and not any(test(report.line) for test in tests))
        (counted if counts else others).append(report)
    return counted, others
