"""Compiles parts of a kernel tree for one machine, with one compiler, with W=1."""

import collections
import fcntl
import os
import re
import subprocess

from compilers import make_options
from errors import OverlayError
from paths import TOOLS
from tree import Tree

# W=1 checks the comments as well, which takes as long as compiling; tools/overlay/style does it.
NO_KERNEL_DOC = "KERNELDOC=-c pass"

# lines: warnings and errors; objects: what was compiled; status: that of make
Result = collections.namedtuple("Result", "lines objects status")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8", errors="replace") as file:
        return file.read()


def need(*packages):
    if subprocess.run([os.path.join(TOOLS, "need"), *packages]).returncode != 0:
        raise OverlayError("Debian packages are missing", "see above")


class OverlayTree:
    """A kernel tree with the overlay, or with its test equipment only."""

    def __init__(self, baseline=False):
        command = [os.path.join(TOOLS, "build"), "tree"] + (["--baseline"] if baseline else [])
        result = subprocess.run(command, stdout=subprocess.PIPE, universal_newlines=True)
        if result.returncode != 0:
            raise OverlayError("the kernel tree could not be made", "see the messages above")
        self.path = result.stdout.strip()
        self.baseline = baseline
        # Nobody changes it while it is compiled.
        self.descriptor = os.open(self.path + ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        tree = Tree(self.path)
        tree.lock()
        self.files = tree.state["files"]


class Compiled:
    """What is compiled in @tree for @machine with @compiler, in a folder of its own."""

    def __init__(self, tree, machine, compiler, prefix=""):
        self.tree = tree
        self.name = f"{prefix}{machine}-{compiler}"
        self.out = os.path.join(tree.path, self.name)
        self.log = os.path.join(self.out, "build.log")
        self.options = make_options(machine, compiler)

    def make(self, *arguments):
        result = subprocess.run(
            [os.path.join(TOOLS, "kmake"), self.tree.path, self.name, *self.options, f"-j{os.cpu_count()}", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            errors="replace",
        )
        with open(self.log, "a", encoding="utf-8") as file:
            file.write(result.stdout)
        return result.returncode, result.stdout

    def configure(self, directory, *fragments):
        """fragments: files in a directory of tools/overlay, without .config"""
        files = [os.path.join(TOOLS, directory, name + ".config") for name in fragments]
        asked = subprocess.check_output([os.path.join(TOOLS, "bed-config"), self.tree.path, *files], universal_newlines=True)
        os.makedirs(self.out, exist_ok=True)
        if os.path.exists(self.out + "/.config") and os.path.exists(self.out + "/asked") and read(self.out, "asked") == asked:
            return
        with open(os.path.join(self.out, ".config"), "w", encoding="utf-8") as file:
            file.write(asked)
        status, text = self.make("-s", "olddefconfig")
        missing = set(re.findall("^CONFIG.*", asked, re.MULTILINE)) - set(read(self.out, ".config").splitlines())
        if status or missing:
            raise OverlayError(f"{self.name} could not be configured: {' '.join(sorted(missing)) or text}", "see tools/overlay/" + directory)
        with open(os.path.join(self.out, "asked"), "w", encoding="utf-8") as file:
            file.write(asked)

    def compile(self, places, targets):
        """Compiles @targets for make, whose objects are at @places: folders, or the objects themselves."""
        # What is compiled already would not be warned about again; ccache makes that cheap.
        for path in self.objects(places):
            os.unlink(os.path.join(self.out, path))
        status, text = self.make("-k", "W=1", NO_KERNEL_DOC, *targets)
        lines = [line.replace("../", "") for line in text.splitlines()]
        lines = [line for line in lines if re.search(r"warning:|error:|\*\*\*", line)]
        return Result(lines, self.objects(places), status)

    def objects(self, places):
        """What has been compiled; not what is linked from that."""
        found = []
        for place in places:
            if place.endswith(".o"):
                found += [place] if os.path.exists(os.path.join(self.out, place)) else []
                continue
            for directory, _, names in sorted(os.walk(os.path.join(self.out, place))):
                paths = (os.path.relpath(os.path.join(directory, name), self.out) for name in sorted(names))
                found += [path for path in paths if path.endswith(".o") and os.path.exists(self.source(path))]
        return found

    def source(self, path):
        return os.path.join(self.tree.path, path[:-2] + ".c")
