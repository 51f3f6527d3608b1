"""`headlint zoo FILE:LINE`: the model that a script builds there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.calling import say
from tests.cli.test_notebook import CELLS, written

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """\
import timm
import torch.nn as nn
from torchvision import models
from densenets import make


def build(name, count):
    if name == "resnet50":
        net = models.resnet50(weights="DEFAULT")
        net.fc = nn.Linear(512, 10)
    else:
        net = models.vgg16()
        net.classifier[6] = nn.Linear(4096, count)
    return net


class Net(nn.Module):
    def __init__(self, arch, count):
        super().__init__()
        self.backbone = timm.create_model("vit_base_patch16_224.augreg_in21k", pretrained=True, in_chans=1)
        self.other = models.resnet18(num_classes=count)


made = make(3)
print(made)
"""
FACTORY = """\
from torchvision.models import densenet121
def make(count):
    return densenet121(num_classes=count)
"""


@pytest.fixture(autouse=True)
def project(folder: Path) -> None:
    (folder / "train.py").write_text(SCRIPT)
    (folder / "densenets.py").write_text(FACTORY)


def asked(place: str) -> str:
    said = say("zoo", place)
    assert said.code == 0, said.err
    return said.out


def refused(place: str) -> str:
    said = say("zoo", place)
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def models_at(place: str) -> list[tuple[str, int]]:
    said = say("zoo", "--json", place)
    assert said.code == 0, said.err
    return [(told["name"], told["place"]["line"]) for told in json.loads(said.out)]


def test_the_model_that_is_built_on_the_line() -> None:
    told = asked("train.py:9")
    assert told.startswith('train.py:9: net = models.resnet50(weights="DEFAULT")\n  asks for  pretrained weights\n')
    assert "net.fc = nn.Linear(net.fc.in_features, num_classes)" in told
    assert "line 10: net.fc = Linear, 512 -> 10" in told


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (10, [("resnet50", 9)]),
        (13, [("vgg16", 12)]),
        (14, [("resnet50", 9), ("vgg16", 12)]),
        (20, [("vit_base_patch16_224.augreg_in21k", 20)]),
        (21, [("resnet18", 21)]),
        (24, [("densenet121", 3)]),
        (25, [("densenet121", 3)]),
    ],
)
def test_the_model_that_a_line_speaks_of(line: int, found: list[tuple[str, int]]) -> None:
    assert models_at(f"train.py:{line}") == found


def test_the_arguments_of_the_call_are_honoured() -> None:
    told = asked("train.py:20")
    assert "21843 classes" in told
    assert "self.backbone.patch_embed.proj" in told
    assert "gets (batch, 1, 224, 224)" in told
    assert 'timm.create_model("vit_base_patch16_224.augreg_in21k", pretrained=True, num_classes=num_classes)' in told


def test_a_number_of_classes_that_is_not_known_is_not_told() -> None:
    assert "  classes   not known here: " in asked("train.py:21")
    assert json.loads(say("zoo", "--json", "train.py:21").out)[0]["classes"] is None


def test_a_model_from_another_file_is_told_with_its_place() -> None:
    assert asked("train.py:24").startswith("densenets.py:3: return densenet121(num_classes=count)\n")


@pytest.mark.parametrize("line", [2, 18, 19])
def test_above_all_models_there_is_none(line: int) -> None:
    assert f"train.py:{line}: no model of the zoo is built there or before; it builds densenet121" in refused(
        f"train.py:{line}"
    )


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("train.py", "train.py needs a line, as in train.py:12; it builds densenet121 on line 3 of densenets.py, "),
        ("train.py:99", "train.py:99: there is no such line; the file has 26"),
        ("train.py:0", "there is no such line"),
        ("nowhere.py:3", "nowhere.py: the file can't be read (No such file or directory)"),
        ("broken.py:1", "broken.py:1: it is not valid Python"),
        ("empty.py:1", "none is built in all of the file"),
    ],
)
def test_what_can_not_be_answered_is_one_line(folder: Path, place: str, words: str) -> None:
    (folder / "broken.py").write_text("def (:\n")
    (folder / "empty.py").write_text("")
    assert words in refused(place)


def test_a_place_can_be_pasted_with_its_column() -> None:
    assert models_at("train.py:9:15") == [("resnet50", 9)]


@pytest.mark.parametrize("place", ["train.ipynb:4:3", "train.ipynb:cell 4:3:22", "train.ipynb:3:2"])
def test_cells_and_lines_of_a_notebook(folder: Path, place: str) -> None:
    written(folder, *CELLS)
    told = asked(place)
    assert told.startswith("train.ipynb:cell 3:2: model = models.resnet50(weights='IMAGENET1K_V2')\n")
    assert "cell 4, line 3: model.fc = Linear, 512 -> 10" in told


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("train.ipynb", "needs a cell and a line, as in train.ipynb:3:12; it builds resnet50 in cell 3 on line 2"),
        ("train.ipynb:3", "a notebook's line is CELL:LINE, and this one has 4 cells of code"),
        ("train.ipynb:9:1", "there is no such line"),
    ],
)
def test_cells_that_are_not_there(folder: Path, place: str, words: str) -> None:
    written(folder, *CELLS)
    assert words in refused(place)


def test_a_silence_can_be_explained_in_a_cell(folder: Path) -> None:
    written(folder, *CELLS)
    said = say("check", "--explain-silence", "train.ipynb:4:3")
    assert said.out.startswith("train.ipynb:4:3: model.fc = nn.Linear(512, 10)\n  head-width-mismatch speaks")
