"""Reads the lists of mutants: small defects to put into the overlay, each with the tests that have to notice it.

    mutant  NAME
    without WHAT is taken out, as the table of the documentation says it
    for     what it is there for, in one sentence
    kills   TEST TEST ...
    bed     smp            if two CPUs are needed (default: tt)
    rounds  N              of each race
    policy  fair           of scheduling, or "round robin" (default: FIFO)
    file    PATH           of the overlay; then lines as in a diff:
     a line that stays
    -a line that is there
    +a line that is put in its place
    @@                     between two places in one file

A line "# ..." is a comment, an empty line separates. The old text must be in the file exactly once.

Every test has to be named by a mutant, unless there cannot be one:

    nomutant TEST
    why      there is none, one or more sentences
"""

import os
import re
import shutil

from bed import DEFAULT_POLICY, POLICIES
from errors import OverlayError
from paths import TOP
from series import read_series

FIELDS = ("without", "for", "kills", "bed", "rounds", "policy", "file", "why")


class Edit:
    """One place in one file."""

    def __init__(self, path, where):
        self.path = path
        self.where = where
        self.lines = []

    def text(self, marks):
        return "".join(line[1:] + "\n" for line in self.lines if line[0] in marks)

    def apply(self, content):
        old, new = self.text(" -"), self.text(" +")
        # Whole lines only: "foo();" is not to be found in "\tfoo();".
        found = ("\n" + content).count("\n" + old) if old else 0
        if found != 1:
            raise OverlayError(
                f"{self.where}: the old text is {f'{found} times' if found else 'not'} in {self.path}",
                "the file has changed: change the mutant, too",
            )
        if old == new:
            raise OverlayError(f"{self.where}: changes nothing")
        place = ("\n" + content).index("\n" + old)
        return content[:place] + new + content[place + len(old) :]


class Mutant:
    def __init__(self, name, where):
        self.name = name
        self.where = where
        self.without = self.purpose = ""
        self.kills = []
        self.bed = "tt"
        self.rounds = None
        self.policy = DEFAULT_POLICY
        self.edits = []

    def contents(self, read):
        """Returns {path: new content}; read(path) gives the old one."""
        changed = {}
        for edit in self.edits:
            changed[edit.path] = edit.apply(changed.get(edit.path) or read(edit.path))
        return changed


class Exempt:
    """A test for which there cannot be a mutant."""

    def __init__(self, test, where):
        self.test = test
        self.where = where
        self.why = ""


def read_lists(directory):
    """Returns the mutants, and the tests for which there are none."""
    entries = []
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), encoding="utf-8") as file:
            entries += read_list(file.read().splitlines(), name)
    mutants = [entry for entry in entries if isinstance(entry, Mutant)]
    exempts = [entry for entry in entries if isinstance(entry, Exempt)]
    for exempt in exempts:
        if not exempt.why:
            raise OverlayError(f"{exempt.where}: 'nomutant {exempt.test}' has no 'why'")
    names = [mutant.name for mutant in mutants]
    for mutant in mutants:
        if names.count(mutant.name) > 1:
            raise OverlayError(f"{mutant.where}: there is another mutant {mutant.name}")
        for field, value in (("without", mutant.without), ("for", mutant.purpose), ("kills", mutant.kills)):
            if not value:
                raise OverlayError(f"{mutant.where}: mutant {mutant.name} has no '{field}'")
        if not mutant.edits or not all(edit.lines for edit in mutant.edits):
            raise OverlayError(f"{mutant.where}: mutant {mutant.name} has a file without lines, or none")
    return mutants, exempts


def read_mutants(directory):
    return read_lists(directory)[0]


def read_top(path):
    """A file of the overlay as it is now, for Mutant.contents()"""
    try:
        with open(os.path.join(TOP, path), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        raise OverlayError(f"the overlay has no file {path}", "see the list of mutants") from None


def unknown_tests(mutants, tests):
    for mutant in mutants:
        for test in mutant.kills:
            if test not in tests:
                yield f"{mutant.where}: there is no test {test}"


def check_tests(mutants, exempts, tests):
    """Why the lists do not fit the tests that there are, if they do not."""
    killed = {test for mutant in mutants for test in mutant.kills}
    exempt = {entry.test for entry in exempts}
    yield from unknown_tests(mutants, tests)
    for entry in exempts:
        if entry.test not in tests:
            yield f"{entry.where}: there is no test {entry.test}"
        elif entry.test in killed:
            yield f"{entry.where}: there is a mutant for {entry.test}"
    for test in tests:
        if test not in killed | exempt:
            yield f"{test} is named by no mutant and by no 'nomutant'"


def read_list(lines, name):
    entries, edit = [], None
    for number, line in enumerate(lines, 1):
        where = f"{name}:{number}"
        if not line:
            edit = None
        elif edit and line == "@@":
            edit = Edit(edit.path, where)
            entries[-1].edits.append(edit)
        elif edit and line[0] in " -+":
            edit.lines.append(line)
        elif line.startswith("#"):
            continue
        else:
            keyword, _, value = line.partition(" ")
            value = value.strip()
            if keyword == "mutant" and re.match(r"^[a-z0-9-]+$", value):
                entries.append(Mutant(value, where))
            elif keyword == "nomutant" and value:
                entries.append(Exempt(value, where))
            elif keyword not in FIELDS or not value:
                raise OverlayError(f"{where}: not understood: {line}", "tools/overlay/lib/mutation.py says what may stand here")
            elif not entries or (keyword == "why") != isinstance(entries[-1], Exempt):
                raise OverlayError(f"{where}: '{keyword}' does not belong here")
            elif keyword == "why":
                entries[-1].why = " ".join([entries[-1].why, value]).strip()
            elif keyword == "file":
                edit = Edit(value, where)
                entries[-1].edits.append(edit)
            else:
                set_field(entries[-1], keyword, value, where)
    return entries


def set_field(mutant, keyword, value, where):
    if keyword == "kills":
        mutant.kills += value.split()
    elif keyword == "without":
        mutant.without = " ".join([mutant.without, value]).strip()
    elif keyword == "for":
        mutant.purpose = " ".join([mutant.purpose, value]).strip()
    elif keyword == "bed" and value in ("tt", "smp"):
        mutant.bed = value
    elif keyword == "rounds" and value.isdigit():
        mutant.rounds = int(value)
    elif keyword == "policy" and value in POLICIES:
        mutant.policy = value
    else:
        raise OverlayError(f"{where}: there is no {keyword} {value}")


class Overlay:
    """A copy of the overlay as it is now, in which the mutants are made."""

    def __init__(self, directory):
        self.path = os.path.join(directory, "overlay")
        self.original = os.path.join(directory, "original")
        self.changed = []
        for copy in (self.path, self.original):
            shutil.rmtree(copy, ignore_errors=True)
            for step in read_series(TOP).steps:
                for path in [file.path for file in step.files] + [step.message]:
                    self.copy(TOP, path, copy)
            self.copy(TOP, "series", copy)

    def copy(self, source, path, target):
        os.makedirs(os.path.dirname(os.path.join(target, path)), exist_ok=True)
        shutil.copy2(os.path.join(source, path), os.path.join(target, path))

    def read(self, path):
        try:
            with open(os.path.join(self.original, path), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            raise OverlayError(f"the overlay has no file {path}", "see the list of mutants") from None

    def put(self, contents):
        """Makes the copy the overlay with these contents ({path: content}) and no others."""
        for path in self.changed:
            self.copy(self.original, path, self.path)
        self.changed = list(contents)
        for path, content in contents.items():
            with open(os.path.join(self.path, path), "w", encoding="utf-8") as file:
                file.write(content)
