from __future__ import annotations

from headlint.finding import Safety
from headlint.history import Hidden, Model, Truth, Unknown, Written
from tests.rules.histories import at, finding, findings, is_fine, optimizer, why_silent

RULE = "head-outside-registry"
OWN = Model(4, "Tasks", "", Unknown("it is no published model"), Unknown("unknown"))


def hidden(optimized: Truth = False, text: str = "", container: str = "list") -> Hidden:
    place = at(5, 1, len(text))
    return Hidden(place, OWN, "heads", container, 2, 4, optimized, Written(place, text) if text else None)


def test_layers_in_a_list() -> None:
    found = finding(RULE, hidden(text="self.heads = [nn.Linear(512, 8), nn.Linear(512, 4)]"), optimizer())
    assert found.message == (
        "`heads` is a list, which Tasks doesn't look into: 4 parameters of 2 layers in no optimizer"
    )
    assert found.fix is not None
    assert (found.fix.title, found.fix.safety) == ("write `nn.ModuleList(…)`", Safety.UNSAFE)
    written = "self.heads = nn.ModuleList([nn.Linear(512, 8), nn.Linear(512, 4)])"
    assert [edit.replacement for edit in found.fix.edits] == [written]


def test_layers_in_a_dictionary() -> None:
    found = finding(RULE, hidden(text="self.heads = {'a': nn.Linear(512, 8)}", container="dictionary"), optimizer())
    assert found.fix is not None
    assert found.fix.title == "write `nn.ModuleDict(…)`"


def test_no_fix_for_a_list_that_is_filled_later() -> None:
    assert finding(RULE, hidden(text="self.heads = make()"), optimizer()).fix is None


def test_silent_where_an_optimizer_holds_them() -> None:
    assert is_fine(RULE, hidden(optimized=True), optimizer())
    assert why_silent(RULE, hidden(Unknown("a file decides")), optimizer()) == "a file decides"


def test_silent_without_an_optimizer() -> None:
    assert not findings(RULE, hidden())
