from __future__ import annotations

from headlint.history import Model, Sizes, Unknown
from tests.rules.histories import UNREADABLE, arrived, built, finding, is_fine, linear, replaced, why_silent

RULE = "input-size-mismatch"
NET = Model(1, "Net", "", UNREADABLE, UNREADABLE)
JOINT = {"model": NET, "line": 4, "path": "head", "giver": "resnet18", "giver_path": "features"}


def test_both_sizes_are_told() -> None:
    sizes = Sizes(224, 64, 25088)
    put = replaced(NET, 4, "head", new=linear(2048), target="self.head")
    found = finding(RULE, built(), put, arrived(linear(2048), sizes=sizes, **JOINT))
    assert found.message == (
        "`self.head` takes 2048 features, as images of 64 x 64 give; "
        "`self.features` (resnet18's children) gives 25088 for images of 224 x 224"
    )


def test_a_reading_knows_one_size_alone() -> None:
    sizes = Sizes(224, Unknown("headlint reads the code alone"), 25088)
    put = replaced(NET, 4, "head", new=linear(2048), target="self.head")
    found = finding(RULE, put, arrived(linear(2048), sizes=sizes, **JOINT))
    assert found.message == (
        "`self.head` takes 2048 features; `self.features` (resnet18) gives 25088 for images of 224 x 224"
    )


def test_what_fits_is_fine() -> None:
    assert is_fine(RULE, arrived(linear(512), 512))


def test_silent_where_it_is_unknown_what_arrives() -> None:
    assert why_silent(RULE, arrived(linear(512))) == "it comes from a file"
