from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.finding import Safety
from headlint.history import Absent, GradientSet, Owner, Purpose, Unknown
from tests.rules.histories import (
    INCEPTION,
    RESNET18,
    at,
    backbone,
    built,
    conv,
    finding,
    findings,
    froze,
    head,
    identity,
    is_fine,
    loaded,
    optimizer,
    readied,
    replaced,
    thawed,
    why_silent,
    wrote,
)

RULE = "freeze-after-head"
ALL_FROZEN = (backbone(False, set_line=3), head(False, set_line=3))


def test_the_head_is_frozen_with_the_rest() -> None:
    found = finding(RULE, built(), replaced(), froze(), readied(*ALL_FROZEN, purpose=Purpose.UNSEEN))
    assert found.place == at(3)
    assert found.message == "freezes the new head `fc` as well: its 2 parameters keep the random start"
    assert [(step.place.line, step.text) for step in found.steps] == [
        (1, "resnet18 is built with pretrained weights"),
        (2, "`model.fc` becomes a Linear from 512 to 10"),
        (3, "`model.parameters()` is frozen"),
    ]
    assert found.notes == ()
    assert found.fix is not None
    assert (found.fix.title, found.fix.safety) == (
        "thaw the head afterwards: `model.fc.requires_grad_(True)`",
        Safety.DISPLAY,
    )


def test_in_a_training_script_nothing_is_left_to_train() -> None:
    found = finding(RULE, replaced(), froze(), readied(*ALL_FROZEN))
    assert found.notes == ("all 4 parameters of resnet18 are frozen: the first backward pass finds nothing to train",)


def test_something_else_still_trains() -> None:
    found = finding(RULE, replaced(), froze(), readied(backbone(True), head(False, set_line=3)))
    assert found.notes == ()


def test_two_heads_are_one_story() -> None:
    found = finding(
        RULE,
        replaced(INCEPTION),
        replaced(INCEPTION, path="AuxLogits.fc"),
        froze(INCEPTION),
        readied(
            backbone(False), head(False, set_line=3), head(False, set_line=3, path="AuxLogits.fc"), model=INCEPTION
        ),
    )
    assert found.message == (
        "freezes the new heads `fc` and `AuxLogits.fc` as well: their 4 parameters keep the random start"
    )


def test_a_helper_that_runs_twice_is_judged_by_its_last_time() -> None:
    assert findings(RULE, froze(line=3), replaced(), froze(line=3), readied(*ALL_FROZEN))


def test_one_event_per_parameter_is_one_finding() -> None:
    assert len(findings(RULE, replaced(), *[froze()] * 4, readied(*ALL_FROZEN))) == 1


def test_silent_where_the_head_comes_after() -> None:
    assert is_fine(RULE, froze(line=2), replaced(line=3), readied(backbone(False, set_line=2), head()))


def test_silent_where_the_head_is_thawed() -> None:
    states = (backbone(False, set_line=3), head(True, set_line=4))
    assert is_fine(RULE, replaced(), froze(), thawed(), readied(*states))


def test_silent_where_weights_were_loaded_into_it() -> None:
    states = (backbone(False, set_line=3), head(False, fresh=False, set_line=3))
    assert is_fine(RULE, replaced(), froze(), loaded(line=5), readied(*states))


def test_silent_in_inference() -> None:
    assert is_fine(RULE, replaced(), froze(), readied(*ALL_FROZEN, purpose=Purpose.INFERENCE))


@pytest.mark.parametrize("owner", Owner)
def test_silent_where_a_thaw_was_tried(owner: Owner) -> None:
    name = {Owner.MODULE: "requires_grad", Owner.PARAMETER: "require_grad"}[owner]
    assert not findings(RULE, replaced(), froze(), wrote(name, True, owner=owner), readied(*ALL_FROZEN))


def test_silent_where_a_freeze_was_tried_that_the_freeze_repeats() -> None:
    assert findings(RULE, replaced(), wrote("requires_grad", False), froze(), readied(*ALL_FROZEN))


def test_silent_where_the_new_module_has_no_parameters() -> None:
    assert is_fine(RULE, replaced(new=identity()), froze(), readied(backbone(False, set_line=3)))


def test_silent_about_the_stem() -> None:
    events = replaced(path="conv1", new=conv(1, 64)), froze(), readied(backbone(False, set_line=3))
    assert is_fine(RULE, *events)


def test_silent_where_another_statement_froze_it() -> None:
    states = (backbone(False, set_line=3), head(False, set_line=7))
    assert is_fine(RULE, replaced(), froze(), readied(*states))


def test_silent_where_the_state_is_unknown() -> None:
    why = "`finetune` is called with the model"
    assert why_silent(RULE, replaced(), froze(), readied(Unknown(why))) == why


def test_silent_where_the_rest_of_the_script_is_unknown() -> None:
    states = readied(*ALL_FROZEN, purpose=Purpose.UNSEEN)
    assert why_silent(RULE, replaced(), froze(), states, stopped="line 8 reads a file") == "line 8 reads a file"


def test_training_that_was_reached_decides_though_the_script_goes_on() -> None:
    assert findings(RULE, replaced(), froze(), readied(*ALL_FROZEN), stopped="line 8 reads a file")


def test_silent_about_a_target_that_follows_another_model() -> None:
    online = replace(RESNET18, number=1)
    states = readied(backbone(False, optimized=False), head(False, optimized=False, set_line=3))
    assert is_fine(RULE, replaced(), froze(), optimizer(online, line=5), states)


def test_silent_about_a_layer_that_is_frozen_by_its_name() -> None:
    own = replace(RESNET18, name="Net", library="", slots=())
    blur = replaced(own, path="blur", old=Absent(), new=conv(1, 1))
    freeze = GradientSet(at(3), own, ("blur.weight", "blur.bias"), to=False, text="self.blur.parameters()")
    states = readied(backbone(), head(False, set_line=3, path="blur"), model=own)
    assert is_fine(RULE, blur, freeze, states)


def test_silent_about_a_network_of_new_layers() -> None:
    own = replace(RESNET18, name="TargetNet", library="", slots=())
    states = readied(head(False, set_line=3), head(False, set_line=3, path="conv1"), model=own)
    assert is_fine(RULE, replaced(own, old=Absent()), froze(own), states)


def test_silent_where_nothing_in_a_network_is_known_to_be_older() -> None:
    own = replace(RESNET18, name="Attention", library="", slots=())
    doubtful = head(False, fresh=Unknown("it depends on a condition"), set_line=3, path="query")
    states = readied(head(False, set_line=3), doubtful, model=own)
    assert is_fine(RULE, replaced(own, old=Absent()), froze(own), states)


def test_a_head_that_is_frozen_by_its_name_is_no_less_random() -> None:
    freeze = GradientSet(at(3), RESNET18, ("fc.weight", "fc.bias"), to=False, text="model.fc.parameters()")
    assert findings(RULE, replaced(), freeze, readied(backbone(), head(False, set_line=3)))


def test_silent_about_other_models() -> None:
    other = froze(INCEPTION, line=5)
    states = readied(backbone(), head())
    assert not findings(RULE, replaced(RESNET18), other, states)
