"""The user's own modules that a script imports: run, watched, and told with their own places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import headlint
from headlint.runtime.slices.program import slice_program

if TYPE_CHECKING:
    from pathlib import Path

FACTORY = """\
import torch.nn as nn
from torchvision import models


def build(classes, width=512):
    model = models.resnet50(weights=None)
    model.fc = nn.Linear(width, classes)
    return model
"""
NET = """\
from torch import nn
from torchvision.models import resnet18


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.body = resnet18(weights=None)
        self.body.fc = nn.Identity()
        self.head = nn.Linear(2048, classes)

    def forward(self, x):
        return self.head(self.body(x))
"""
TRAIN = """\
from {module} import {name}


def main():
    model = {name}(10)


if __name__ == "__main__":
    main()
"""


def project(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def checked(folder: Path, path: str) -> dict[str, list[tuple[str, int, str]]]:
    results = headlint.check_paths([str(folder / path)], run=True)
    assert not list(results.troubles)
    return {
        file.path.removeprefix(f"{folder}/"): [
            (one.finding.rule, one.finding.place.line, one.verdict.value) for one in file.judged
        ]
        for file in results.files
    }


WIDTH = [("head-width-mismatch", 7, "confirmed")]


@pytest.mark.runtime
@pytest.mark.parametrize(
    ("files", "script"),
    [
        ({"factory.py": FACTORY, "train.py": TRAIN.format(module="factory", name="build")}, "train.py"),
        (
            {
                "requirements.txt": "",
                "nets/__init__.py": "from .factory import build\n",
                "nets/factory.py": FACTORY,
                "scripts/train.py": TRAIN.format(module="nets", name="build"),
            },
            "scripts/train.py",
        ),
        (
            {
                "nets/__init__.py": "",
                "nets/factory.py": FACTORY,
                "nets/train.py": TRAIN.format(module=".factory", name="build"),
            },
            "nets/train.py",
        ),
        (
            {"setup.py": "", "src/factory.py": FACTORY, "train.py": TRAIN.format(module="factory", name="build")},
            "train.py",
        ),
    ],
    ids=["beside", "from the root", "relative", "src"],
)
def test_a_mistake_in_an_imported_module_is_confirmed_there(tmp_path: Path, files: dict[str, str], script: str) -> None:
    pytest.importorskip("torch")
    told = checked(project(tmp_path, files), script)
    home = next(name for name in files if name.endswith("factory.py"))
    assert told[home] == WIDTH
    assert told[script] == []


@pytest.mark.runtime
def test_a_class_of_an_imported_module(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    folder = project(tmp_path, {"net.py": NET, "train.py": TRAIN.format(module="net", name="Net")})
    assert checked(folder, "train.py")["net.py"] == [("head-width-mismatch", 10, "confirmed")]


@pytest.mark.runtime
def test_what_one_script_confirms_stands_though_another_did_not_reach_it(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    late = FACTORY.replace("def build(classes", "def build(kind, classes").replace(
        "    model = models", "    if kind.is_large:\n        raise ValueError(kind)\n    model = models"
    )
    train = (
        "from types import SimpleNamespace\nfrom factory import build\n\nbuild(SimpleNamespace(is_large=False), 10)\n"
    )
    folder = project(tmp_path, {"factory.py": late, "train.py": train})
    results = headlint.check_paths([str(folder)], run=True)
    assert [(one.finding.place.line, one.verdict.value) for one in results.judged] == [(9, "confirmed")]


def test_a_function_that_builds_with_what_it_imports_is_a_way_into_a_script(tmp_path: Path) -> None:
    text = "from nets import build as make\n\n\ndef run(args):\n    return make(10)\n"
    folder = project(tmp_path, {"nets/__init__.py": "from nets.factory import build\n", "nets/factory.py": FACTORY})
    assert [one.name for one in slice_program(str(folder / "train.py"), text).scenarios] == ["", "run(…)"]


def test_modules_that_import_each_other_are_no_trouble(tmp_path: Path) -> None:
    folder = project(tmp_path, {"a.py": "from b import x\nimport a\n", "b.py": "from a import *\nfrom . import b\n"})
    assert slice_program(str(folder / "train.py"), "import a\nimport b\n").scenarios


ENGINE = """\
def train_step(model, loader, criterion, optimizer):
    model.train()
    for images, labels in loader:
        loss = criterion(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def fit(model, loader, criterion, optimizer, epochs):
    for epoch in range(epochs):
        train_step(model, loader, criterion, optimizer)
"""
TRAINING = """\
import torch
from torch import nn
from torchvision import datasets, models

from engine import fit, train_step

loader = torch.utils.data.DataLoader(datasets.ImageFolder("birds"))
model = models.resnet18(weights="IMAGENET1K_V1")
model.requires_grad_(False)
model.fc = nn.Linear(model.fc.in_features, 1)
optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.1)
criterion = nn.CrossEntropyLoss()
{training}
"""


@pytest.mark.runtime
@pytest.mark.parametrize(
    "training",
    [
        "fit(model, loader, criterion, optimizer, 9)",
        "for epoch in range(99):\n    train_step(model, loader, criterion, optimizer)",
    ],
    ids=["a call", "a loop"],
)
def test_training_in_another_module_is_rehearsed(tmp_path: Path, training: str) -> None:
    folder = project(tmp_path, {"train.py": TRAINING.format(training=training), "engine.py": ENGINE})
    told = checked(folder, "train.py")
    assert told["train.py"] == [("single-output-cross-entropy", 10, "confirmed")]
    assert told["engine.py"] == [("batchnorm-drifts", 2, "confirmed")]
