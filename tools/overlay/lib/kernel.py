"""The kernel to work on, and what can be said of it before anything is built."""

import os
import re
import subprocess

from errors import OverlayError
from paths import TOOLS, TOP
from series import read_series
from tree import Tree

FAKEHW = os.path.join(TOP, "drivers/gpu/drm/tests/fakehw")


class Kernel:
    """Its own source, fetched if it is not there. A Bed answers the same questions of what has been built."""

    def __init__(self, name, baseline=False):
        """name: of the bed that would be built"""
        self.name, self.baseline = name, baseline
        result = subprocess.run([os.path.join(TOOLS, "fetch")], stdout=subprocess.PIPE, universal_newlines=True)
        if result.returncode != 0:
            raise OverlayError("there is no kernel to work on", "see the messages above")
        self.tree = result.stdout.strip()
        series = read_series(TOP)
        steps = series.steps_for(series.present(Tree(self.tree).read))
        self.files = [file.path for step in steps for file in step.files if step.harness or not baseline]

    def has(self, symbol):
        """Will CONFIG_@symbol be set?"""
        command = [os.path.join(TOOLS, "bed-config"), self.tree, self.name, *(["--baseline"] if self.baseline else [])]
        return f"CONFIG_{symbol}=y\n" in subprocess.check_output(command, universal_newlines=True)

    def changes(self, path):
        """Does the overlay have anything at @path, or in that directory, for this kernel?"""
        return any((file + "/").startswith(path + "/") for file in self.files)

    def require(self, path, what):
        """Raises if the overlay's file is not for this kernel."""
        if not self.changes(path):
            raise OverlayError(f"{what} is not for this kernel: `series` leaves {path} out", "choose another KERNEL=")

    def converts(self, driver):
        """Does the overlay change this driver? A kernel may have one to which the conversion does not apply."""
        return self.changes(driver_directory(driver))

    def can_have(self, symbol):
        """Does the Kconfig of User Mode Linux know @symbol?"""
        with open(os.path.join(self.tree, "arch/um/Kconfig"), encoding="utf-8") as file:
            return f"config {symbol}\n" in file


def drivers():
    """The drivers that have an emulated device."""
    names = (re.fullmatch(r"fakehw_(.+)\.c", name) for name in os.listdir(FAKEHW))
    return sorted(name[1] for name in names if name and driver_directory(name[1]))


def driver_directory(driver):
    """Where a driver is, in this repository and in the kernel"""
    places = ("drivers/gpu/drm/" + driver, "drivers/accel/" + driver)
    return next((place for place in places if os.path.isdir(os.path.join(TOP, place))), None)


def two_cpus(kernel):
    """The bed with two CPUs for a Kernel or Bed"""
    return "smp" if kernel.can_have("SMP") else "x86"


def driver_trouble(kernel, driver):
    """Why @driver cannot be unplugged on a Kernel or Bed, "" if it can."""
    if not kernel.has(f"DRM_FAKEHW_{driver.upper()}"):
        return "this kernel does not have the driver"
    if not kernel.baseline and not kernel.converts(driver):
        return "the conversion does not apply to the driver of this kernel"
    return ""
