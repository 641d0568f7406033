"""Builds gpu-sched with the overlay, the virtual driver, and sw_sync against the headers of a distribution's kernel."""

import glob
import os
import shutil
import subprocess

from distro import need, run
from errors import OverlayError
from memo import Memo
from paths import TOOLS, TOP
from series import read_series
from stage import compute

SCHEDULER = "drivers/gpu/drm/scheduler/"
VSCHED = "drivers/gpu/drm/tests/vsched/"
HEADER = "include/drm/gpu_scheduler.h"
SW_SYNC = ("sw_sync.c", "sync_debug.c", "sync_debug.h", "sync_trace.h")

MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")

MODULES = (SCHEDULER + "gpu-sched.ko", VSCHED + "vsched.ko", "drivers/dma-buf/stock_sw_sync.ko")


def reader(directory):
    def read(path):
        try:
            with open(os.path.join(directory, path), "rb") as file:
                return file.read(), 0o644
        except (FileNotFoundError, NotADirectoryError):
            return None

    return read


def part_of(steps):
    """The steps with only those files that a module outside of the tree can have: no other part of the kernel changes."""
    for step in steps:
        step.files = [file for file in step.files if file.path.startswith((SCHEDULER, VSCHED, "include/"))]
    return [step for step in steps if step.files]


def overlaid(distro):
    """{path: content} of the scheduler with the overlay, of new headers, and of the virtual driver."""
    memo = Memo(os.path.join(distro.directory, "memo"))
    series, read = read_series(TOP), reader(distro.source)
    results = compute(part_of(series.steps_for(series.present(read))), read, memo.apply_cocci)
    memo.save()
    # Other headers that are changed belong to other modules, or to the image, which stay as they are.
    return {
        path: result.content
        for path, result in results.items()
        if not path.startswith("include/") or path == HEADER or result.original is None
    }


def own(directory):
    """{path: content} of files in a directory."""
    files = {}
    for path in glob.glob(directory + "/**", recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                files[os.path.relpath(path, directory)] = file.read()
    return files


def write(directory, files):
    """Makes @directory hold @files, besides what was compiled. What has not changed is not compiled again."""
    for path, content in files.items():
        target = os.path.join(directory, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.exists(target):
            with open(target, "rb") as file:
                if file.read() == content:
                    continue
        with open(target, "wb") as file:
            file.write(content)


def compiler(headers):
    """Arguments for make: the compiler that the kernel was compiled with, or this system's."""
    with open(os.path.join(headers, ".kernelvariables"), encoding="utf-8") as file:
        pinned = file.read().rpartition("CROSS_COMPILE)gcc-")[2].split()[0]
    if shutil.which("x86_64-linux-gnu-gcc-" + pinned):
        return []
    options = ["CC=gcc"]
    # Says where functions begin; without it they begin where an older compiler likes.
    option = "-fmin-function-alignment=16"
    probe = subprocess.run(["gcc", option, "-E", "-x", "c", "/dev/null"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return options + (["CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT="] if probe.returncode != 0 else [])


def build(distro, files, baseline=False):
    """Returns the modules, in the order to be loaded. files: of overlaid(); baseline: the kernel's own scheduler, as it is."""
    need("gcc", "libc6-dev", "make")
    directory = os.path.join(distro.directory, "baseline" if baseline else "overlay")
    if baseline:
        files = {path: content for path, content in files.items() if path.startswith(VSCHED)}
    else:
        unchanged = glob.glob(os.path.join(distro.source, SCHEDULER, "*.[ch]"))
        for path in (*unchanged, os.path.join(distro.source, SCHEDULER, "Makefile")):
            with open(path, "rb") as file:
                files.setdefault(SCHEDULER + os.path.basename(path), file.read())
    for name in SW_SYNC:
        with open(os.path.join(distro.source, "drivers/dma-buf", name), "rb") as file:
            files["drivers/dma-buf/" + name] = file.read()
    files.update(own(os.path.join(TOOLS, "stock.d")))
    write(directory, files)

    own_modules = [module for module in MODULES if not (baseline and module.startswith(SCHEDULER))]
    include = os.path.join(directory, "include")
    os.makedirs(include, exist_ok=True)
    log = os.path.join(directory, "build.log")
    command = [
        *("make", "-C", distro.headers, "M=" + directory, f"-j{os.cpu_count()}", "modules", "STOCK=" + directory),
        # Before all other directories, so that the headers of the overlay are found first.
        *(f"NOSTDINC_FLAGS=-nostdinc -I{include}", f"VSCHED_INCLUDE={include} {distro.common}/include"),
        *("CONFIG_DRM_VSCHED=m", "CONFIG_DRM_SCHED_KUNIT_TEST=", "CONFIG_DEBUG_INFO_BTF_MODULES=", "KBUILD_MODPOST_WARN="),
        "STOCK_BUILD=" + " ".join(os.path.dirname(module) + "/" for module in own_modules),
        *compiler(distro.headers),
    ]
    # This make is no part of the make that called this.
    environment = {name: value for name, value in os.environ.items() if name not in MAKE}
    with open(log, "w", encoding="utf-8") as file:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, env=environment)
    paths = [os.path.join(directory, module) for module in own_modules]
    if result.returncode != 0 or not all(map(os.path.exists, paths)):
        raise OverlayError(f"the modules for Linux {distro.release} could not be built", "the whole output: " + log)
    return paths
