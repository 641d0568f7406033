"""What compilers and checkers say with the overlay, and do not say without."""

import collections
import re


def only_new(lines, old_lines):
    """The lines that are there more often than among @old_lines, line numbers aside."""
    old = collections.Counter(map(without_numbers, old_lines))
    new = []
    for line in lines:
        key = without_numbers(line)
        if old[key]:
            old[key] -= 1
        else:
            new.append(line)
    return new


def without_numbers(line):
    return re.sub(r":\d+", "", line)
