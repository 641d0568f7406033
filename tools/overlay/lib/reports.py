"""Finds what the kernel's detectors say in a console log: KASAN, lockdep, WARN and the like."""

import collections
import re

# The first kind that fits counts.
KINDS = (
    ("KASAN", r"BUG: KASAN:"),
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

Report = collections.namedtuple("Report", "kind line lines")


def find_reports(text):
    """Returns the reports in order, each with its lines up to the next one, at most 40."""
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
    return [
        Report(kind, lines[start + ("cut here" in lines[start] and start + 1 < len(lines))], lines[start : min(end, start + 40)])
        for (start, kind), end in zip(places, ends)
    ]


def count(reports, kind):
    return sum(report.kind == kind for report in reports)
