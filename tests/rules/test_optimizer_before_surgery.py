from __future__ import annotations

from headlint.history import Model, Purpose, Unknown
from tests.rules.histories import (
    at,
    backbone,
    built,
    finding,
    findings,
    head,
    identity,
    is_fine,
    optimizer,
    readied,
    replaced,
    why_silent,
)

RULE = "optimizer-before-surgery"
LEFT_OUT = readied(backbone(), head(optimized=False))


def test_the_new_head_is_in_no_group() -> None:
    found = finding(RULE, built(), optimizer(), replaced(line=4), LEFT_OUT)
    assert found.place == at(3)
    assert found.message == "Adam holds none of the 2 parameters of the new head: `fc` is put there on line 4"
    assert [step.text for step in found.steps] == [
        "resnet18 is built with pretrained weights",
        "Adam takes `model.parameters()`",
        "`model.fc` becomes a Linear from 512 to 10",
    ]
    assert found.fix is not None
    assert found.fix.title == "build it after line 4"


def test_an_optimizer_over_a_part_of_the_model() -> None:
    assert findings(RULE, optimizer(holds=("layer4.weight",)), replaced(line=4), LEFT_OUT)


def test_silent_where_it_is_built_after() -> None:
    assert is_fine(RULE, replaced(line=2), optimizer(), readied(backbone(), head()))


def test_silent_where_it_is_built_again() -> None:
    assert is_fine(RULE, optimizer(), replaced(line=4), optimizer(line=5), readied(backbone(), head()))


def test_silent_where_it_holds_another_model() -> None:
    other = Model(1, "unet", "", pretrained=False, classes=2)
    assert is_fine(RULE, optimizer(other), replaced(line=4), LEFT_OUT)


def test_silent_where_the_new_module_has_nothing_to_train() -> None:
    assert is_fine(RULE, optimizer(), replaced(line=4, new=identity()), readied(backbone()))


def test_silent_where_the_new_head_is_frozen() -> None:
    assert is_fine(RULE, optimizer(), replaced(line=4), readied(backbone(), head(False, optimized=False)))


def test_silent_in_inference() -> None:
    states = readied(backbone(), head(optimized=False), purpose=Purpose.INFERENCE)
    assert is_fine(RULE, optimizer(), replaced(line=4), states)


def test_silent_where_the_groups_are_unknown() -> None:
    assert why_silent(RULE, optimizer(holds=Unknown("`groups` is an argument")), replaced(line=4), LEFT_OUT)


def test_silent_where_the_state_is_unknown() -> None:
    states = readied(backbone(), head(optimized=Unknown("`add_param_group` is called in a loop")))
    assert "add_param_group" in why_silent(RULE, optimizer(), replaced(line=4), states)


def test_an_ending_that_is_unknown_refutes_nothing() -> None:
    assert why_silent(RULE, optimizer(), stopped="line 4 reads a file") == "line 4 reads a file"
