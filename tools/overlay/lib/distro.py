"""A kernel of the distribution, unpacked into build/stock/KERNEL: its image, its modules, its headers, some of its source.

debs/      the packages
root/      what is in them, as far as it is of use; nothing is installed
source/    what of the kernel source is needed, if the whole is not in build/src
libraries/ what programs in the headers need that this system is too old for
"""

import concurrent.futures
import glob
import lzma
import os
import re
import shutil
import stat
import subprocess

from errors import OverlayError
from paths import TOOLS, TOP

# Names of the packages; which of these there are depends on the version.
PACKAGES = (
    "linux-(image|binary|modules|headers)-[0-9][0-9.]*[+]deb[0-9]+-amd64",
    "linux-headers-[0-9][0-9.]*[+]deb[0-9]+-common",
    "linux-kbuild-[0-9][0-9.]*[+]deb[0-9]+",
)
# What is taken out of them
WANTED = (
    *("*/boot/vmlinuz-*", "*/lib/modules/*/vmlinuz", "./usr/src/*", "./usr/lib/linux-kbuild-*"),
    *("*/kernel/drivers/gpu/drm/*.ko*", "*/kernel/drivers/block/virtio_blk.ko*", "*/kernel/drivers/virtio/*"),
    *("*/kernel/fs/ext4/*", "*/kernel/fs/jbd2/*", "*/kernel/fs/mbcache.ko*", "*/kernel/lib/*", "*/kernel/crypto/*"),
    *("*/kernel/arch/x86/crypto/*", "*/kernel/drivers/video/*", "*/kernel/drivers/acpi/*", "*/kernel/drivers/i2c/*"),
)
SOURCE = ("Makefile", "include", "drivers/dma-buf", "drivers/gpu/drm/scheduler")
# Where to look for libraries that are newer than this system's
NEWER = ("trixie", ("libc6", "libelf1t64", "zlib1g", "libzstd1"))


def run(command, what, **options):
    result = subprocess.run(command, stdout=subprocess.PIPE, universal_newlines=True, **options)
    if result.returncode != 0:
        raise OverlayError(f"{what} failed", "see the messages above")
    return result.stdout


def need(*packages):
    run([os.path.join(TOOLS, "need"), *packages], "installing packages")


class Distro:
    def __init__(self, kernel):
        self.kernel = kernel
        self.directory = os.path.join(TOP, "build/stock", kernel)
        self.root = os.path.join(self.directory, "root")
        self.debs = os.path.join(self.directory, "debs")
        os.makedirs(self.debs, exist_ok=True)

    def download(self):
        """Fetches the packages of the version that the source has: first that, if it is not there."""
        self.source = os.path.join(TOP, "build/src/linux-" + self.kernel)
        version = self.source + ".version"
        if not os.path.isdir(self.source):
            self.source = os.path.join(self.directory, "source")
            version = self.source + ".version"
        if not os.path.isdir(self.source):
            self.fetch_source(version)
        with open(version, encoding="utf-8") as file:
            self.version = re.search(r"^Version: (.*)$", file.read(), re.MULTILINE)[1]
        self.packages = self.fetched(self.version, PACKAGES)

    def fetched(self, version, regexes, *options):
        """The packages, downloaded if that has not been done."""
        listing = os.path.join(self.debs, f"list-{version or 'newest'}-{re.sub('[^a-z0-9]+', '-', regexes[0])[:40]}")
        if not os.path.exists(listing):
            files = run([os.path.join(TOOLS, "debs"), *options, self.debs, version, *regexes], "the download")
            with open(listing + ".new", "w", encoding="utf-8") as file:
                file.write(files)
            os.rename(listing + ".new", listing)
        with open(listing, encoding="utf-8") as file:
            return file.read().split()

    def fetch_source(self, version):
        name = "linux-source-" + self.kernel
        (deb,) = self.fetched("", (name.replace(".", "[.]"),))
        new = self.source + ".new"
        shutil.rmtree(new, ignore_errors=True)
        os.makedirs(new)
        members = " ".join(f"{name}/{member}" for member in SOURCE)
        run(
            f"set -o pipefail; dpkg-deb --fsys-tarfile '{deb}' | tar -xO ./usr/src/{name}.tar.xz | tar -xJ -C '{new}' {members}",
            "unpacking " + deb,
            shell=True,
            executable="/bin/bash",
        )
        with open(version, "w", encoding="utf-8") as file:
            file.write(run(["dpkg-deb", "--field", deb, "Package", "Version"], "reading " + deb))
        os.rename(os.path.join(new, name), self.source)
        os.rmdir(new)

    def unpack(self):
        done = os.path.join(self.root, "version")
        if not os.path.exists(done):
            shutil.rmtree(self.root, ignore_errors=True)
            os.makedirs(self.root)
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                list(pool.map(lambda deb: unpack(deb, self.root, WANTED), self.packages))
            self.relocate()
            with open(done, "w", encoding="utf-8") as file:
                file.write(self.version)
        self.headers = self.one("usr/src/linux-headers-*-amd64")
        self.common = self.one("usr/src/linux-headers-*-common")
        self.image = self.one("boot/vmlinuz-*", "usr/lib/modules/*/vmlinuz")
        self.modules = self.one("lib/modules/*/kernel", "usr/lib/modules/*/kernel")
        self.release = os.path.basename(os.path.dirname(self.modules))

    def one(self, *patterns):
        found = [path for pattern in patterns for path in glob.glob(os.path.join(self.root, pattern))]
        if len(found) != 1:
            raise OverlayError(
                f"the packages of Linux {self.version} hold {len(found) or 'no'} {' or '.join(patterns)}", "is their layout new?"
            )
        return found[0]

    def relocate(self):
        """The headers say where they are installed."""
        makefile = os.path.join(self.one("usr/src/linux-headers-*-amd64"), "Makefile")
        with open(makefile, encoding="utf-8") as file:
            text = file.read()
        with open(makefile, "w", encoding="utf-8") as file:
            file.write(re.sub(r"(?<=[ =])/usr/src", self.root + "/usr/src", text))

        programs = [path for path in executables(os.path.join(self.root, "usr/lib")) if not runs_here(path)]
        if not programs:
            return
        libraries = os.path.join(self.directory, "libraries")
        shutil.rmtree(libraries, ignore_errors=True)
        for deb in self.fetched("", NEWER[1], "--suite", NEWER[0]):
            run(["dpkg-deb", "-x", deb, libraries], "unpacking " + deb)
        directory = os.path.join(libraries, "usr/lib/x86_64-linux-gnu")
        for path in programs:
            os.rename(path, path + ".elf")
            with open(path, "w", encoding="utf-8") as file:
                file.write(
                    f'#!/bin/sh\nexec {directory}/ld-linux-x86-64.so.2 --library-path {directory} "$0.elf" "$@"\n'
                )
            os.chmod(path, 0o755)

    def with_dependencies(self, names, without=()):
        """Paths of the kernel's own modules @names and of what they need, in the order to be loaded."""
        paths = {}
        for path in glob.glob(self.modules + "/**/*.ko*", recursive=True):
            paths[os.path.basename(path).partition(".")[0].replace("-", "_")] = path
        order = []

        def add(name):
            if name in without or name in order:
                return
            if name not in paths:
                raise OverlayError(f"module {name} of Linux {self.release} has not been unpacked", "add it to lib/distro.py")
            for other in dependencies(read_module(paths[name])):
                add(other)
            order.append(name)

        for name in names:
            # What is built in is no module.
            if name in paths:
                add(name)
        return [paths[name] for name in order]


def unpack(deb, root, patterns):
    """tar says that not every pattern is in every package, and fails then; Distro.one() sees what is missing."""
    script = 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --wildcards "${@:3}" 2>/dev/null || true'
    run(["/bin/bash", "-c", script, "-", deb, root, *patterns], "unpacking " + deb)


def executables(directory):
    for path in glob.glob(directory + "/**", recursive=True):
        mode = os.lstat(path).st_mode
        if stat.S_ISREG(mode) and mode & 0o100:
            with open(path, "rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def runs_here(path):
    result = subprocess.run(["ldd", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    return "not found" not in result.stdout


def read_module(path):
    with open(path, "rb") as file:
        content = file.read()
    return lzma.decompress(content) if path.endswith(".xz") else content


def dependencies(module):
    match = re.search(rb"\0depends=([^\0]*)\0", module)
    return [name for name in match[1].decode().replace("-", "_").split(",") if name] if match else []
