"""QEMU: a kernel on an emulated PC that has a serial line and no other devices."""

import os
import re
import subprocess

from errors import OverlayError
from paths import TOOLS

# Ends QEMU, which is told not to start the machine again; without ACPI there is no way to turn it off.
SHUTDOWN = "reboot"

# Emulated even where hardware could run it: the same everywhere, and what is measured may depend on it.
COMMON = [
    *("qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "1024", "-no-user-config", "-nodefaults"),
    *("-display", "none", "-serial", "stdio", "-no-reboot"),
]
KERNEL = ["console=ttyS0", "panic=-1", "reboot=k", "tsc=reliable", "kasan_multi_shot"]


def clock(machine):
    """The rate of the time stamp counter. The kernel cannot measure it on a busy host, where timer ticks come late."""
    if "-icount" in machine:
        return []
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        text = file.read()
    # The nominal rate, else what it is right now, which on a virtual machine is the same.
    rates = [float(rate) * 1000 * 1000 for rate in re.findall(r"^model name.*@ ([\d.]+)GHz", text, re.MULTILINE)]
    rates += [float(rate) * 1000 for rate in re.findall(r"^cpu MHz\s*: ([\d.]+)", text, re.MULTILINE)]
    return [f"tsc_early_khz={rates[0]:.0f}"] if rates else []


def command(kernel, _, machine, options):
    """Returns the command line, and what it needs in its environment."""
    if subprocess.run([os.path.join(TOOLS, "need"), "qemu-system-x86"]).returncode != 0:
        raise OverlayError("there is no QEMU", "see the message above")
    initrd = [option.partition("=")[2] for option in options if option.startswith("initrd=")]
    kernel_options = [option for option in options if not option.startswith("initrd=")]
    files = ["-kernel", kernel, *(["-initrd", initrd[-1]] if initrd else [])]
    return [*COMMON, *machine, *files, "-append", " ".join([*KERNEL, *clock(machine), *kernel_options])], {}
