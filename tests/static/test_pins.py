"""What a project asks of a library, where that leaves out the version that the zoo knows."""

from __future__ import annotations

import json

import pytest

from headlint.history import Built
from headlint.static.pins import pinned
from headlint.static.witness import tell
from headlint.zoo import version

SWIN = """
import timm
import torch.nn as nn
model = timm.create_model("swin_tiny_patch4_window7_224", pretrained=True)
model.head = nn.Linear(model.head.in_features, 10)
"""
RESNET = SWIN.replace("swin_tiny_patch4_window7_224", "resnet50")
MISSING = SWIN.replace("swin_tiny_patch4_window7_224", "swin_of_tomorrow")


@pytest.fixture
def project(tmp_path):
    (tmp_path / ".git").mkdir()
    return tmp_path


def doubts(folder, text, name="train.py"):
    (folder / name).write_text(text)
    told = tell(str(folder / name), text)
    return " ".join(doubt.why for history in told for doubt in history.doubts), list(told[0].of(Built))


@pytest.mark.parametrize(
    ("file", "text", "asked"),
    [
        ("requirements.txt", "torch\ntimm==0.4.12\n", "timm ==0.4.12"),
        ("requirements-dev.txt", "timm == 0.4.12  # old\n", "timm == 0.4.12"),
        ("requirements.txt", "timm>=0.3,<0.6\n", "timm >=0.3,<0.6"),
        ("requirements.txt", "timm[extra]~=0.5.0; python_version > '3'\n", "timm ~=0.5.0"),
        ("requirements.txt", "timm==0.4.*\n", "timm ==0.4.*"),
        ("environment.yml", "dependencies:\n  - timm=0.4.12=pyhd\n", "timm =0.4.12=pyhd"),
        ("environment.yml", "dependencies:\n  - pip:\n    - timm==0.4.12\n", "timm ==0.4.12"),
        ("pyproject.toml", '[project]\ndependencies = ["timm<0.9"]\n', "timm <0.9"),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntimm = "^0.6.1"\n', "timm ^0.6.1"),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntimm = {version = "0.6.13", extras = []}\n', "timm 0.6.13"),
        ("Pipfile", '[packages]\ntimm = "==0.6.13"\n', "timm ==0.6.13"),
        ("setup.cfg", "[options]\ninstall_requires =\n    timm==0.4.12\n", "timm ==0.4.12"),
        ("setup.py", 'setup(install_requires=["torch", "timm==0.4.12"])\n', "timm ==0.4.12"),
    ],
)
def test_pins_of_all_kinds_are_read(project, file, text, asked):
    (project / file).write_text(text)
    found = pinned(str(project / "train.py"), "timm")
    assert found is not None
    assert (found.text, found.file) == (asked, file)


@pytest.mark.parametrize(
    "text",
    [
        "timm",
        "timm>=0.4",
        "timm>0.4.12,!=0.5",
        "timm<2",
        f"timm=={version('timm')}",
        "timm==99.0",
        "# timm==0.4.12",
        "timm-extras==0.4.12",
        "my-timm==0.4.12",
        "git+https://example.com/timm@v0.4.12",
        "timm @ file:///timm-0.4.12.whl",
    ],
)
def test_what_lets_the_surveyed_version_in_is_no_pin(project, text):
    (project / "requirements.txt").write_text(f"{text}\n")
    assert pinned(str(project / "train.py"), "timm") is None


def test_a_pin_is_found_up_to_the_projects_root(project):
    (project / "requirements.txt").write_text("timm==0.4.12\n")
    (project / "src" / "deep").mkdir(parents=True)
    assert pinned(str(project / "src" / "deep" / "train.py"), "timm") is not None


def test_a_model_that_is_built_otherwise_is_unknown(project):
    (project / "requirements.txt").write_text("timm==0.4.12\n")
    why, built = doubts(project, SWIN)
    assert "requirements.txt asks for timm ==0.4.12, which is not known to build swin_tiny_patch4_window7_224 as" in why
    assert not built


def test_a_model_that_is_built_alike_is_known(project):
    (project / "requirements.txt").write_text("timm==0.4.12\n")
    assert doubts(project, RESNET)[1]


def test_without_a_pin_the_model_is_known(project):
    assert doubts(project, SWIN)[1]


def test_a_missing_row_names_both_versions(project):
    (project / "requirements.txt").write_text("timm==0.4.12\n")
    known = f"swin_of_tomorrow is not in the zoo of timm {version('timm')}"
    assert f"{known}; requirements.txt asks for timm ==0.4.12" in doubts(project, MISSING)[0]


def test_a_missing_row_without_a_pin_names_the_surveyed_version(project):
    assert f"swin_of_tomorrow is not in the zoo of timm {version('timm')}" in doubts(project, MISSING)[0]


def test_a_missing_builder_of_torchvision_is_named(project):
    text = "from torchvision import models\nmodel = models.resnet51()\nmodel.fc = 3\n"
    assert f"resnet51 is not in the zoo of torchvision {version('torchvision')}" in doubts(project, text)[0]


def test_what_a_notebook_installs_is_a_pin(project):
    cells = [{"cell_type": "code", "source": ["!pip install -q timm==0.4.12\n", "import timm"]}]
    (project / "train.ipynb").write_text(json.dumps({"cells": cells}, indent=1))
    found = pinned(str(project / "train.ipynb"), "timm")
    assert found is not None
    assert found.text == "timm ==0.4.12"


def test_files_that_can_not_be_read_pin_nothing(project):
    (project / "requirements.txt").mkdir()
    assert pinned(str(project / "train.py"), "timm") is None
    assert pinned("\0", "timm") is None


@pytest.mark.parametrize("option", ['global_pool="avg"', "features_only=True"])
@pytest.mark.parametrize(("pin", "is_built"), [("timm==0.9.16", False), ("timm==1.0.3", True), ("", True)])
def test_pooling_and_feature_maps_of_another_major_version_are_unknown(project, option, pin, is_built):
    (project / "requirements.txt").write_text(f"{pin}\n")
    text = f'import timm\nmodel = timm.create_model("resnet50", pretrained=True, {option})\nmodel.train()\n'
    why, built = doubts(project, text)
    assert bool(built) == is_built
    if not is_built:
        assert "requirements.txt asks for timm ==0.9.16, of which pooling and feature maps were not surveyed" in why
