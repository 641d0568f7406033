"""The checkers of kernel style, and how they are called."""

import os
import subprocess

# An entry in MAINTAINERS is the maintainers' to ask for, and sign-offs are the sender's.
CHECKPATCH = ["--strict", "--terse", "--showfile", "--show-types", "--no-signoff"]
CHECKPATCH_IGNORE = ("FILE_PATH_CHANGES",)

# sparse 0.6.4 is older than kernel 7: it lacks __typeof_unqual__, so that kbuild refuses it (gcc 12 lacks it as well,
# the kernel does not use it then), and the assertion in MODULE_LICENSE() is an error to it that ends all checking.
SPARSE = "CHECK=sparse -D__typeof_unqual__=__typeof__ '-D_Static_assert(...)='"

# renderD128 is the name of a device, filp that of a pointer, CNA a unit of an NPU.
CODESPELL = ["codespell", "--ignore-words-list=renderd,filp,cna"]


def output(command, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, errors="replace", **options
    )
    return result.stdout


def checkpatch(tree, patch, *ignore):
    """What checkpatch says about a patch."""
    command = ["perl", "scripts/checkpatch.pl", *CHECKPATCH, "--ignore=" + ",".join([*CHECKPATCH_IGNORE, *ignore]), "-"]
    # In a git tree it runs the kernel's check of SPDX tags, whose modules are packages of Debian's python.
    environment = {**os.environ, "PATH": "/usr/bin:" + os.environ["PATH"]}
    lines = output(command, cwd=tree, stdin=None, input=patch, env=environment).splitlines()
    return [line for line in lines if line.strip() and not line.startswith("total:")]


def kernel_doc(tree, path):
    """What kernel-doc warns about in a file."""
    tool = next(tool for tool in ("tools/docs/kernel-doc", "scripts/kernel-doc") if os.path.exists(os.path.join(tree, tool)))
    text = output([os.path.join(tree, tool), "-none", "-Wall", path], cwd=tree)
    return [line for line in text.splitlines() if "warning:" in line.lower() or "error:" in line.lower()]
