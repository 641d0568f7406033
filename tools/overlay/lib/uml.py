"""User Mode Linux: a kernel that is a process."""

import os
import re

from paths import TOP

SHUTDOWN = "halt"
MEGABYTE = 1024 * 1024

# Only the kernel sees this file system, which ends with it.
IN_HUGE_PAGES = 'mount -t tmpfs -o huge=always,mode=700,size=100% memory "$0" && TMPDIR=$0 exec "$@"'

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


def huge_pages():
    """Can this machine put the kernel's memory into huge pages?"""
    try:
        with open("/sys/kernel/mm/transparent_hugepage/shmem_enabled", encoding="utf-8") as file:
            return os.geteuid() == 0 and "[deny]" not in file.read()
    except OSError:
        return False


def command(kernel, directory, machine, options):
    """Returns the command line, and what it needs in its environment.

    machine: "huge-pages" if the kernel's memory should be in such, as that of a kernel on hardware is
    """
    result = [kernel, *COMMON, "uml_dir=" + directory, *options]
    if "huge-pages" in machine and huge_pages():
        return ["unshare", "--mount", "sh", "-c", IN_HUGE_PAGES, directory, *result], {}
    return result, {"TMPDIR": memory_directory(result)}
