"""Imports of a script that can't or needn't be answered for real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.runtime.children import in_child

if TYPE_CHECKING:
    from pathlib import Path

START = """
import sys
from headlint.runtime.worker.scripts.missing import Finder
from headlint.runtime.worker.holes import is_hole
sys.path.insert(0, {folder!r})
sys.meta_path.insert(0, Finder({folder!r}, {path!r}, {{}}))
source = {source!r}
exec(compile(source, {path!r}, "exec"))
"""


def run(folder: Path, source: str) -> str:
    return in_child(START.format(folder=str(folder), path=str(folder / "script.py"), source=source))


SOURCES = {
    "a package that is not there": "import nosuchpackage as p; print(is_hole(p.anything()))",
    "a part of it": "import nosuchpackage.deep.down as p; print(is_hole(p.anything))",
    "a name of it": "from nosuchpackage.deep import name; print(is_hole(name))",
    "a package that no model needs": "import pandas as pd; print(is_hole(pd.read_csv('x')))",
    "a package in an idle one": "from sklearn.metrics import f1_score; print(is_hole(f1_score))",
    "the standard library": "import json; print(json.dumps(True) == 'true')",
    "a missing part of a real package": "from json.nothing import name; print(is_hole(name))",
}


@pytest.mark.parametrize("case", list(SOURCES))
def test_imports_of_a_script(tmp_path: Path, case: str) -> None:
    assert run(tmp_path, SOURCES[case]) == "True"


def test_a_module_beside_the_script_is_the_real_one(tmp_path: Path) -> None:
    (tmp_path / "datasets.py").write_text("classes = 12\n")
    assert run(tmp_path, "import datasets; print(datasets.classes)") == "12"


def test_a_library_of_others_is_not_deceived(tmp_path: Path) -> None:
    source = "import importlib.util; f = eval('lambda: importlib.util.find_spec(\"nosuchpackage\")'); print(f())"
    code = START.format(folder=str(tmp_path), path=str(tmp_path / "script.py"), source="pass")
    assert in_child(f"{code}\n{source}") == "None"


def test_a_script_that_is_ready_for_an_absence_is_told_of_it(tmp_path: Path) -> None:
    source = (
        "from headlint.runtime.worker.scripts.tolerance import need\n"
        "for name in ('nosuchpackage', 'json'):\n"
        "    try:\n        need(name)\n        print('there')\n    except ImportError:\n        print('absent')\n"
    )
    assert run(tmp_path, source).split() == ["absent", "there"]
