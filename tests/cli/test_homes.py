"""Findings in the files that a script imports."""

from __future__ import annotations

import json

from tests.cli.calling import say

FACTORY = """
import torch.nn as nn
from torchvision import models


def build(name, classes):
    net = getattr(models, name)(weights="DEFAULT")
    net.fc = nn.Linear(512, classes){comment}
    return net
"""
TRAIN = """
import torch
from factory import build

model = build("resnet50", 10)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for images, labels in []:
    torch.nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
"""


def check(folder, monkeypatch, *names, comment=""):
    (folder / "factory.py").write_text(FACTORY.format(comment=comment))
    (folder / "train.py").write_text(TRAIN)
    (folder / "again.py").write_text(TRAIN)
    monkeypatch.chdir(folder)
    said = say("check", "--static", "--output-format", "json", *names)
    assert said.code in {0, 1}, said.err
    files = json.loads(said.out)["files"]
    return [(found["rule"], file["path"], found["place"]["line"]) for file in files for found in file["findings"]]


def test_a_mistake_in_an_imported_file_is_told_there(tmp_path, monkeypatch):
    assert check(tmp_path, monkeypatch, "train.py") == [("head-width-mismatch", "factory.py", 8)]


def test_it_counts_once_however_many_scripts_import_it(tmp_path, monkeypatch):
    assert check(tmp_path, monkeypatch, ".") == [("head-width-mismatch", "factory.py", 8)]


def test_it_is_silenced_where_it_stands(tmp_path, monkeypatch):
    silenced = check(tmp_path, monkeypatch, "train.py", comment="  # headlint: ignore[head-width-mismatch]")
    assert silenced == []
