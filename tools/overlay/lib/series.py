"""Reads the file `series`: the steps of the overlay and the files each of them takes."""

import os
import re
import subprocess

from errors import OverlayError

# What of the repository is not overlay. Files at the top level never are.
NOT_OVERLAY = ("LICENSES/", "build/", "tools/overlay/")

PATCH_NAME = re.compile(r"^(?P<file>.+?)(?:\.(?P<topic>[a-z0-9-]+))?\.(?P<kind>cocci|append|insert)$")


class OverlayFile:
    """One file of a step: what it is (new, cocci, append, insert), and the kernel files it may be for."""

    def __init__(self, overlay, path):
        self.path = path
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


class Step:
    def __init__(self, name, marks, line):
        self.name = name
        self.harness = "harness" in marks
        self.apart = "apart" in marks
        self.line = line
        self.message = None
        self.files = []


def read_series(overlay):
    """Returns the steps; raises OverlayError for anything that is wrong with them."""
    path = os.path.join(overlay, "series")
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise OverlayError(f"no series file in {overlay}: {error.strerror}") from None

    steps, seen = [], {}
    for number, line in enumerate(lines, 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        where = f"series:{number}"
        keyword, values = words[0], words[1:]
        if keyword == "step":
            if not values or not set(values[1:]) <= {"harness", "apart"}:
                raise OverlayError(f"{where}: a step line is 'step NAME' and perhaps 'harness' or 'apart'")
            if steps and steps[-1].apart and "apart" not in values[1:]:
                raise OverlayError(f"{where}: step {values[0]} is not 'apart', but the one before it is", "they come last")
            steps.append(Step(values[0], values[1:], number))
            continue
        if keyword not in ("message", "file") or len(values) != 1:
            raise OverlayError(f"{where}: not understood: {line.strip()}", "lines are 'step', 'message' or 'file'")
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
        steps[-1].files.append(OverlayFile(overlay, values[0]))

    names = [step.name for step in steps]
    for step in steps:
        if names.count(step.name) > 1:
            raise OverlayError(f"series: two steps are named {step.name}")
        if not step.files:
            raise OverlayError(f"series:{step.line}: step {step.name} takes no file")
        if not step.message:
            raise OverlayError(f"series:{step.line}: step {step.name} has no message", "add a line 'message FILE'")
    forgotten = sorted(overlay_files(overlay) - set(seen))
    if forgotten:
        raise OverlayError("series: no step takes " + " ".join(forgotten), "add it to a step, or delete it")
    return steps


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
