"""Computes what the overlay makes of a kernel tree, in memory: nothing here writes into the tree."""

import os

import comments
from errors import OverlayError


class Result:
    """One file of the applied tree. @original is None for a file the kernel does not have."""

    def __init__(self, content, mode, original):
        self.content = content
        self.mode = mode
        self.original = original


def compute(steps, read_original, apply_cocci):
    """Returns {path: Result}. read_original(path) gives (content, mode) of the kernel's own file, or None."""
    results = {}
    for step in steps:
        take(step, results, read_original, apply_cocci)
    return results


def take(step, results, read_original, apply_cocci):
    """Makes of the @results of the steps before those with @step. Returns the paths that it is about."""
    paths = set()
    for file in step.files:
        if file.kind == "new":
            paths.add(add_new(results, file, read_original))
        else:
            paths.add(change(results, file, step, read_original, apply_cocci))
    return paths


def add_new(results, file, read_original):
    content = file.read()
    original = read_original(file.path)
    if original and original[0] != content:
        raise OverlayError(
            f"{file.path} is new in the overlay, but the kernel tree has a different file of that name",
            "take it out of the tree, or change the kernel's file with a semantic patch",
        )
    mode = 0o755 if os.stat(file.source).st_mode & 0o100 else 0o644
    results[file.path] = Result(content, mode, original and original[0])
    return file.path


def change(results, file, step, read_original, apply_cocci):
    for target in file.targets:
        if target in results:
            result = results[target]
            break
        original = read_original(target)
        if original:
            result = results[target] = Result(original[0], original[1], original[0])
            break
    else:
        raise OverlayError(
            f"{file.path} (step {step.name}): the kernel tree has no {' and no '.join(file.targets)}",
            "is the file name right? This kernel may have moved the file.",
        )
    apply = {"cocci": apply_cocci, "append": apply_append, "insert": apply_insert, "comments": apply_comments}[file.kind]
    result.content = apply(file, target, result.content)
    return target


def apply_append(file, target, content):
    return content + (b"" if content.endswith(b"\n") else b"\n") + file.read()


def apply_insert(file, target, content):
    first, _, text = file.read().partition(b"\n")
    keyword, _, anchor = first.partition(b" ")
    if keyword not in (b"@after", b"@before") or not anchor:
        raise OverlayError(f"{file.path}: the first line must be '@after LINE' or '@before LINE'")
    lines = content.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if line.rstrip(b"\r\n") == anchor]
    if len(places) != 1:
        raise OverlayError(
            f"{file.path}: the line '{anchor.decode()}' is "
            + (f"{len(places)} times" if places else "not")
            + f" in {target}",
            "choose an anchor line that is there exactly once",
        )
    place = places[0] + (keyword == b"@after")
    if place and not lines[place - 1].endswith(b"\n"):
        lines[place - 1] += b"\n"
    return b"".join(lines[:place]) + text + b"".join(lines[place:])


def apply_comments(file, target, content):
    return comments.apply_changes(file.path, target, content.decode(), file.read().decode()).encode()
