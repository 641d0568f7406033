"""Reads the commit messages of the steps, and lays them out as the kernel wants them."""

import os
import re
import textwrap

from errors import OverlayError

WIDTH = 75
TRAILER = re.compile(r"[A-Z][A-Za-z-]+: \S")
FIXES = re.compile(r'Fixes: [0-9a-f]{12,40} \(".+"\)')
# Whoever sends the patches signs them off.
NOT_OURS = re.compile(r"(Signed-off-by|Change-Id):", re.IGNORECASE)


def read_message(overlay, path):
    """The commit message in a file, its paragraphs filled. Quoted logs, which are indented, and trailers stay as they are."""
    with open(os.path.join(overlay, path), encoding="utf-8") as file:
        text = file.read()
    subject, _, body = text.partition("\n")
    if not re.match(r"\S+: \S", subject) or not body.startswith("\n"):
        raise OverlayError(f"{path}: the first line must be 'area: What', and the second one empty")
    if not body.strip():
        raise OverlayError(f"{path}: there is no text below the subject")
    found = NOT_OURS.search(text)
    if found:
        raise OverlayError(f"{path}: no {found[1]} in here", "whoever sends the patches adds that")
    paragraphs = [paragraph for paragraph in re.split(r"\n\s*\n", body.strip("\n").rstrip()) if paragraph]
    filled = "\n\n".join(fill(paragraph.splitlines(), path) for paragraph in paragraphs)
    return f"{subject}\n\n{filled}\n"


def fill(lines, path):
    if lines[0][0].isspace() or TRAILER.match(lines[0]) and all(map(TRAILER.match, lines)):
        for line in lines:
            if line.startswith("Fixes:") and not FIXES.fullmatch(line):
                raise OverlayError(f"{path}: {line}", 'a tag is: Fixes: 123456789abc ("area: What")')
        return "\n".join(line.rstrip() for line in lines)
    items = re.split(r"\n(?=- )", "\n".join(lines)) if lines[0].startswith("- ") else ["\n".join(lines)]
    if "\n- " in "".join(items):
        raise OverlayError(f"{path}: a list needs an empty line before it", lines[0])
    return "\n".join(map(wrap, items))


def wrap(text):
    indent = "  " if text.startswith("- ") else ""
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
