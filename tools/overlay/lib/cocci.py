"""Runs one semantic patch on one file, and finds out what spatch itself does not say: which rules matched."""

import collections
import os
import re
import subprocess
import tempfile

from errors import OverlayError
from layout import plus_layouts, restore_layout

SPATCH = ["spatch", "--very-quiet", "--no-show-diff", "--in-place", "--no-includes", "--sp-file"]
MARK = "@overlay-rule-matched "

HEADER = re.compile(r"^@([^@\n]*)@", re.MULTILINE)
NOTE = re.compile(r"^//\s*(optional|one of):(.*)$", re.MULTILINE)
NO_NAME = ("", "depends", "extends", "disable", "exists", "forall", "expression", "type")

Rule = collections.namedtuple("Rule", "name metavariables body")


def parse_rules(text, path):
    """Returns the rules with code in order; script, initialize, finalize and virtual parts are left out."""
    rules, position = [], 0
    while match := HEADER.search(text, position):
        words = match[1].split()
        end = text.find("@@", match.end())
        if end < 0:
            raise OverlayError(f"{path}: rule '@{match[1]}@' has no closing @@")
        following = HEADER.search(text, end + 2)
        position = following.start() if following else len(text)
        if words and words[0].startswith(("script:", "initialize:", "finalize:")):
            continue
        if not words or words[0] in NO_NAME:
            line = text.count("\n", 0, match.start()) + 1
            raise OverlayError(
                f"{path}:{line}: a rule without a name",
                "give it one (@name@): only so can be checked that it matched",
            )
        rule = Rule(words[0], text[match.end() : end], text[end + 2 : position])
        if "<..." in rule.body:
            raise OverlayError(
                f"{path}: rule {rule.name} has a '<... ...>', which also matches where nothing in it does",
                "write '<+... ...+>': only so can be checked that it matched",
            )
        rules.append(rule)
    if not rules:
        raise OverlayError(f"{path}: no rule in it")
    return rules


def parse_notes(text, rules, path):
    """Returns (names that may match nothing, groups of which one must match)."""
    names = {rule.name for rule in rules}
    optional, groups = set(), []
    for kind, words in NOTE.findall(text):
        listed = words.replace(",", " ").split()
        unknown = [name for name in listed if name not in names]
        if unknown:
            raise OverlayError(f"{path}: '// {kind}:' names a rule that is not there: {unknown[0]}")
        if kind == "optional":
            optional.update(listed)
        else:
            groups.append(listed)
    return optional, groups


def unmatched(rules, optional, groups, matched):
    """Describes what should have matched and did not."""
    grouped = {name for group in groups for name in group}
    missing = [
        f"rule {rule.name}"
        for rule in rules
        if rule.name not in matched and rule.name not in optional and rule.name not in grouped
    ]
    missing += ["none of the rules " + ", ".join(group) for group in groups if not matched.intersection(group)]
    return missing


def run_spatch(patch_path, patch_text, target, content):
    """Returns (new content, what spatch printed, its exit status)."""
    with tempfile.TemporaryDirectory(prefix="overlay-") as directory:
        patch = os.path.join(directory, "patch.cocci")
        # The file keeps its path: rules may look at it, and spatch treats a .h differently.
        file = os.path.join(directory, "tree", target)
        os.makedirs(os.path.dirname(file))
        with open(patch, "w", encoding="utf-8") as out:
            out.write(patch_text)
        with open(file, "wb") as out:
            out.write(content)
        try:
            result = subprocess.run(
                SPATCH + [patch, os.path.join("tree", target)],
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except FileNotFoundError:
            raise OverlayError(
                "spatch is not there; semantic patches need it", "as root: apt-get install coccinelle"
            ) from None
        with open(file, "rb") as changed:
            output = result.stdout.decode(errors="replace").replace(patch, patch_path)
            return changed.read(), output, result.returncode


def apply_cocci(patch, target, content):
    """Applies the semantic patch @patch (an OverlayFile) to @content of the kernel's @target."""
    text = patch.read().decode()
    rules = parse_rules(text, patch.path)
    optional, groups = parse_notes(text, rules, patch.path)

    # spatch exits 0 when nothing matched. A script rule behind each rule tells whether it did.
    probes = "".join(
        f'\n@script:python depends on {rule.name}@\n@@\nprint("{MARK}{rule.name}")\n' for rule in rules
    )
    changed, output, status = run_spatch(patch.path, text + "\n" + probes, target, content)
    if status != 0:
        remedy = "as root: apt-get install libpython3-dev" if "find_library" in output else ""
        raise OverlayError(f"{patch.path}: spatch failed on {target} (status {status}):\n{output.strip()}", remedy)
    matched = {line[len(MARK) :].strip() for line in output.splitlines() if line.startswith(MARK)}
    missing = unmatched(rules, optional, groups, matched)
    if missing:
        others = [line for line in output.splitlines() if line and not line.startswith((MARK, "warning:"))]
        raise OverlayError(
            f"{patch.path}: {'; '.join(missing)} did not match in {target}"
            + ("\n" + "\n".join(others) if others else ""),
            f"see how {target} differs in this kernel from what the rule expects and adapt the rule; "
            "a rule that may match nothing is named in a comment '// optional: RULE'",
        )
    if changed == content:
        raise OverlayError(f"{patch.path}: its rules matched in {target} but changed nothing")
    layouts = [layout for rule in rules for layout in plus_layouts(rule.metavariables, rule.body)]
    return restore_layout(content.decode(), changed.decode(), layouts, f"{patch.path} on {target}").encode()
