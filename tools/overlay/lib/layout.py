"""Gives what spatch adds the layout it has in the semantic patch.

spatch prints in its own way: tabs inside a line become one space, line breaks go, a comment moves to the end of the
line before. So the text that it added is looked up among the + lines of the patch, whatever its whitespace is, and
taken from there. What stood in the file before keeps its own layout.
"""

import collections
import difflib
import re

from errors import OverlayError

TOKEN = re.compile(r"\w+|[^\w\s]")

# The + lines of one place in a patch, and a pattern that finds their text: whitespace is free, and a metavariable
# stands for anything.
Layout = collections.namedtuple("Layout", "pattern lines names")


def plus_layouts(metavariables, body):
    """The layouts of one rule: each run of + lines as a whole, and each of its lines by itself."""
    names = metavariable_names(metavariables)
    layouts, run = [], []
    for line in body.splitlines() + [""]:
        if line.startswith("+"):
            run.append(re.sub(r"^\+\+?", "", line))
        elif run and not line.startswith("-"):
            layouts += [make_layout(lines, names) for lines in [run] + [[line] for line in run]]
            run = []
    return [layout for layout in layouts if layout]


def metavariable_names(declarations):
    names = set()
    for declaration in re.sub(r"//.*", "", declarations).split(";"):
        declaration = re.sub(r"\{[^}]*\}|\"[^\"]*\"", "", declaration)
        for part in declaration.split(","):
            names.update(re.findall(r"[A-Za-z_]\w*", re.split(r"=~|!~|!=|=|:|@", part)[0])[-1:])
    return names


def make_layout(lines, metavariables):
    tokens = TOKEN.findall("\n".join(lines))
    if not tokens:
        return None
    pattern, names = [], []
    for token in tokens:
        if token not in metavariables:
            pattern.append(re.escape(token))
        elif token in names:
            pattern.append(f"(?P={token})")
        else:
            pattern.append(f"(?P<{token}>.+?)")
            names.append(token)
    return Layout(re.compile(r"\s*".join(pattern), re.DOTALL), lines, names)


def find(text, layouts):
    """Returns the lines of the patch whose text is @text, with the metavariables filled in, or None."""
    for layout in layouts:
        match = layout.pattern.fullmatch(text)
        if match and not layout.names:
            return layout.lines
        if match:
            names = re.compile(r"\b(" + "|".join(layout.names) + r")\b")
            return [names.sub(lambda name: match[name[0]], line) for line in layout.lines]
    return None


def leading(line):
    return line[: len(line) - len(line.lstrip())]


def tabbed(line):
    """The line with tabs where it is indented by eight spaces, and with nothing behind its end."""
    columns = len(leading(line).expandtabs(8))
    return ("\t" * (columns // 8) + " " * (columns % 8) + line.strip()) if line.strip() else ""


def indent(lines, indentation):
    """Moves @lines as a whole, so that the first of them is indented by @indentation."""
    old = leading(next(line for line in lines if line.strip()))
    moved = []
    for line in lines:
        own = leading(line)
        extra = own[len(old) :] if own.startswith(old) else ""
        moved.append(indentation + extra + line.strip() if line.strip() else "")
    return moved


def restore_layout(before, after, layouts, what):
    """Returns @after with the layout of @layouts in what it has more than @before."""
    old, new, result, done = before.splitlines(), after.splitlines(), [], 0
    groups = difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(2)
    for group in groups:
        first, last = group[0], group[-1]
        result += old[done : first[1]]
        done = last[2]
        change = insert_into(old[first[1] : last[2]], new[first[3] : last[4]], layouts) or replace_lines(
            group, old, new, layouts
        )
        result += change
    result += old[done:]
    kept = set(old)
    for line in result:
        if line not in kept and (line != line.rstrip() or line.startswith(" " * 8) or " \t" in line):
            raise OverlayError(f"{what}: damaged whitespace in the result: {line!r}")
    return "\n".join(result) + "\n"


def replace_lines(group, old, new, layouts):
    """A change that takes something away: look up its new lines, or as many of them at a time as are found."""
    result = []
    for tag, old_start, old_end, start, end in group:
        if tag == "equal":
            result += old[old_start:old_end]
            continue
        while start < end:
            for stop in range(end, start, -1):
                text = "\n".join(new[start:stop])
                found = find(text.strip(), layouts) if new[start].strip() and new[stop - 1].strip() else None
                if found:
                    result += indent(found, leading(tabbed(new[start])))
                    break
            else:
                stop = start + 1
                result.append(tabbed(new[start]))
            start = stop
    return result


def insert_into(old, new, layouts):
    """A change that only adds whole lines of the patch: put them between the old lines. None if it is not so."""
    if reindented(old, new):
        return None
    old_text, new_text = "\n".join(old), "\n".join(new)
    old_tokens, new_tokens = list(TOKEN.finditer(old_text)), list(TOKEN.finditer(new_text))
    words = [[token[0] for token in tokens] for tokens in (old_tokens, new_tokens)]
    result, done = [], 0
    for place, until, start, end in differences(*words):
        if until > place:
            return None
        for place, start, end in slides(place, start, end, *words):
            lines = find(new_text[new_tokens[start].start() : new_tokens[end - 1].end()], layouts)
            if not lines:
                continue
            line = line_at(old_text, old_tokens, place, starts_behind_gap(lines, new_text, new_tokens, start))
            if line is not None and line >= done:
                break
        else:
            return None
        result += old[done:line]
        done = line
        result += indent(lines, indentation_at(new_text, new_tokens[start].start()))
    return result + old[done:]


def reindented(old, new):
    """Is an old line still there, but only deeper or less deep? As under an if that was put before it."""
    depths = collections.defaultdict(set)
    for line in new:
        depths[line.strip()].add(leading(tabbed(line)))
    return any(line.strip() in depths and leading(tabbed(line)) not in depths[line.strip()] for line in old)


def differences(old, new):
    """What of @old is what of @new instead: (start, end, start, end) of each place."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    added = len(new) - len(old)
    if added > 0 and old[same:] == new[same + added :]:
        return [(same, same, same, same + added)]  # one insertion, which difflib may take for two
    opcodes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [opcode[1:] for opcode in opcodes if opcode[0] != "equal"]


def slides(place, start, end, old, new):
    """The same insertion can be seen at several places, as in 'a(); } [b(); }]' and 'a(); [} b();] }'."""
    yield place, start, end
    back = 1
    while start - back >= 0 and new[start - back] == new[end - back]:
        yield place - back, start - back, end - back
        back += 1
    ahead = 0
    while end + ahead < len(new) and new[start + ahead] == new[end + ahead]:
        ahead += 1
        yield place + ahead, start + ahead, end + ahead


def starts_behind_gap(lines, new_text, new_tokens, start):
    """Where there are empty lines already: do @lines go behind them? Not if they bring their own."""
    if not lines[0].strip():
        return False
    if not lines[-1].strip():
        return True
    gap = new_text[new_tokens[start - 1].end() : new_tokens[start].start()] if start else ""
    return gap.count("\n") > 1  # spatch has put them there


def line_at(text, tokens, place, behind_gap):
    """Number of the line before which an insertion before token @place goes; None if that is inside a line."""
    if place == 0:
        return 0
    after = tokens[place - 1].end()
    until = tokens[place].start() if place < len(tokens) else len(text) + 1
    gap = (text + "\n")[after:until]
    if "\n" not in gap:
        return None
    return text.count("\n", 0, after) + 1 + (gap.count("\n") - 1 if behind_gap else 0)


def indentation_at(text, position):
    line = text[text.rfind("\n", 0, position) + 1 :].split("\n", 1)[0]
    own = leading(tabbed(line))
    begun = text[text.rfind("\n", 0, position) + 1 : position].strip()
    # Joined to the line before: as deep as that one, or one deeper behind a brace
    return own + "\t" if begun.endswith("{") else own
