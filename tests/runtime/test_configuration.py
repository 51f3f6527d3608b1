"""Configurations that lie in the project give their values; what they leave open is a hole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headlint.runtime.worker.holes import HoleInt, is_hole
from headlint.runtime.worker.scripts.configuration import Settings, configured

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("yaml")


def test_a_configuration_is_composed_of_its_defaults(tmp_path: Path) -> None:
    (tmp_path / "conf" / "model").mkdir(parents=True)
    (tmp_path / "conf" / "config.yaml").write_text(
        "defaults:\n  - model: small\n  - _self_\nlr: 0.1\nmodel:\n  deep: 2\n"
    )
    (tmp_path / "conf" / "model" / "small.yaml").write_text("name: resnet18\ndeep: 1\npath: ${oc.env:HOME}\n")
    config = configured(str(tmp_path), "conf", "config")
    assert (config.lr, config.model.name, config["model"]["deep"]) == (0.1, "resnet18", 2)
    assert is_hole(config.model.path)
    assert isinstance(config.num_classes, HoleInt)


@pytest.mark.parametrize("text", ["- a list", "{", "'", ""], ids=["list", "half", "quote", "empty"])
def test_what_is_no_configuration_is_a_hole(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.yaml").write_text(text)
    assert is_hole(configured(str(tmp_path), None, "config").anything)


def test_no_file_is_a_hole(tmp_path: Path) -> None:
    assert is_hole(configured(str(tmp_path), "nowhere", "config").anything)


def test_omegaconf_gives_what_a_file_says(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("model:\n  width: 512\n")
    settings = Settings()
    assert settings.load(str(tmp_path / "config.yaml")).model.width == 512
    assert settings.create({"classes": 3}).classes == 3
    assert all(map(is_hole, (settings.load("nowhere").model, settings.from_cli(), settings.create().rate)))
