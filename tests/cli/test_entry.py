"""`--entry` and `--arg`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from headlint.entry import located, parsed
from headlint.refusal import RefusedError
from tests.cli.calling import say
from tests.cli.fakes import Outcome, install, ran, returned

if TYPE_CHECKING:
    from pathlib import Path

FACTORY = """\
import torch.nn as nn
from torchvision import models


def build(name, width=512):
    model = getattr(models, name)()
    model.fc = nn.Linear(width, 10)
    return model
"""


@pytest.fixture
def package(folder: Path) -> Path:
    (folder / "src" / "nets").mkdir(parents=True)
    (folder / "src" / "nets" / "__init__.py").write_text("")
    (folder / "src" / "nets" / "factory.py").write_text(FACTORY)
    (folder / "heads.py").write_text(FACTORY)
    return folder


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ("heads:build", "heads.py"),
        ("nets.factory:build", "src/nets/factory.py"),
        ("src/nets/factory.py:build", "src/nets/factory.py"),
        ("heads:models", "heads.py"),
    ],
)
def test_an_entry_point_lies_in_a_file(package: Path, entry: str, path: str) -> None:
    assert located(entry) == (path, entry.rpartition(":")[2])


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("build", "must be module:function"),
        ("heads:", "must be module:function"),
        ("heads:build()", "must be module:function"),
        ("nets.heads:build", "there is no module nets.heads here"),
        ("missing.py:build", "there is no module"),
        ("heads:bild", "heads.py has no bild"),
    ],
)
def test_an_entry_point_that_is_none_is_one_clear_line(package: Path, entry: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        located(entry)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("512", 512),
        ("0.5", 0.5),
        ("vgg16", "vgg16"),
        ("'vgg16'", "vgg16"),
        ("false", False),
        ("True", True),
        ("None", None),
        ("[1, 2]", [1, 2]),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_an_argument_is_what_it_looks_like(text: str, value: Any) -> None:
    assert parsed([f"x={text}"]) == (("x", value),)


@pytest.mark.parametrize("argument", ["x", "=1", "a.b=1"])
def test_an_argument_without_a_name(argument: str) -> None:
    with pytest.raises(RefusedError, match="must be name=value"):
        parsed([argument])


def test_what_cannot_be_said_together(package: Path) -> None:
    assert say("check", "--arg", "x=1", ".").err == "headlint: --arg is for what --entry calls\n"
    for more in ("heads.py", "--static"):
        said = say("check", "--entry", "heads:build", more)
        assert (said.code, said.err.count("\n")) == (2, 1)


def test_the_runner_is_told_what_to_call(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = install(monkeypatch, lambda _: ran(returned()))
    said = say("check", "--entry", "nets.factory:build", "--arg", "name=resnet18", "--arg", "width=512")
    assert said.code == 0
    assert fake.asked == ["src/nets/factory.py"]
    assert fake.called == [("build", {"name": "resnet18", "width": 512})]


def test_an_entry_that_could_not_be_run_says_why(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda _: Outcome((), "build(name=…): no", 0.1))
    assert "Did not run heads.py: build(name=…): no.\n" in say("check", "--entry", "heads:build").out


@pytest.mark.runtime
def test_a_function_that_only_its_arguments_make_wrong(package: Path) -> None:
    pytest.importorskip("torch")
    said = say("check", "--entry", "nets.factory:build", "--arg", "name=resnet50")
    assert said.code == 1
    assert said.out.startswith("src/nets/factory.py:7:")
    assert "the new head takes 512 features, but resnet50 gives it 2048" in said.out
    assert say("check", "--entry", "nets.factory:build", "--arg", "name=resnet18").code == 0
