"""Reads the lists of mutants: small defects to put into the overlay, each with the tests that have to notice it.

    mutant  NAME
    without WHAT is taken out, as the table of the documentation says it
    for     what it is there for, in one sentence
    kills   TEST TEST ...
    bed     smp            if two CPUs are needed (default: tt)
    rounds  N              of each race
    file    PATH           of the overlay; then lines as in a diff:
     a line that stays
    -a line that is there
    +a line that is put in its place
    @@                     between two places in one file

A line "# ..." is a comment, an empty line separates. The old text must be in the file exactly once.
"""

import os
import re
import shutil

from errors import OverlayError
from paths import TOP
from series import read_series

FIELDS = ("without", "for", "kills", "bed", "rounds", "file")


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
        self.edits = []

    def contents(self, read):
        """Returns {path: new content}; read(path) gives the old one."""
        changed = {}
        for edit in self.edits:
            changed[edit.path] = edit.apply(changed.get(edit.path) or read(edit.path))
        return changed


def read_mutants(directory):
    mutants = []
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), encoding="utf-8") as file:
            mutants += read_list(file.read().splitlines(), name)
    names = [mutant.name for mutant in mutants]
    for mutant in mutants:
        if names.count(mutant.name) > 1:
            raise OverlayError(f"{mutant.where}: there is another mutant {mutant.name}")
        for field, value in (("without", mutant.without), ("for", mutant.purpose), ("kills", mutant.kills)):
            if not value:
                raise OverlayError(f"{mutant.where}: mutant {mutant.name} has no '{field}'")
        if not mutant.edits or not all(edit.lines for edit in mutant.edits):
            raise OverlayError(f"{mutant.where}: mutant {mutant.name} has a file without lines, or none")
    return mutants


def read_list(lines, name):
    mutants, edit = [], None
    for number, line in enumerate(lines, 1):
        where = f"{name}:{number}"
        if not line:
            edit = None
        elif edit and line == "@@":
            edit = Edit(edit.path, where)
            mutants[-1].edits.append(edit)
        elif edit and line[0] in " -+":
            edit.lines.append(line)
        elif line.startswith("#"):
            continue
        else:
            keyword, _, value = line.partition(" ")
            value = value.strip()
            if keyword == "mutant" and re.match(r"^[a-z0-9-]+$", value):
                mutants.append(Mutant(value, where))
            elif keyword not in FIELDS or not value:
                raise OverlayError(f"{where}: not understood: {line}", "tools/overlay/lib/mutation.py says what may stand here")
            elif not mutants:
                raise OverlayError(f"{where}: '{keyword}' before the first mutant")
            elif keyword == "file":
                edit = Edit(value, where)
                mutants[-1].edits.append(edit)
            else:
                set_field(mutants[-1], keyword, value, where)
    return mutants


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
