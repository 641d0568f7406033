"""Reads the file `series`: the steps of the overlay and the files each of them takes."""

import copy
import os
import re
import subprocess

from errors import OverlayError

# What of the repository is not overlay. Files at the top level never are.
NOT_OVERLAY = ("LICENSES/", "build/", "tools/overlay/")

# What may stand behind the name of a step
MARKS = ("harness", "apart")

PATCH_NAME = re.compile(r"^(?P<file>.+?)(?:\.(?P<topic>[a-z0-9-]+))?\.(?P<kind>cocci|append|insert|comments)$")


class OverlayFile:
    """One file of a step: what it is (new, cocci, append, insert, comments), and the kernel files it may be for."""

    def __init__(self, overlay, path, condition):
        self.path = path
        self.condition = condition
        self.source = os.path.join(overlay, path)
        match = PATCH_NAME.match(path)
        if not match:
            self.kind = "new"
            self.targets = [path]
            return
        self.kind = match["kind"]
        # "drm-mm.rst.insert" is for drm-mm.rst, "Kconfig.fakehw.insert" for Kconfig: only the tree can tell.
        self.targets = [path[: -len("." + self.kind)]]
        if match["topic"]:
            self.targets.append(match["file"])

    def read(self):
        with open(self.source, "rb") as file:
            return file.read()


class Feature:
    """What some kernels have and others do not: a file, or a text in it. Never a version number."""

    def __init__(self, name, path, text, line):
        self.name = name
        self.path = path
        self.text = text
        self.line = line

    def is_in(self, read_original):
        """read_original(path) gives (content, mode) of the kernel's own file, or None."""
        original = read_original(self.path)
        return original is not None and self.text.encode() in original[0]


class Condition:
    """When a step or a file is for a kernel: always, "if FEATURE" or "unless FEATURE"."""

    def __init__(self, words, features, where):
        self.feature = None
        if not words:
            return
        if len(words) != 2 or words[0] not in ("if", "unless"):
            raise OverlayError(f"{where}: not understood: {' '.join(words)}", "a condition is 'if FEATURE' or 'unless FEATURE'")
        if words[1] not in features:
            raise OverlayError(f"{where}: no line 'feature {words[1]} ...' is above")
        self.feature = words[1]
        self.wanted = words[0] == "if"

    def holds(self, present):
        """present: names of the features that the kernel has."""
        return not self.feature or (self.feature in present) == self.wanted


class Step:
    def __init__(self, name, marks, condition, line):
        self.name = name
        self.harness = "harness" in marks
        self.apart = "apart" in marks
        self.condition = condition
        self.line = line
        self.message = None
        self.files = []


class Series:
    def __init__(self):
        self.features = {}
        self.steps = []

    def present(self, read_original):
        """Names of the features that a kernel has."""
        return {name for name, feature in self.features.items() if feature.is_in(read_original)}

    def steps_for(self, present):
        """The steps, and of them the files, that are for a kernel with these features."""
        chosen = []
        for step in self.steps:
            files = [file for file in step.files if file.condition.holds(present)]
            if files and step.condition.holds(present):
                chosen.append(copy.copy(step))
                chosen[-1].files = files
        return chosen


def read_series(overlay):
    """Returns the series; raises OverlayError for anything that is wrong with it."""
    path = os.path.join(overlay, "series")
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise OverlayError(f"no series file in {overlay}: {error.strerror}") from None

    series, seen, used = Series(), {}, set()
    steps, features = series.steps, series.features
    for number, line in enumerate(lines, 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        where = f"series:{number}"
        keyword, values = words[0], words[1:]
        if keyword == "feature":
            if len(values) < 2:
                raise OverlayError(f"{where}: a feature line is 'feature NAME PATH' or 'feature NAME PATH TEXT'")
            if values[0] in features:
                raise OverlayError(f"{where}: feature {values[0]} is there twice, first in line {features[values[0]].line}")
            text = line.split(None, 3)[3].strip() if len(values) > 2 else ""
            features[values[0]] = Feature(values[0], values[1], text, number)
            continue
        if keyword == "step":
            marks = [value for value in values[1:3] if value in MARKS]
            if not values or values[0] in MARKS:
                raise OverlayError(f"{where}: a step line is 'step NAME' and perhaps 'harness' or 'apart', and a condition")
            if steps and steps[-1].apart and "apart" not in marks:
                raise OverlayError(f"{where}: step {values[0]} is not 'apart', but the one before it is", "they come last")
            condition = Condition(values[1 + len(marks) :], features, where)
            used.add(condition.feature)
            steps.append(Step(values[0], marks, condition, number))
            continue
        if keyword not in ("message", "file") or not values or (keyword == "message" and len(values) != 1):
            raise OverlayError(f"{where}: not understood: {line.strip()}", "lines are 'feature', 'step', 'message' or 'file'")
        if not steps:
            raise OverlayError(f"{where}: '{keyword}' before the first step")
        if not os.path.isfile(os.path.join(overlay, values[0])):
            raise OverlayError(f"{where}: there is no file {values[0]}", "create it, or take the line out")
        if keyword == "message":
            steps[-1].message = values[0]
            continue
        if values[0] in seen:
            raise OverlayError(f"{where}: {values[0]} is taken twice, first in line {seen[values[0]]}")
        seen[values[0]] = number
        condition = Condition(values[1:], features, where)
        used.add(condition.feature)
        steps[-1].files.append(OverlayFile(overlay, values[0], condition))

    names = [step.name for step in steps]
    for step in steps:
        if names.count(step.name) > 1:
            raise OverlayError(f"series: two steps are named {step.name}")
        if not step.files:
            raise OverlayError(f"series:{step.line}: step {step.name} takes no file")
        if not step.message:
            raise OverlayError(f"series:{step.line}: step {step.name} has no message", "add a line 'message FILE'")
    for feature in features.values():
        if feature.name not in used:
            raise OverlayError(f"series:{feature.line}: no condition asks for the feature {feature.name}", "take it out")
    forgotten = sorted(overlay_files(overlay) - set(seen))
    if forgotten:
        raise OverlayError("series: no step takes " + " ".join(forgotten), "add it to a step, or delete it")
    return series


def overlay_files(overlay):
    """All files of the repository that belong to the overlay (in a git repository: those git knows)."""
    if os.path.exists(os.path.join(overlay, ".git")):
        listing = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", overlay, "ls-files", "-z"], stdout=subprocess.PIPE, check=True
        ).stdout.decode()
        paths = [path for path in listing.split("\0") if os.path.isfile(os.path.join(overlay, path))]
    else:
        paths = [
            os.path.relpath(os.path.join(directory, name), overlay)
            for directory, _, names in os.walk(overlay)
            for name in names
        ]
    return {
        path
        for path in paths
        if "/" in path and not path.startswith(".") and not path.startswith(NOT_OVERLAY) and not path.endswith("~")
    }
