"""A work tree of the series' repository, in which kernels are built and booted at any of its commits."""

import os
import re
import shutil
import subprocess

from bed import Bed, known_failures, run_trouble
from checkers import output
from compilers import make_options, packages
from errors import OverlayError
from export import APART, PRISTINE, ROOM, git, link_tree
from kernel import Kernel
from paths import TOOLS, TOP

# The kernel's own tests of drm/scheduler, and those of the series. They are booted one by one: the former free what
# they have allocated before the scheduler may be done with it.
MODULES = {"drm_sched_tests": "CONFIG_DRM_SCHED_KUNIT_TEST=y", "drm_sched_unplug_tests": "CONFIG_DRM_SCHED_DEFECTS_KUNIT_TEST=y"}

def read(*path):
    with open(os.path.join(*path), encoding="utf-8", errors="replace") as file:
        return file.read()


class Checkout(Bed):
    """As a bed: the kernel of bed tt as it is at the commit that is checked out."""

    def __init__(self, export, name):
        self.name, self.baseline = "tt", False
        self.export = export
        self.tree = os.path.join(ROOM, name)
        self.out = os.path.join(self.tree, self.name)
        self.kernel = os.path.join(self.out, "linux")
        self.files = [file.path for step in export.steps for file in step.files]
        self.configured = {}
        if not os.path.isdir(os.path.join(self.tree, "drivers")):
            self.make()
        # What a "git am" that failed leaves behind
        shutil.rmtree(os.path.join(self.tree, self.git("rev-parse", "--git-path", "rebase-apply").strip()), ignore_errors=True)
        self.checkout(PRISTINE)

    def converts(self, driver):
        # Nothing was applied here that would say so.
        return Kernel.converts(self, driver)

    def git(self, *arguments, **options):
        return git(self.tree, *arguments, **options)

    def make(self):
        shutil.rmtree(self.tree, ignore_errors=True)
        self.export.git("worktree", "prune")
        self.export.git("worktree", "add", "-q", "--no-checkout", "--detach", self.tree, PRISTINE)
        link_tree(self.export.source, self.tree)
        self.git("reset", "-q")

    def checkout(self, commit):
        self.git("checkout", "-q", "-f", "--detach", commit)
        left = self.git("status", "--short", "--untracked-files=no")
        if left:
            raise OverlayError(f"{self.tree} is not as it was checked out", left)

    def changed(self, commit):
        """The files that a commit changes, and that are still there."""
        names = self.git("diff-tree", "-r", "--no-commit-id", "--name-only", "--diff-filter=d", commit)
        return names.split()

    def borrow(self, out, bed):
        """Begins with what was compiled in the tree of a bed, if that is there: most of it is the same here.

        What the series changes gets a new date, so that it is compiled.
        """
        theirs = os.path.join(TOP, "build", "linux-" + os.path.basename(self.export.repository).removeprefix("linux-"), bed)
        mine = os.path.join(self.tree, out)
        if os.path.exists(os.path.join(mine, ".config")) or not os.path.exists(os.path.join(theirs, "vmlinux.a")):
            return
        subprocess.run(["cp", "-a", theirs, mine], check=True)
        for path in self.git("diff", "--name-only", "--diff-filter=M", PRISTINE, APART).split():
            place = os.path.join(self.tree, path)
            shutil.copyfile(place, place + ".tmp")
            shutil.copymode(place, place + ".tmp")
            os.rename(place + ".tmp", place)

    def kmake(self, out, arch, *arguments):
        """Returns the exit status, and what make and the compiler say."""
        options = [] if arch == "um" else make_options(arch, "gcc")
        result = subprocess.run(
            [os.path.join(TOOLS, "kmake"), self.tree, out, *options, f"-j{os.cpu_count()}", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            errors="replace",
        )
        with open(os.path.join(self.tree, out, "build.log"), "w", encoding="utf-8") as file:
            file.write(result.stdout)
        return result.returncode, result.stdout

    def configure(self, out, arch, fragments=None):
        """Configures anew if there may be other symbols than the last time. No fragments: as the bed is.

        Symbols that are not there yet stay off.
        """
        directory = os.path.join(self.tree, out)
        os.makedirs(directory, exist_ok=True)
        kconfig = output(["git", "-C", self.tree, "ls-files", "-s", "drivers/gpu/drm/*Kconfig*"])
        if self.configured.get(out) == kconfig:
            return
        if arch != "um":
            self.need(*packages(arch, "gcc"))
        with open(os.path.join(directory, ".config"), "w", encoding="utf-8") as file:
            file.write(self.asked(fragments))
        status, text = self.kmake(out, arch, "-s", "olddefconfig")
        if status:
            raise OverlayError(f"{directory} could not be configured", text[-1000:])
        self.configured[out] = kconfig

    def asked(self, fragments=None):
        """What to configure a kernel with."""
        if fragments:
            return "".join(read(TOOLS, name) for name in fragments)
        return output([os.path.join(TOOLS, "bed-config"), self.tree, self.name])

    def missing_symbols(self):
        """What the bed asks for and the kernel does not have."""
        asked = set(re.findall(r"^CONFIG_\w+=.*", self.asked(), re.MULTILINE))
        return sorted(asked - set(read(self.out, ".config").splitlines()))

    def build(self):
        """Builds the bed's kernel. Returns the status and the output."""
        self.configure("tt", "um")
        return self.kmake("tt", "um")

    def am(self, patches):
        """Applies patches as who gets them would."""
        self.git("am", "-q", *patches, person=self.export.person)

    def run_tests(self, name):
        """Boots the kernel with the suites that it has. Returns how many tests passed, and what is wrong."""
        config = read(self.out, ".config").splitlines()
        count, troubles, known = 0, [], known_failures()
        for module in (module for module, symbol in MODULES.items() if symbol in config):
            run, results = self.kunit(f"{name}-{module}", ["kunit.filter=module=" + module])
            failed = [test for test, passed in results if not passed and test not in known]
            troubles += [f"KUnit: {test} failed; log: {run.log}" for test in failed]
            troubles += [run_trouble(run)] if run_trouble(run) else []
            troubles += [] if results else [f"no test ran; log: {run.log}"]
            count += sum(passed for _, passed in results)
        return count, troubles

    def need(self, *packages):
        if subprocess.run([os.path.join(TOOLS, "need"), *packages]).returncode != 0:
            raise OverlayError("Debian packages are missing", "see above")


def warnings(text):
    lines = (line.replace("../", "") for line in text.splitlines())
    return [line for line in lines if re.search(r"warning:|error:|\*\*\*", line)]
