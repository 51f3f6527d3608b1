from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.history import Normalized, Unknown
from tests.rules.histories import (
    RESNET18,
    at,
    built,
    finding,
    findings,
    froze,
    head,
    is_fine,
    optimizer,
    readied,
    replaced,
    state,
    why_silent,
)

RULE = "batchnorm-drifts"
NORMS = ("bn1", "layer4.bn")


def parts(trainable: bool = False, optimized: bool = False):
    paths = ("conv1.weight", "bn1.weight", "bn1.bias", "layer4.weight", "layer4.bn.weight", "layer4.bn.bias")
    return tuple(state(path, trainable, optimized=optimized, set_line=2) for path in paths)


def normalized(moving=NORMS, model=RESNET18, mode_set: int = 6):
    return Normalized(at(8), model, moving, 2, at(mode_set) if mode_set else None)


def training(*states, model=RESNET18, whole=True):
    begun = built(model), froze(model, line=2), replaced(model, line=3), optimizer(model, 4)
    return *begun, readied(*states, model=model, whole=whole)


def test_the_statistics_move() -> None:
    found = finding(RULE, *training(parts(), head()), normalized())
    assert found.place == at(6)
    assert found.message.startswith("2 BatchNorm layers of resnet18 are frozen, and their 4 running statistics move")
    assert [step.place.line for step in found.steps] == [1, 2]
    assert found.fix is not None


def test_where_nobody_sets_the_mode_the_freezing_is_the_place() -> None:
    assert finding(RULE, *training(parts(), head()), normalized(mode_set=0)).place == at(2)


def test_a_backbone_inside_another_model() -> None:
    assert findings(RULE, *training(parts(), whole=False), normalized())


def test_silent_where_they_stand_still() -> None:
    assert is_fine(RULE, *training(parts(), head()), normalized(()))


def test_silent_where_the_norms_train() -> None:
    norms = tuple(replace(one, trainable="bn" in one.path) for one in parts())
    assert is_fine(RULE, *training(norms, head()), normalized())


def test_silent_where_most_of_it_trains() -> None:
    states = (*parts()[:2], *parts(True, True)[2:])
    assert is_fine(RULE, *training(states, head()), normalized())


@pytest.mark.parametrize("pretrained", [False, Unknown("`args.pretrained` decides")])
def test_silent_about_random_weights(pretrained) -> None:
    model = replace(RESNET18, pretrained=pretrained)
    assert is_fine(RULE, *training(parts(), head(), model=model), normalized(model=model))


def test_silent_where_nothing_of_it_is_trained() -> None:
    assert is_fine(RULE, *training(parts(), head(optimized=False)), normalized())


def test_silent_where_nothing_was_frozen() -> None:
    assert not findings(RULE, built(), readied(parts(True, True), head()), normalized())


def test_silent_where_the_script_has_its_own_way() -> None:
    assert why_silent(RULE, *training(parts(), head()), normalized(Unknown("its own way"))) == "its own way"
    assert why_silent(RULE, *training(Unknown("`tune` may change it")), normalized()) == "`tune` may change it"
