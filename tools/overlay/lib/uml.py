"""User Mode Linux: a kernel that is a process."""

import os
import re

from paths import TOP

SHUTDOWN = "halt"
MEGABYTE = 1024 * 1024

COMMON = ["mem=1024M", "con=null", "con0=fd:0,fd:1", "console=tty0", "seccomp=on", "kasan_multi_shot"]


def memory_directory(command_line):
    """Where the file goes that is the kernel's memory: it must be large enough, and code in it must be executable."""
    memory = int(re.findall(r" mem=(\d+)M\b", " ".join(command_line))[-1]) * MEGABYTE
    try:
        shm = os.statvfs("/dev/shm")
        if not shm.f_flag & os.ST_NOEXEC and shm.f_bavail * shm.f_frsize > memory:
            return "/dev/shm"
    except OSError:
        pass
    directory = os.path.join(TOP, "build", "tmp")
    os.makedirs(directory, exist_ok=True)
    return directory


def command(kernel, directory, _, options):
    """Returns the command line, and what it needs in its environment."""
    result = [kernel, *COMMON, "uml_dir=" + directory, *options]
    return result, {"TMPDIR": memory_directory(result)}
