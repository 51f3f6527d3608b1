from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.finding import Severity
from headlint.history import Criterion, Known, Layer, Purpose, Role, Shape, Slot, Unknown
from headlint.reading.choices import HEAD_WORDS
from headlint.zoo import find, libraries, names
from tests.rules.histories import (
    BACKBONE,
    HEAD,
    RESNET18,
    at,
    backbone,
    built,
    chose,
    finding,
    findings,
    froze,
    head,
    is_fine,
    readied,
    replaced,
    state,
    told,
    why_silent,
)
from tests.rules.histories import judgements as all_judgements

RULE = "freeze-filter"
ALL = (*BACKBONE, *HEAD)
ALL_FROZEN = (backbone(False, set_line=4), head(False, set_line=4))
SQUEEZED = ("stage.se.fc1.weight", "stage.se.fc1.bias")


def squeezed(trainable: bool):
    return tuple(state(path, trainable) for path in SQUEEZED)


# ---- the new head is caught


def test_the_filter_catches_the_new_head() -> None:
    found = finding(RULE, built(), replaced(), froze(line=4), chose(frozen=ALL), readied(*ALL_FROZEN))
    assert (found.place, found.severity) == (at(3), Severity.ERROR)
    assert found.message == "`'fc' not in name` freezes all 4 parameters of resnet18, the new head `fc` among them"
    assert [step.text for step in found.steps] == [
        "resnet18 is built with pretrained weights",
        "`model.fc` becomes a Linear from 512 to 10",
        "`'fc' not in name` decides",
    ]


def test_what_it_leaves_is_named() -> None:
    events = replaced(), froze(line=4), chose(frozen=ALL, left=SQUEEZED), readied(*ALL_FROZEN, squeezed(True))
    assert finding(RULE, *events).message == (
        "`'fc' not in name` freezes 4 of 6 parameters of resnet18, the new head `fc` among them, "
        "and not `stage.se.fc1.weight`, `stage.se.fc1.bias`"
    )


def test_freeze_after_head_leaves_it_alone() -> None:
    events = replaced(), froze(line=4), chose(frozen=ALL), readied(*ALL_FROZEN)
    assert not findings("freeze-after-head", *events)


# ---- nothing matches


def test_the_head_stays_frozen_because_no_name_matches() -> None:
    events = replaced(), froze(line=4), chose(to=True, left=ALL), readied(*ALL_FROZEN)
    found = finding(RULE, *events)
    assert found.message.endswith("picks none of the 4 parameters of resnet18: the new head `fc` stays frozen")
    assert found.severity is Severity.ERROR
    assert not findings("freeze-after-head", *events)
    assert not findings("nothing-trainable", built(), *events)


def test_the_head_that_came_with_the_model_stays_frozen() -> None:
    frozen = backbone(False, set_line=2), head(False, fresh=False, set_line=2)
    events = built(), froze(line=2), chose("'head' in name", ["head"], to=True, left=ALL), readied(*frozen)
    assert finding(RULE, *events).message.endswith("picks none of the 4 parameters of resnet18: the head stays frozen")
    assert not findings("nothing-trainable", *events)


def test_nothing_is_frozen() -> None:
    found = finding(RULE, chose("'features' in name", ["features"], left=ALL), readied(backbone(), head()))
    assert (found.severity, found.message.partition(": ")[2]) == (Severity.ERROR, "nothing is frozen")


@pytest.mark.parametrize(
    ("word", "to", "says"),
    [("bn", False, "nothing is frozen"), ("layer5", True, "it thaws nothing")],
)
def test_what_may_be_meant_for_other_models_is_milder(word: str, to: bool, says: str) -> None:
    found = finding(RULE, chose(f"'{word}' in name", [word], to=to, left=ALL), readied(backbone(), head()))
    assert (found.severity, found.message.partition(": ")[2]) == (Severity.WARNING, says)


def test_a_further_filter_that_freezes_nothing() -> None:
    states = readied(backbone(False, set_line=2), head())
    found = finding(RULE, chose("'norm' in name", ["norm"], left=ALL), states)
    assert (found.severity, found.message.partition(": ")[2]) == (Severity.WARNING, "it freezes nothing")


def test_silent_where_the_head_is_trainable_all_the_same() -> None:
    events = chose("'classifier' in name", ["classifier."], to=True, left=BACKBONE), readied(backbone(False), head())
    assert is_fine(RULE, *events)


def test_silent_where_another_word_of_the_same_loop_matches() -> None:
    events = (
        replaced(),
        froze(line=2),
        chose("word in name", ["classifier"], to=True, left=ALL),
        chose("word in name", ["fc"], to=True, thawed=HEAD, left=BACKBONE),
        readied(backbone(False, set_line=2), head()),
    )
    assert is_fine(RULE, *events)


def test_silent_where_the_names_of_another_model_match() -> None:
    other = replace(RESNET18, number=7, name="Net", library="", slots=())
    events = (
        chose("'neck' in name", ["neck"], to=True, left=BACKBONE),
        chose("'neck' in name", ["neck"], model=other, to=True, thawed=("neck.weight",)),
        readied(backbone(False)),
        readied(head(path="neck"), model=other),
    )
    assert is_fine(RULE, *events)


# ---- parts of words


def test_a_part_of_a_word_keeps_the_backbone_trainable() -> None:
    events = chose(frozen=BACKBONE, left=(*SQUEEZED, *HEAD)), readied(backbone(False), squeezed(True), head())
    found = finding(RULE, *events)
    assert found.severity is Severity.WARNING
    assert found.message == (
        "`'fc' not in name` leaves 2 of 4 parameters of the backbone trainable: "
        "`fc` is a part of `stage.se.fc1.weight`, `stage.se.fc1.bias`"
    )


def test_a_part_of_a_word_thaws() -> None:
    chosen = chose("'fc' in name", to=True, thawed=(*SQUEEZED, *HEAD), left=BACKBONE)
    found = finding(RULE, chosen, readied(backbone(False), squeezed(True), head()))
    assert "thaws 2 of 4 parameters of the backbone" in found.message


def test_a_number_goes_on() -> None:
    blocks = ("blocks.1.weight", "blocks.10.weight", "blocks.2.weight")
    frozen = tuple(state(path, path == "blocks.2.weight") for path in blocks)
    chosen = chose("'blocks.1' in name", ["blocks.1"], frozen=blocks[:2], left=(*blocks[2:], *HEAD))
    assert finding(RULE, chosen, readied(frozen, head())).message == (
        "`'blocks.1' in name` freezes 1 parameter that it doesn't name: `blocks.1` is a part of `blocks.10.weight`"
    )


def test_silent_where_the_longer_number_is_named_too() -> None:
    blocks = ("blocks.1.weight", "blocks.10.weight", "blocks.2.weight")
    frozen = tuple(state(path, path == "blocks.2.weight") for path in blocks)
    chosen = chose("any(b in name for b in parts)", ["blocks.1", "blocks.10"], frozen=blocks[:2], left=blocks[2:])
    assert is_fine(RULE, chosen, readied(frozen, head()))


def test_silent_about_auxiliary_heads() -> None:
    layer = Layer("Linear", Known(64), Known(21), parameters=("weight",))
    slot = Slot("aux_classifier", layer, Shape(("batch", 64)), Shape(("batch", 21)), Role.AUXILIARY)
    model = replace(RESNET18, slots=(*RESNET18.slots, slot))
    chosen = chose(
        "'classifier' not in name", ["classifier"], model=model, frozen=BACKBONE, left=["aux_classifier.weight"]
    )
    assert is_fine(RULE, chosen, readied(backbone(False), (state("aux_classifier.weight"),), model=model))


def test_silent_where_the_strays_are_frozen_later() -> None:
    events = chose(frozen=BACKBONE, left=(*SQUEEZED, *HEAD)), readied(backbone(False), squeezed(False), head())
    assert is_fine(RULE, *events)


# ---- when it is silent


def test_silent_about_counts() -> None:
    events = replaced(), froze(line=4), chose("i < 9", by=Criterion.COUNT, frozen=ALL), readied(*ALL_FROZEN)
    assert all_judgements(RULE, told(*events)) == []


def test_silent_in_inference() -> None:
    events = replaced(), froze(line=4), chose(frozen=ALL), readied(*ALL_FROZEN, purpose=Purpose.INFERENCE)
    assert is_fine(RULE, *events)


def test_silent_where_the_state_is_unknown() -> None:
    assert why_silent(RULE, chose(frozen=ALL), readied(Unknown("`tune` may change it"))) == "`tune` may change it"


@pytest.mark.parametrize("word", sorted(HEAD_WORDS))
def test_some_published_model_calls_its_head_so(word: str) -> None:
    rows = (find(library, name) for library in libraries() for name in names(library))
    assert any(word in slot.path.split(".") for row in rows if not isinstance(row, Unknown) for slot in row.heads)
