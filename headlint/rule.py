"""What a rule is. A file in `rules/` is a rule: there is no other list of them.

A rule file has a docstring, which is the rule's documentation; `SEVERITY`; optionally `WITNESSES`, the witnesses that
can know its facts (both, if absent); and `judge(history)`, which yields a `Judgement` for each place that it looked at:

* `Fault`: a mistake;
* `Fine`: every fact that the rule asks for is known there, and there is no mistake: what lets a run refute a reading;
* `Abstained`: a fact is unknown, so the rule says nothing, and why.

The file's name is the rule's name with `-` for `_`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import headlint.rules
from headlint.finding import Finding, Fix, Place, Severity, Step
from headlint.history import Witness
from headlint.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headlint.history import History


class Fault(Record):
    """A mistake, as the rule that found it tells it: a `Finding` that doesn't know its rule's name yet.

    `severity` is given where a case is milder than its rule: a write that does nothing, and does no harm either.
    `read` says that this case only the source can know, although a run may know others of the rule.
    """

    place: Place
    message: str
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None
    read: bool = False


class Fine(Record):
    """The rule knew all that it needed at this place, and nothing is wrong."""

    place: Place


class Abstained(Record):
    """The rule lacked a fact at this place."""

    place: Place
    why: str


Judgement: TypeAlias = Fault | Fine | Abstained

BOTH = frozenset(Witness)


class Rule(Record):
    """One kind of mistake."""

    name: str
    severity: Severity
    witnesses: frozenset[Witness]
    documentation: str
    judge: Callable[[History], Iterator[Judgement]]

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.strip().partition("\n")[0]

    def finding(self, fault: Fault) -> Finding:
        """The fault under this rule's name, and its severity unless the case has its own."""
        severity = fault.severity or self.severity
        return Finding(self.name, severity, fault.place, fault.message, fault.steps, fault.notes, fault.fix)


def _load(module_name: str) -> Rule:
    module = importlib.import_module(f"headlint.rules.{module_name}")
    return Rule(
        name=module_name.replace("_", "-"),
        severity=module.SEVERITY,
        witnesses=getattr(module, "WITNESSES", BOTH),
        documentation=module.__doc__ or "",
        judge=module.judge,
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(headlint.rules.__path__))
    return tuple(_load(name) for name in names)
