"""Tests of IGT GPU Tools, in a file system of Debian sid that QEMU shows to the kernel as a disk."""

import os
import re
import shutil
import subprocess

from distro import need, run
from errors import OverlayError
from paths import TOOLS, TOP

TESTS = ("core_hotunplug", "syncobj_basic", "syncobj_wait", "syncobj_timeline")
SUITE = "sid"
PACKAGE = "igt-gpu-tools-tests"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
OUTCOME = re.compile(r"^Subtest (\S+): (SUCCESS|SKIP|FAIL|CRASH|TIMEOUT)", re.MULTILINE)


def image():
    """The disk, made if it is not there."""
    path = os.path.join(TOP, "build/stock/igt.img")
    if os.path.exists(path):
        return path
    if os.geteuid() != 0:
        raise OverlayError("the file system of IGT can only be made as root", "or leave IGT out: make stock IGT=0")
    need("debootstrap", "debian-archive-keyring", "e2fsprogs")
    mirror = run([os.path.join(TOOLS, "debs"), "--mirrors"], "asking apt for a mirror").split()
    if not mirror:
        raise OverlayError("apt knows no Debian mirror", "run apt-get update as root, or leave IGT out: make stock IGT=0")
    root, log = path + ".root", path + ".log"
    shutil.rmtree(root, ignore_errors=True)
    command = ["debootstrap", "--variant=minbase", "--keyring=" + KEYRING, "--include=" + PACKAGE, SUITE, root, mirror[0]]
    with open(log, "w", encoding="utf-8") as file:
        if subprocess.run(command, stdout=file, stderr=subprocess.STDOUT).returncode != 0:
            raise OverlayError(f"{PACKAGE} of Debian {SUITE} could not be installed into a directory", "the whole output: " + log)
    shutil.rmtree(os.path.join(root, "var/cache/apt"), ignore_errors=True)
    shutil.rmtree(os.path.join(root, "var/lib/apt"), ignore_errors=True)
    run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-d", root, path + ".new", "700M"], "mke2fs")
    os.rename(path + ".new", path)
    shutil.rmtree(root)
    return path


def results(text, end):
    """For each test: (name, counts, what is wrong)"""
    chunks = re.split(r"^@ igt=(\S+)\r?\n", ESCAPE.sub("", text), flags=re.MULTILINE)[1:]
    found = dict(zip(chunks[::2], chunks[1::2]))
    for test in TESTS:
        chunk = found.get(test, "")
        outcomes = OUTCOME.findall(chunk)
        count = {kind: [name for name, outcome in outcomes if outcome == kind] for kind in dict(map(reversed, outcomes))}
        bad = [name for name, outcome in outcomes if outcome not in ("SUCCESS", "SKIP")]
        passed, skipped = len(count.get("SUCCESS", [])), len(count.get("SKIP", []))
        status = re.search(r"^@ igt_end=\S+ rc=(\d+)", chunk, re.MULTILINE)
        reason = ""
        if not chunk:
            reason = f"not reached ({end or 'the kernel has ended'})"
        elif not status:
            reason = end or "does not end"
        elif bad:
            reason = "failed: " + " ".join(bad[:5])
        elif status[1] != "0" or not passed:
            reason = f"nothing passed, exit status {status[1]}"
        yield test, f"{passed:>4} pass {skipped:>4} skip {len(bad):>4} fail", reason
