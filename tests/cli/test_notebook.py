from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from headlint.notebook import decode
from headlint.results import Trouble
from tests.cli.calling import check

if TYPE_CHECKING:
    from pathlib import Path

CELLS = [
    "!pip install timm\n%matplotlib inline\nimport torch.nn as nn\nfrom torchvision import models",
    "%%bash\nls -la (",
    "files = !ls\nmodel = models.resnet50(weights='IMAGENET1K_V2')",
    "%%time\nmodel?\nmodel.fc = nn.Linear(512, 10)",
]


def book(*cells: str) -> dict[str, Any]:
    """A notebook with text before every code cell."""
    raw: list[dict[str, Any]] = []
    for cell in cells:
        raw.append({"cell_type": "markdown", "metadata": {}, "source": ["# model.fc = nn.Linear(1, 2)"]})
        code = {"cell_type": "code", "execution_count": 3, "metadata": {"é": 1}, "outputs": [{"data": "<b>"}]}
        raw.append(code | {"source": cell.splitlines(keepends=True)})
    return {"cells": raw, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def written(folder: Path, *cells: str, indent: int | None = 1, is_ascii: bool = False, tail: str = "\n") -> Path:
    path = folder / "train.ipynb"
    path.write_text(json.dumps(book(*cells), indent=indent, ensure_ascii=is_ascii) + tail, encoding="utf-8")
    return path


def test_places_are_cells_and_lines(folder: Path) -> None:
    written(folder, *CELLS)
    said = check(".")
    assert said.code == 1
    assert said.out.startswith(
        "train.ipynb:cell 4:3:22: error[head-width-mismatch] the new head takes 512 features, but resnet50 gives it"
        " 2048\n"
    )
    assert "  2 | model = models.resnet50(weights='IMAGENET1K_V2')\n" in said.out
    assert "resnet50 is built with pretrained weights (cell 3)\n" in said.out
    assert "  3 | model.fc = nn.Linear(512, 10)\n    |                      ^^^\n" in said.out


def test_sentences_name_lines_of_cells(folder: Path) -> None:
    built = "import torch\nfrom torchvision import models\nmodel = models.resnet18(weights='DEFAULT')"
    early = "optimizer = torch.optim.Adam(model.parameters())"
    head = "head = torch.nn.Linear(512, 3)\nmodel.fc = head"
    step = "model(torch.rand(2, 3, 224, 224)).sum().backward()\noptimizer.step()"
    written(folder, built, early, head, step)
    said = check(".", "--select", "optimizer-before-surgery")
    assert "holds none of the 2 parameters of the new head: `fc` is put there on line 2 of cell 3" in said.out
    assert "= fix: build it after line 2 of cell 3" in said.out
    written(folder, built, f"{early}\n{head}", step)
    assert "`fc` is put there on line 3\n" in check(".", "--select", "optimizer-before-surgery").out


def test_sentences_name_lines_of_other_files(folder: Path) -> None:
    (folder / "leaf_heads.py").write_text(
        "import torch.nn as nn\n\n\ndef renew(model, count):\n    model.fc = nn.Linear(512, count)\n"
    )
    written(
        folder,
        "import torch\nfrom torchvision import models\nfrom leaf_heads import renew",
        "model = models.resnet18(weights='DEFAULT')\noptimizer = torch.optim.Adam(model.parameters())",
        "renew(model, 3)\nmodel(torch.rand(2, 3, 224, 224)).sum().backward()\noptimizer.step()",
    )
    said = check(".", "--select", "optimizer-before-surgery")
    assert "`fc` is put there on line 5 of leaf_heads.py" in said.out


def test_places_in_imported_files_are_lines_of_those(folder: Path) -> None:
    (folder / "leaf_factory.py").write_text(
        "import torch.nn as nn\nfrom torchvision import models\n\n\ndef build(count):\n"
        "    model = models.resnet50(weights='DEFAULT')\n    model.fc = nn.Linear(512, count)\n    return model\n"
    )
    written(
        folder, "from torchvision import models\nfrom leaf_factory import build", "model = build(3)", "print(model)"
    )
    said = check("train.ipynb")
    assert said.out.startswith("leaf_factory.py:7:26: error[head-width-mismatch]")


def test_a_broken_cell_costs_only_itself(folder: Path) -> None:
    written(folder, CELLS[0], "def broken(:", *CELLS[2:])
    said = check(".")
    assert said.code == 2
    assert said.err.startswith("headlint: train.ipynb:cell 2:1: it is not valid Python (")
    assert "train.ipynb:cell 4:3:22: error[head-width-mismatch]" in said.out


@pytest.mark.parametrize("indent", [1, 2, None])
@pytest.mark.parametrize("is_ascii", [True, False])
@pytest.mark.parametrize("tail", ["", "\n"])
def test_a_fix_changes_the_code_and_nothing_else(folder: Path, indent: int | None, is_ascii: bool, tail: str) -> None:
    path = written(folder, *CELLS, indent=indent, is_ascii=is_ascii, tail=tail)
    before = path.read_bytes()
    assert check(".", "--fix").code == 0
    assert path.read_bytes() == before.replace(b"nn.Linear(512, 10)", b"nn.Linear(model.fc.in_features, 10)")


def test_a_formatting_of_its_own_is_left_alone(folder: Path) -> None:
    path = folder / "train.ipynb"
    text = json.dumps(book(*CELLS), indent=1).replace('"nbformat": 4', '"nbformat":   4')
    path.write_text(text)
    said = check(".", "--fix")
    assert said.code == 2
    assert said.err == "headlint: train.ipynb: not fixed: the notebook is formatted in a way that could not be kept\n"
    assert path.read_text() == text


def test_a_difference_is_shown_by_cells(folder: Path) -> None:
    written(folder, *CELLS)
    said = check(".", "--diff")
    assert " # cell 4\n" in said.out
    assert "-model.fc = nn.Linear(512, 10)\n" in said.out


def test_a_suppression_in_a_cell(folder: Path) -> None:
    written(folder, *CELLS[:-1], CELLS[-1] + "  # headlint: ignore[head-width-mismatch]")
    assert "1 suppressed" in check(".").out


def test_notebooks_without_model_code_are_passed_over(folder: Path) -> None:
    written(folder, "import torch", "x = 1")
    assert check(".").out == "1 file checked (1 without model code): no findings.\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("torch {", "it is not a valid notebook ("),
        ('["torch"]', "it is not a notebook of format 4"),
        ('{"worksheets": ["torch"]}', "it is not a notebook of format 4"),
    ],
)
def test_what_is_no_notebook_is_one_line(folder: Path, text: str, why: str) -> None:
    (folder / "train.ipynb").write_text(text)
    said = check(".")
    assert said.code == 2
    assert why in said.err
    assert said.err.count("\n") == 1


def test_no_magic_moves_a_line() -> None:
    cells = ["%%capture out\nx = 1", "!ls \\\n  -l\ny = 2", "if y:\n    %time f()\n    z = 3", "?x", "a = %env HOME"]
    source = decode("a.ipynb", json.dumps(book(*cells)).encode())
    assert not isinstance(source, Trouble)
    assert source.troubles == []
    assert source.text.split("\n") == [
        *["pass", "x = 1"],
        *["pass", "", "y = 2"],
        *["if y:", "    pass", "    z = 3"],
        "pass",
        "a = get_ipython()",
        "",
    ]


def test_what_jupyter_takes_for_pip_needs_no_mark() -> None:
    cells = ["pip install -q timm", "x = 1\nconda install \\\n  torch\nmodel.fc?\ny = pip", "pip = install"]
    source = decode("a.ipynb", json.dumps(book(*cells)).encode())
    assert not isinstance(source, Trouble)
    assert source.troubles == []
    assert source.text.split("\n") == ["pass", "x = 1", "pass", "", "pass", "y = pip", "pip = install", ""]
