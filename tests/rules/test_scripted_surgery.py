from __future__ import annotations

from headlint.history import ScriptChanged
from tests.rules.histories import RESNET18, at, built, finding, findings, replaced

RULE = "scripted-surgery"


def test_a_scripted_model_takes_no_head() -> None:
    found = finding(RULE, built(), ScriptChanged(at(3), RESNET18, "model.fc", "torch.jit.script", at(2)))
    assert found.place == at(3)
    assert found.message == ("`model.fc` is put into what `torch.jit.script` made of resnet18, which takes no modules")
    assert [(step.place.line, step.text) for step in found.steps] == [
        (1, "resnet18 is built with pretrained weights"),
        (2, "`torch.jit.script` compiles it"),
    ]
    assert found.fix is not None
    assert found.fix.title == "call `torch.jit.script` after the head is replaced"


def test_silent_about_the_model_itself() -> None:
    assert not findings(RULE, built(), replaced())
