from __future__ import annotations

from headlint.history import UsedUp, Witness
from headlint.rule import Abstained
from tests.rules.histories import (
    UNREADABLE,
    at,
    backbone,
    finding,
    froze,
    head,
    is_fine,
    judgements,
    optimizer,
    readied,
    told,
    why_silent,
)

RULE = "optimizer-holds-nothing"


def test_nothing_was_picked() -> None:
    found = finding(RULE, optimizer(holds=(), count=0), readied(backbone(), head()))
    assert found.place == at(3)
    assert found.message == "Adam is handed no parameters: `model.parameters()` is empty"


def test_an_iterator_was_read_before() -> None:
    used_up = UsedUp(at(3), "params", whole=True)
    found = finding(RULE, used_up, optimizer(holds=(), count=0))
    assert found.message == "Adam is handed no parameters: the iterator `params` was read to its end before"


def test_the_iterator_of_a_group_was_read_before() -> None:
    used_up = UsedUp(at(3), "groups", whole=False)
    found = finding(RULE, used_up, optimizer())
    assert found.message == "Adam is handed an empty group: its iterator was read to its end before"


def test_silent_where_something_is_held() -> None:
    assert is_fine(RULE, optimizer())


def test_silent_where_everything_is_frozen() -> None:
    states = readied(backbone(False, set_line=2), head(False, set_line=2))
    why = "everything is frozen, so that nothing is left to be handed over"
    assert why_silent(RULE, froze(line=2), optimizer(holds=(), count=0), states) == why


def test_silent_where_it_is_not_known_what_is_held() -> None:
    assert why_silent(RULE, optimizer(holds=UNREADABLE)) == UNREADABLE.why


def test_a_run_that_holds_something_refutes_nothing() -> None:
    (judgement,) = judgements(RULE, told(optimizer(), witness=Witness.RUNTIME))
    assert isinstance(judgement, Abstained)


def test_without_any_model_nothing_is_claimed() -> None:
    why = "no model is in sight whose parameters could have been meant"
    assert why_silent(RULE, optimizer(holds=(), count=0)) == why
