from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headlint.check_command import Request
from headlint.config import KEYS
from tests.cli.calling import TYPED, WIDTH, check, say
from tests.cli.fakes import install, ran

if TYPE_CHECKING:
    from pathlib import Path


def test_pyproject(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.headlint]\nignore = ["head-width-mismatch"]\n')
    (folder / "train.py").write_text(WIDTH)
    assert check("train.py").code == 0
    assert check("train.py", "--ignore", "freeze-after-head").code == 1, "the command line has the last word"


def test_headlint_toml(folder: Path) -> None:
    (folder / "headlint.toml").write_text('fail-on = "error"\noutput-format = "concise"\n')
    (folder / "train.py").write_text(TYPED)
    said = check("train.py")
    assert said.code == 0
    assert "|" not in said.out


def test_the_nearest_file_above_what_is_checked_counts(folder: Path) -> None:
    inner = folder / "project" / "deep"
    inner.mkdir(parents=True)
    (folder / "headlint.toml").write_text('ignore = ["head-width-mismatch"]\n')
    (inner / "train.py").write_text(WIDTH)
    assert check("project").code == 0
    (folder / "project" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert check("project").code == 0, "a file without a table of ours is passed over"
    (folder / "project" / "headlint.toml").write_text("")
    assert check("project/deep/train.py").code == 1


def test_static(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = install(monkeypatch, lambda _: ran())
    (folder / "headlint.toml").write_text("static = true\n")
    (folder / "train.py").write_text(WIDTH)
    say("check", "train.py")
    assert fake.asked == []


def test_exclude(folder: Path) -> None:
    (folder / "headlint.toml").write_text('exclude = ["old"]\n')
    (folder / "old").mkdir()
    (folder / "old" / "train.py").write_text(WIDTH)
    assert check(".").code == 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ignored = []\n", "there is no setting ignored, did you mean ignore?"),
        ("zzz = 1\n", "there is no setting zzz; there are select, ignore"),
        ('ignore = "all"\n', "ignore must be a list of strings"),
        ("timeout = 0\n", "timeout must be a number above 0"),
        ("jobs = 1.5\n", "jobs must be a whole number above 0"),
        ("static = 1\n", "static must be true or false"),
        ("x = \n", "it is not valid TOML ("),
    ],
)
def test_what_cannot_be_used_is_one_line(folder: Path, text: str, complaint: str) -> None:
    (folder / "headlint.toml").write_text(text)
    said = check(".")
    assert said.code == 2
    assert said.err.startswith("headlint: ")
    assert f"headlint.toml: {complaint}" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('fail-on = "never"\n', "fail-on in the settings must be one of error, warning, note"),
        ('ignore = ["head-with-mismatch"]\n', "there is no rule head-with-mismatch; did you mean head-width-mismatch"),
    ],
)
def test_values_that_do_not_exist(folder: Path, text: str, complaint: str) -> None:
    (folder / "headlint.toml").write_text(text)
    said = check(".")
    assert (said.code, said.err.startswith(f"headlint: {complaint}")) == (2, True)


def test_every_setting_is_an_option() -> None:
    options = {name.replace("_", "-") for name in Request.__match_args__}
    assert set(KEYS) <= options
