"""Changes comments of kernel files, which spatch cannot: what a paragraph says, or what stands behind it.

A .comments file has one or more changes, each a line '@instead TEXT', '@after TEXT' or '@into TEXT', and under it the
new text without its stars. TEXT is in exactly one paragraph of one comment, wherever its lines break. '@instead' without
a text below takes the paragraph out; '@into' changes the comment as a whole. A paragraph ends where a line is empty, or
where the next parameter ("@name:") begins.
"""

import re

from errors import OverlayError

COMMENT = re.compile(r"(?P<indent>[^\S\n]*)/\*(?P<doc>\*?)(?P<text>(?!\*).*?)\*/(?P<end>[^\S\n]*\n)?", re.DOTALL)
CHANGE = re.compile(r"^@(instead|after|into)\s+(\S.*)$")
PARAMETER = re.compile(r"@[\w.]+(\(\))?:|\.\.\. ?:")


def apply_changes(what, target, content, description):
    """Returns @content with the changes of @description. @what and @target are named in errors."""
    for keyword, text, lines in parse(what, description):
        content = change(what, target, content, keyword, text, lines)
    return content


def parse(what, description):
    """[(keyword, TEXT, lines)]"""
    changes = []
    for line in description.splitlines():
        begun = CHANGE.match(line)
        if begun:
            changes.append((begun[1], squeeze(begun[2]), []))
        elif changes:
            changes[-1][2].append(line.rstrip())
        elif line.strip():
            changes = []
            break
    for _, _, lines in changes:
        while lines and not lines[-1]:
            lines.pop()
    if not changes or any(not lines for keyword, _, lines in changes if keyword == "after"):
        raise OverlayError(
            f"{what}: no change: there must be '@instead TEXT', '@after TEXT' or '@into TEXT', and the new text below",
            "see tools/overlay/lib/comments.py",
        )
    return changes


def change(what, target, content, keyword, text, lines):
    found = []
    for comment in COMMENT.finditer(content):
        own = comment["text"].strip(" \t\n").splitlines()
        for first, last in paragraphs(own):
            if text in squeeze(" ".join(map(bare, own[first:last]))):
                found.append((comment, own, first, last))
    if len(found) != 1:
        raise OverlayError(
            f"{what}: '{text}' is in {len(found) or 'no'} paragraph{'s' * (len(found) != 1)} of the comments of {target}",
            "choose a text that is in exactly one of them; the kernel may have changed what it says",
        )
    comment, own, first, last = found[0]
    lines = [f" * {line}".rstrip() for line in lines]
    if keyword == "into":
        own = lines
    elif keyword == "after":
        own[last:last] = lines if PARAMETER.match(bare(lines[0])) else [" *", *lines]
    else:
        if not lines and first and not bare(own[first - 1]):
            first -= 1
        own[first:last] = lines
    return content[: comment.start()] + layout(comment, own) + content[comment.end() :]


def squeeze(text):
    return " ".join(text.split())


def bare(line):
    """A line of a comment without its star."""
    return re.sub(r"^\s*\*? ?", "", line).rstrip()


def paragraphs(lines):
    """(first, last + 1) of each paragraph."""
    first = None
    for number, line in enumerate([*map(bare, lines), ""]):
        if first is not None and (not line or PARAMETER.match(line)):
            yield first, number
            first = None
        if line and first is None:
            first = number


def layout(comment, lines):
    """The comment with these lines; its own may still have their stars, or none behind its opening."""
    indent, opening, end = comment["indent"], "/*" + comment["doc"], comment["end"] or ""
    if not lines:
        return "" if end else indent
    if len(lines) == 1 and "\n" not in comment["text"]:
        return f"{indent}{opening} {bare(lines[0])} */{end}"
    body = "".join(f"{indent} {line.strip() if star(line) else '* ' + bare(line)}\n" for line in lines)
    return f"{indent}{opening}\n{body}{indent} */{end}"


def star(line):
    return line.lstrip().startswith("*")
