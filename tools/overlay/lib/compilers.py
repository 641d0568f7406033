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

# Kernel 7.3 wants clang 17 or later, Debian 12 has this one.
CLANG = "19"
COMPILERS = {
    "gcc": lambda arch: ['CC=ccache aarch64-linux-gnu-gcc', "CROSS_COMPILE=aarch64-linux-gnu-"] if arch == "arm64" else [],
    "clang": lambda arch: [f"LLVM=-{CLANG}", f"CC=ccache clang-{CLANG}"],
}
PACKAGES = {
    ("x86_64", "gcc"): ["libelf-dev"],
    ("arm64", "gcc"): ["gcc-aarch64-linux-gnu"],
    ("x86_64", "clang"): ["libelf-dev", f"clang-{CLANG}", f"lld-{CLANG}", f"llvm-{CLANG}"],
    ("arm64", "clang"): [f"clang-{CLANG}", f"lld-{CLANG}", f"llvm-{CLANG}"],
}
