"""Boots a kernel on a bed, whatever the bed is, with a time limit and a limit on the size of its log."""

import os
import re
import select
import signal
import subprocess
import tempfile
import time

import qemu
import uml
from errors import OverlayError
from paths import TOOLS

DIRECTORY = os.path.join(TOOLS, "beds")
MACHINES = {"um": uml, "x86_64": qemu}

LOG_LIMIT = 20 * 1000 * 1000
# When the power is off, User Mode Linux now and then still waits for a process that it has killed itself.
POWER_OFF = re.compile(rb"reboot: (?:Power down|System halted)")
POWER_OFF_LIMIT = 5


def settings(bed):
    """What the configuration of @bed says in lines '# NAME: VALUE' before its first symbol, see beds/base.config."""
    with open(os.path.join(DIRECTORY, bed + ".config"), encoding="utf-8") as file:
        head = file.read().partition("\nCONFIG_")[0]
    return dict(re.findall(r"^# (\w+): (.*)$", head, re.MULTILINE))


BEDS = [name for name in sorted(file.removesuffix(".config") for file in os.listdir(DIRECTORY)) if "arch" in settings(name)]


def machine(bed):
    """The module that knows how to run a kernel of @bed."""
    return MACHINES[settings(bed)["arch"]]


def limit_of(bed):
    """How long a boot may take, in seconds"""
    return int(settings(bed)["limit"])


def boot(kernel, bed, log, options=(), limit=120, stop=None, bare=False, under=()):
    """Boots @kernel as @bed asks for, writes its console to @log.

    stop: a pattern; when the console shows it the kernel is stopped. bare: without the kernel options of the bed
    under: the command that watches it
    Returns (how it ended, seconds); "" is a normal end.
    """
    if not os.access(kernel, os.X_OK):
        raise OverlayError(f"there is no kernel {kernel}", "build it with tools/overlay/build")
    asked = settings(bed)
    options = [*([] if bare else asked.get("boot", "").split()), *options]
    with tempfile.TemporaryDirectory(prefix="bed-") as directory:
        command, environment = machine(bed).command(kernel, directory, asked.get("machine", "").split(), options)
        return run([*under, *command], environment, log, limit, stop)


def run(command, environment, log, limit, stop=None):
    """Runs the command that boots a kernel, like boot()."""
    os.makedirs(os.path.dirname(log), exist_ok=True)
    start = time.monotonic()
    with open(log, "wb") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )
        try:
            end = copy_output(process, out, start + limit, stop and re.compile(stop.encode()))
        finally:
            # The user processes of User Mode Linux are processes of the host, too.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.stdout.close()
            process.wait()
    return end and f"{end} ({limit} s)" if end == "time limit" else end, time.monotonic() - start


def copy_output(process, out, deadline, stop):
    size, tail, off = 0, b"", False
    while True:
        ready, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return "" if off else "time limit"
        chunk = os.read(process.stdout.fileno(), 65536)
        if not chunk:
            return ""
        size += len(chunk)
        out.write(chunk)
        if size > LOG_LIMIT:
            return "log limit"
        tail = tail[-200:] + chunk
        if not off and POWER_OFF.search(tail):
            off = True
            deadline = min(deadline, time.monotonic() + POWER_OFF_LIMIT)
        if stop and stop.search(tail):
            return "stopped"
