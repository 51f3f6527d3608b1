from __future__ import annotations

from headlint.finding import Safety
from headlint.history import Sort, Unheard, Written
from tests.rules.histories import at, finding

RULE = "unknown-model"


def unheard(name: str, near: tuple[str, ...], sort: Sort = Sort.MODEL, of: str = "torchvision", text: str = ""):
    place = at(3, 1, len(text))
    return Unheard(place, "torchvision", "0.29.1", sort, of, name, near, Written(place, text) if text else None)


def test_one_name_is_near() -> None:
    found = finding(RULE, unheard("resnet51", ("resnet50",), text="model = models.resnet51()"))
    assert found.place.line == 3
    assert found.message == "torchvision 0.29.1 has no `resnet51`; did you mean `resnet50`?"
    assert found.fix is not None
    assert (found.fix.title, found.fix.safety) == ("write `resnet50`", Safety.UNSAFE)
    assert found.fix.edits[0].replacement == "model = models.resnet50()"


def test_several_are_near() -> None:
    found = finding(RULE, unheard("resnet51", ("resnet50", "resnet18", "resnet101"), text="models.resnet51()"))
    assert found.message.endswith("did you mean `resnet50`, `resnet18` or `resnet101`?")
    assert found.fix is None


def test_none_is_near() -> None:
    assert finding(RULE, unheard("magicnet", ())).message == "torchvision 0.29.1 has no `magicnet`"


def test_weights() -> None:
    found = finding(RULE, unheard("V3", ("V1", "V2"), Sort.WEIGHTS, "resnet50", "models.resnet50(weights='V3')"))
    assert found.message == "resnet50 has no weights `V3` in torchvision 0.29.1; it has `V1` and `V2`"
    assert found.fix is None
