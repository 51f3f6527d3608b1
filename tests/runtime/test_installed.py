"""Libraries that the worker loads once for all scripts."""

from __future__ import annotations

import sys

import pytest

from headlint.runtime.worker import installed


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What is imported, by a load that has tried nothing yet."""
    seen: list[tuple[str, ...]] = []
    monkeypatch.setattr(installed, "_tried", set())
    monkeypatch.setattr(installed, "_import", lambda *names: seen.append(names))
    monkeypatch.setattr(installed.gc, "freeze", lambda: None)
    return seen


def test_what_a_script_takes_from_a_library_is_loaded_with_it(asked: list[tuple[str, ...]]) -> None:
    installed.load("from transformers import (\n    BertModel as Bert,  # the encoder\n    Trainer,\n)\nimport torch\n")
    assert {("transformers",), ("transformers", "BertModel"), ("transformers", "Trainer")} <= set(asked)


def test_nothing_is_loaded_twice(asked: list[tuple[str, ...]]) -> None:
    for _ in range(2):
        installed.load("import timm\nfrom timm.data import create_transform")
    assert asked == [("timm",), ("timm.data", "create_transform")]


def test_other_libraries_are_left_to_their_scripts(asked: list[tuple[str, ...]]) -> None:
    installed.load("import torch, pandas\nfrom sklearn import svm\n")
    assert not asked


@pytest.mark.runtime
def test_a_name_that_a_library_lacks_is_for_the_script_to_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "_tried", set())
    monkeypatch.setattr(installed.gc, "freeze", lambda: None)
    installed.load("from timm import no_such_model\nfrom timm.nowhere import a")
    assert "timm" in sys.modules
