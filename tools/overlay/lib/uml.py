"""Runs a User Mode Linux kernel: on the bed's options, with a time limit and a limit on the size of its log."""

import os
import re
import select
import signal
import subprocess
import tempfile
import time

from errors import OverlayError

BEDS = ("tt", "smp", "leak")
TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOP = os.path.dirname(os.path.dirname(TOOLS))
LOG_LIMIT = 20 * 1000 * 1000
# When the power is off, User Mode Linux now and then still waits for a process that it has killed itself.
POWER_OFF = re.compile(rb"reboot: (?:Power down|System halted)")
POWER_OFF_LIMIT = 5
MEGABYTE = 1024 * 1024

COMMON = ["mem=1024M", "con=null", "con0=fd:0,fd:1", "console=tty0", "seccomp=on", "kasan_multi_shot"]


def bed_options(bed):
    """The kernel options of a bed: the line '# boot: ...' in its configuration."""
    with open(os.path.join(TOOLS, "beds", bed + ".config"), encoding="utf-8") as file:
        return re.search(r"^# boot: (.*)$", file.read(), re.MULTILINE)[1].split()


def memory_directory(command):
    """Where the file goes that is the kernel's memory: it must be large enough, and code in it must be executable."""
    memory = int(re.findall(r" mem=(\d+)M\b", " ".join(command))[-1]) * MEGABYTE
    try:
        shm = os.statvfs("/dev/shm")
        if not shm.f_flag & os.ST_NOEXEC and shm.f_bavail * shm.f_frsize > memory:
            return "/dev/shm"
    except OSError:
        pass
    directory = os.path.join(TOP, "build", "tmp")
    os.makedirs(directory, exist_ok=True)
    return directory


def boot(kernel, bed, log, options=(), limit=120, stop=None):
    """Boots @kernel with the options of @bed ("": none), writes its console to @log.

    stop: a pattern; when the console shows it the kernel is stopped.
    Returns (how it ended, seconds); "" is a normal end.
    """
    if not os.access(kernel, os.X_OK):
        raise OverlayError(f"there is no kernel {kernel}", "build it with tools/overlay/build")
    os.makedirs(os.path.dirname(log), exist_ok=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="uml-") as directory, open(log, "wb") as out:
        command = [kernel, *COMMON, "uml_dir=" + directory, *(bed_options(bed) if bed else []), *options]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": memory_directory(command)},
            start_new_session=True,
        )
        try:
            end = copy_output(process, out, start + limit, stop and re.compile(stop.encode()))
        finally:
            # The kernel's user processes are processes of the host, too.
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
