"""What was tested last, on which kernel and bed: build/results.tsv, a line for each suite."""

import collections
import datetime
import fcntl
import os
import subprocess

from paths import TOP

FILE = os.path.join(TOP, "build", "results.tsv")

# overlay: the commit, with a "+" if files differ from it
Result = collections.namedtuple("Result", "kernel bed suite passed failed overlay date")


def kernel():
    """The version of the kernel that is worked on, as its package calls it."""
    if os.environ.get("KERNEL_SRC"):
        return os.path.basename(os.path.realpath(os.environ["KERNEL_SRC"]))
    version = os.environ.get("KERNEL") or "7.3"
    try:
        with open(os.path.join(TOP, f"build/src/linux-{version}.version"), encoding="utf-8") as file:
            return next(line.split()[-1] for line in file if line.startswith("Version:"))
    except (OSError, StopIteration):
        return version


def overlay():
    def git(*arguments):
        result = subprocess.run(["git", "-C", TOP, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
        return result.stdout.strip()

    return git("rev-parse", "--short=10", "HEAD") + ("+" if git("status", "--porcelain", "--untracked-files=no") else "")


def read():
    try:
        with open(FILE, encoding="utf-8") as file:
            return [Result(*line.rstrip("\n").split("\t")) for line in file]
    except OSError:
        return []


def record(counts):
    """counts: {(bed, suite): (passed, failed)}; what was known of them is replaced."""
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    with open(FILE + ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        of, by, today = kernel(), overlay(), datetime.date.today().isoformat()
        new = [Result(of, bed, suite, passed, failed, by, today) for (bed, suite), (passed, failed) in counts.items()]
        replaced = {result[:3] for result in new}
        lines = sorted([result for result in read() if result[:3] not in replaced] + new)
        with open(FILE + ".new", "w", encoding="utf-8") as file:
            file.writelines("\t".join(map(str, result)) + "\n" for result in lines)
        os.rename(FILE + ".new", FILE)
