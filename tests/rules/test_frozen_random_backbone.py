from __future__ import annotations

from dataclasses import replace

from headlint.finding import Safety
from headlint.history import Model, Purpose, Unknown
from tests.rules.histories import (
    RESNET18,
    at,
    backbone,
    built,
    finding,
    findings,
    froze,
    head,
    is_fine,
    loaded,
    optimizer,
    readied,
    replaced,
    resnet,
    took_part,
    why_silent,
)

RULE = "frozen-random-backbone"
RANDOM = resnet(pretrained=False)
FROZEN = readied(backbone(False, set_line=3), head(), model=RANDOM)
EVENTS = (built(RANDOM), froze(RANDOM), replaced(RANDOM, 4), optimizer(RANDOM, line=5))


def test_noise_is_kept_still() -> None:
    found = finding(RULE, *EVENTS, FROZEN)
    assert found.place == at(3)
    assert found.message == "freezes 2 parameters of resnet18, which has random weights"
    assert found.steps[0].text == "resnet18 is built with random weights"
    assert found.fix is not None
    assert found.fix.safety is Safety.DISPLAY


def test_silent_about_learnt_weights() -> None:
    events = froze(), replaced(line=4), optimizer(line=5), readied(backbone(False, set_line=3), head())
    assert is_fine(RULE, *events)


def test_silent_where_a_checkpoint_is_loaded() -> None:
    assert is_fine(RULE, *EVENTS, loaded(RANDOM), FROZEN)


def test_silent_where_a_part_trains() -> None:
    assert is_fine(RULE, *EVENTS, readied(backbone(True), head(), model=RANDOM))


def test_silent_where_nothing_is_trained() -> None:
    assert not findings(RULE, *EVENTS, replace(FROZEN, purpose=Purpose.UNSEEN))
    assert is_fine(RULE, built(RANDOM), froze(RANDOM), FROZEN)


def test_silent_where_everything_is_frozen() -> None:
    assert is_fine(RULE, *EVENTS, readied(backbone(False), head(False), model=RANDOM))


def test_silent_about_models_of_ones_own() -> None:
    own = replace(RANDOM, library="")
    assert not findings(RULE, froze(own), optimizer(own), readied(backbone(False), head(), model=own))


def test_silent_where_the_weights_are_unknown() -> None:
    unclear = replace(RESNET18, pretrained=Unknown("`args.pretrained` is an argument"))
    events = froze(unclear), optimizer(unclear), readied(backbone(False), head(), model=unclear)
    assert "not known" in why_silent(RULE, *events)


def test_its_own_head_is_no_backbone() -> None:
    own = replace(RANDOM, classes=10)
    kept = readied(backbone(False, set_line=3), head(), model=own)
    found = finding(RULE, built(own), froze(own), optimizer(own, line=5), kept)
    assert found.message == "freezes 2 parameters of resnet18, which has random weights"
    nothing_else = readied(head(), model=own)
    assert not findings(RULE, built(own), froze(own), optimizer(own, line=5), nothing_else)


def test_a_part_of_a_network_of_ones_own() -> None:
    own = Model(7, "Net", "", pretrained=Unknown("its own"), classes=Unknown("its own"))
    inner = replace(readied(backbone(False, set_line=3), model=RANDOM), purpose=Purpose.UNSEEN, whole=False)
    parts = tuple(replace(one, path=f"trunk.{one.path}") for one in backbone(False, set_line=3))
    inside = (("trunk", RANDOM.number),)
    outer = replace(readied(parts, head(path="head"), model=own), inside=inside)
    part, held = took_part(True, own, path="trunk"), optimizer(own, holds=("head.weight",), line=5)
    found = finding(RULE, built(RANDOM), froze(RANDOM), part, held, outer, inner)
    assert found.message == "freezes 2 parameters of resnet18, which has random weights"
    other = replace(readied(parts, head(path="head", fresh=False), model=own), inside=inside)
    assert not findings(RULE, built(RANDOM), froze(RANDOM), part, held, other, inner)
    unused = replace(part, answer=False)
    alone = replace(outer, inside=())
    assert not findings(RULE, built(RANDOM), froze(RANDOM), part, held, alone, inner)
    assert not findings(RULE, built(RANDOM), froze(RANDOM), unused, held, outer, inner)
