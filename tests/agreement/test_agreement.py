"""The agreement test: on surgeries generated over the zoo, both witnesses must find the same.

A seeded sample in the normal suite; every surgery on every model with HEADLINT_FULL=1, a fifth with HEADLINT_FULL=1/5.
"""

from __future__ import annotations

import random
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from headlint import verdict, zoo
from headlint.history import Witness
from headlint.rule import rules
from headlint.static.witness import tell
from tests.agreement.surgeries import Surgery, surgeries
from tests.full import is_full, part

if TYPE_CHECKING:
    from headlint.runtime.client import Runner
    from headlint.verdict import Testimony

pytestmark = pytest.mark.runtime

SHARED = {rule.name for rule in rules() if rule.witnesses == frozenset(Witness)}
MODELS = {"torchvision": 16, "timm": 14}
"""How many models of a library the normal suite operates on, twice each."""

Told = set[tuple[str, int]]


def chosen() -> list[Surgery]:
    """The surgeries to try."""
    picker = random.Random(3)
    found: list[Surgery] = []
    for library, count in MODELS.items():
        names = zoo.names(library) if find_spec(library) is not None else ()
        if is_full():
            found += [surgery for name in part(names) for surgery in surgeries(library, name)]
            continue
        for name in picker.sample(names, min(count, len(names))):
            own = list(surgeries(library, name))
            found += picker.sample(own, min(2, len(own)))
    return found


def told(testimony: Testimony) -> Told:
    """What a witness finds under the rules that both witnesses serve, by rule and line."""
    assert testimony.crashes == []
    return {(rule, line) for rule, (_, _, line) in testimony.findings if rule in SHARED}


def abstained(testimony: Testimony) -> Told:
    return {(rule, line) for rule, (_, _, line) in testimony.abstained}


@pytest.mark.parametrize("surgery", chosen(), ids=lambda surgery: surgery.name)
def test_both_witnesses_find_the_same(runner: Runner, surgery: Surgery) -> None:
    outcome = runner.run("train.py", surgery.text)
    assert outcome.histories, outcome.why
    read = verdict.testimony(rules(), tell("train.py", surgery.text))
    run = verdict.testimony(rules(), outcome.histories)

    assert told(run) - told(read) == set()
    assert told(read) - told(run) - abstained(run) == set()
    if surgery.mistake is not None:
        assert bool(told(read)) == surgery.mistake


@pytest.mark.parametrize(("library", "name"), [("torchvision", "vgg16"), ("timm", "swin_tiny_patch4_window7_224")])
def test_surgeries_are_of_all_kinds(library: str, name: str) -> None:
    kinds = {surgery.name.rpartition("/")[2] for surgery in surgeries(library, name)}
    assert kinds == {"right", "wrong", "read", "right_while_frozen", "uncalled", "uncalled_while_frozen"}
    assert {surgery.mistake for surgery in surgeries(library, name)} == {True, False, None}
