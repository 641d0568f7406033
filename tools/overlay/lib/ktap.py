"""Reads the KTAP output of KUnit in a console log: each test with all that was printed while it ran."""

import collections
import errno
import re

from reports import TIME, find_reports

SUITE = re.compile(r"^ {4}# Subtest: (\S+)$")
RESULT = re.compile(r"^ {4}(not ok|ok) \d+ (\S+)( # SKIP.*)?$")
FAILED = re.compile(r"^ {4}# \S+: (?:EXPECTATION|ASSERTION) FAILED at ")
ABORTED = re.compile(r"^ {4}# \S+: (try timed out|try faulted)")
VALUE = re.compile(r"^ {8}(.*) == (-?\w+)(?: \(.*\))?$")

# status: "ok", "not ok" or "skip"; lines: the console from the end of the test before
Case = collections.namedtuple("Case", "suite name status lines")


def read_cases(text):
    """Returns the tests that ended, in order, and the lines after the last of them."""
    cases, lines, suite = [], [], None
    for line in text.splitlines():
        line = TIME.sub("", line.rstrip(), count=1)
        lines.append(line)
        found = SUITE.match(line)
        if found:
            suite = found[1]
        found = RESULT.match(line)
        if found:
            cases.append(Case(suite, found[2], "skip" if found[3] else found[1], lines))
            lines = []
    return cases, lines


def first_trouble(lines):
    """What went wrong first in these console lines: (kind, what), or None."""
    for number, line in enumerate(lines):
        if FAILED.match(line):
            return "expectation", unmet(lines[number + 1 : number + 4])
        found = ABORTED.match(line)
        if found:
            return "abort", found[1]
        if find_reports(line):
            report = find_reports("\n".join(lines[number : number + 2]))[0]
            return report.kind, report.line
    return None


def unmet(lines):
    """What the lines below 'EXPECTATION FAILED' say, in a few words."""
    expected = re.match(r"^ *Expected (.*?)(?: to be \w+)?, but(?: is (.*))?$", lines[0]) if lines else None
    if not expected:
        return " ".join(lines[:1]).strip()
    if expected[2]:
        return f"``{expected[1]}`` is {expected[2]}"
    left, operator, right = re.match(r"^(.*?)(?: (==|!=|<|<=|>|>=) (.*))?$", expected[1]).groups()
    values = {found[1]: found[2] for found in map(VALUE.match, lines[1:]) if found}
    value, other = named(values.get(left, left)), named(values.get(right, right or ""))
    return f"``{left}`` is {value}, not {'' if operator == '==' else operator + ' '}{other}"


def named(value):
    """A negative number by the name of the error."""
    return "-" + errno.errorcode[-int(value)] if re.match(r"^-\d+$", value) and -int(value) in errno.errorcode else value
