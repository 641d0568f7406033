"""The drivers that use drm/scheduler, and with what they are compiled."""

import collections

# module: the folder whose Makefile builds all of it, if that is not the driver's own
Driver = collections.namedtuple("Driver", "folder arch large module", defaults=("x86_64", False, ""))

# COMPILE_TEST lets most of them be compiled for the machine this runs on.
DRIVERS = {
    "scheduler": Driver("drivers/gpu/drm/scheduler"),
    "v3d": Driver("drivers/gpu/drm/v3d"),
    "etnaviv": Driver("drivers/gpu/drm/etnaviv"),
    "panfrost": Driver("drivers/gpu/drm/panfrost"),
    "lima": Driver("drivers/gpu/drm/lima"),
    "ethosu": Driver("drivers/accel/ethosu"),
    "rocket": Driver("drivers/accel/rocket"),
    "amdxdna": Driver("drivers/accel/amdxdna"),
    "panthor": Driver("drivers/gpu/drm/panthor"),
    "imagination": Driver("drivers/gpu/drm/imagination", "arm64"),
    "amdgpu": Driver("drivers/gpu/drm/amd", large=True, module="amdgpu/"),
    "xe": Driver("drivers/gpu/drm/xe", large=True),
    "nouveau": Driver("drivers/gpu/drm/nouveau", large=True),
    "msm": Driver("drivers/gpu/drm/msm", large=True),
}

# arch: what the kernel calls it; prefix and package: Debian's cross compiler
Machine = collections.namedtuple("Machine", "arch prefix package", defaults=("", ""))

MACHINES = {
    "x86_64": Machine("x86_64"),
    "i386": Machine("i386"),
    "arm64": Machine("arm64", "aarch64-linux-gnu-", "gcc-aarch64-linux-gnu"),
    "arm": Machine("arm", "arm-linux-gnueabihf-", "gcc-arm-linux-gnueabihf"),
    "riscv64": Machine("riscv", "riscv64-linux-gnu-", "gcc-riscv64-linux-gnu"),
    "ppc64el": Machine("powerpc", "powerpc64le-linux-gnu-", "gcc-powerpc64le-linux-gnu"),
    "ppc64": Machine("powerpc", "powerpc64-linux-gnu-", "gcc-powerpc64-linux-gnu"),
}

# Kernel 7.3 wants clang 17 or later, Debian 12 has this one.
CLANG = "19"
COMPILERS = ("gcc", "clang")


def make_options(machine, compiler):
    machine = MACHINES[machine]
    options = ["ARCH=" + machine.arch]
    if compiler == "clang":
        return [*options, f"LLVM=-{CLANG}", f"CC=ccache clang-{CLANG}"]
    return [*options, f"CC=ccache {machine.prefix}gcc"] + (["CROSS_COMPILE=" + machine.prefix] if machine.prefix else [])


def packages(machine, compiler):
    """What has to be installed to compile for @machine."""
    host = ["libelf-dev"] if MACHINES[machine].arch in ("x86_64", "i386") else []
    if compiler == "clang":
        return [*host, f"clang-{CLANG}", f"lld-{CLANG}", f"llvm-{CLANG}"]
    return host + ([MACHINES[machine].package] if MACHINES[machine].package else [])
