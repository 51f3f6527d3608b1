"""The scripts that headlint is tried on: every fixture, and every example of a rule's documentation."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from headlint.finding import Severity
from headlint.rule import Rule, rules
from tests.expectations import examples, expectations

FIXTURES = Path(__file__).parent.parent / "fixtures"
# What is broken, empty or none of our business: the command line speaks of these.
ODD = FIXTURES / "odd"


class Script(NamedTuple):
    """A script under the name that a test shows."""

    name: str
    text: str


def fixtures() -> list[Script]:
    """Every fixture that is a readable script."""
    paths = sorted(path for path in FIXTURES.rglob("*.py") if ODD not in path.parents)
    return [Script(path.relative_to(FIXTURES).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def documented() -> list[Script]:
    """Every example of every rule."""
    return [
        Script(f"{rule.name}/{number}_{kind.lower()}.py", text)
        for rule in rules()
        for number, (kind, text) in enumerate(examples(rule.documentation), 1)
    ]


def asked(script: Script) -> tuple[Rule, ...]:
    """The rules that a script is checked with: all but the notes that it doesn't speak of."""
    named = {one.rule for one in expectations(script.text)} | {script.name.partition("/")[0]}
    return tuple(rule for rule in rules() if rule.severity is not Severity.NOTE or rule.name in named)
