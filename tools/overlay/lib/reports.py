"""Finds what the kernel's detectors say in a console log: KASAN, KCSAN, lockdep, WARN and the like."""

import collections
import re

# The first kind that fits counts.
KINDS = (
    ("KASAN", r"BUG: KASAN:"),
    ("KCSAN", r"BUG: KCSAN:"),
    (
        "lockdep",
        r"WARNING: (possible|inconsistent|suspicious RCU|bad unlock|lock held|nested lock|held lock|at .*lockdep\.c)"
        r"|BUG: (Invalid wait context|sleeping function|MAX_LOCK|key .* not in)|INFO: trying to register non-static"
        r"|turning off the locking correctness validator|lockdep is turned off",
    ),
    ("hung task", r"INFO: task (?!swapper(?:/\d+)?:1 ).* blocked|BUG: workqueue lockup|BUG: soft lockup|rcu: INFO: .*stall"),
    ("warning", r"WARNING:|------------\[ cut here \]"),
    ("bug", r"BUG[: ]|kernel BUG at|Oops|Segfault with no mm|refcount_t:|list_(add|del) corruption|UBSAN:"),
    ("panic", r"Kernel panic"),
)
KIND = re.compile("|".join(f"(?P<k{number}>{pattern})" for number, (_, pattern) in enumerate(KINDS)))
TIME = re.compile(r"^\[ *\d+\.\d+\](\[ *[TC]\d+\])? ?")

# The most lines of a report. Those of KCSAN are long, and end with a rule.
LINES = 40
LINES_KCSAN = 160
RULE = "=" * 66

Report = collections.namedtuple("Report", "kind line lines")


def find_reports(text):
    """Returns the reports in order, each with its lines up to the next one, at most 40 (KCSAN: up to its last line)."""
    lines = [TIME.sub("", line.rstrip()) for line in text.splitlines()]
    places = []
    for number, line in enumerate(lines):
        match = KIND.search(line)
        if not match:
            continue
        kind = KINDS[int(match.lastgroup[1:])][0]
        # "cut here" and the WARNING below it are one report.
        if kind == "warning" and places and places[-1][0] == number - 1 and "cut here" in lines[number - 1]:
            continue
        places.append((number, kind))
    ends = [number for number, _ in places[1:]] + [len(lines)]
    return [make_report(kind, lines, start, end) for (start, kind), end in zip(places, ends)]


def make_report(kind, lines, start, end):
    title = lines[start + ("cut here" in lines[start] and start + 1 < len(lines))]
    if kind != "KCSAN":
        return Report(kind, title, lines[start : min(end, start + LINES)])
    lines = lines[start : min(end, start + LINES_KCSAN)]
    return Report(kind, title, lines[: lines.index(RULE)] if RULE in lines else lines)


def count(reports, kind):
    return sum(report.kind == kind for report in reports)
