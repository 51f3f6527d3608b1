from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Arrived, Known, Layer, Shape
from tests.cli.calling import CLEAN, WIDTH, check, say
from tests.cli.fakes import RESNET, install, ran, returned
from tests.rules.histories import at

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LINE = "model.fc = nn.Linear(512, 10)"


def said_of(folder: Path, text: str) -> str:
    (folder / "train.py").write_text(text)
    return check("train.py", "--output-format", "concise").out


def test_a_named_rule_is_silenced(folder: Path) -> None:
    text = WIDTH.replace(LINE, f"{LINE}  # headlint: ignore[head-width-mismatch] the paper does so")
    assert said_of(folder, text).startswith("1 file checked: no findings, 1 suppressed.")


def test_any_rule_is_silenced(folder: Path) -> None:
    assert "no findings, 1 suppressed" in said_of(folder, WIDTH.replace(LINE, f"{LINE}  # headlint: ignore"))


def test_any_line_of_the_statement_will_do(folder: Path) -> None:
    spread = "model.fc = nn.Linear(  # {0}\n    512,\n    10,  # {1}\n)  # {2}"
    for number in range(3):
        comments = ["x"] * 3
        comments[number] = "headlint: ignore[head-width-mismatch]"
        text = WIDTH.replace(LINE, spread.format(*comments))
        assert "no findings, 1 suppressed" in said_of(folder, text), number


def test_another_rule_is_not_silenced(folder: Path) -> None:
    text = WIDTH.replace(LINE, f"{LINE}  # headlint: ignore[freeze-after-head]")
    assert "error[head-width-mismatch]" in said_of(folder, text)


def test_a_neighbouring_statement_is_not_silenced(folder: Path) -> None:
    assert "error[head-width-mismatch]" in said_of(folder, WIDTH.replace(LINE, f"x = 1  # headlint: ignore\n{LINE}"))


def test_a_comment_in_a_string_is_none(folder: Path) -> None:
    text = WIDTH.replace(LINE, f'{LINE}; x = "# headlint: ignore"')
    assert "error[head-width-mismatch]" in said_of(folder, text)


def test_a_stale_comment_is_reported(folder: Path) -> None:
    text = CLEAN.replace("10)", "10)  # headlint: ignore[head-width-mismatch]")
    assert "train.py:5:49: warning[unused-suppression] silences nothing: head-width-mismatch finds nothing" in said_of(
        folder, text
    )


def test_a_misspelt_rule_is_reported(folder: Path) -> None:
    text = WIDTH.replace(LINE, f"{LINE}  # headlint: ignore[head-with-mismatch]")
    said = said_of(folder, text)
    assert "error[head-width-mismatch]" in said
    assert "there is no rule head-with-mismatch, did you mean head-width-mismatch?" in said


def test_one_of_two_names_is_stale(folder: Path) -> None:
    text = WIDTH.replace(LINE, f"{LINE}  # headlint: ignore[head-width-mismatch, hardcoded-in-features]")
    said = said_of(folder, text)
    assert "silences nothing: hardcoded-in-features" in said
    assert said.count("unused-suppression") == 1


def test_what_a_run_could_find_is_not_called_stale(folder: Path) -> None:
    unread = WIDTH.replace("512", "int(open('width').read())").rstrip()
    assert "no findings" in said_of(folder, f"{unread}  # headlint: ignore[head-width-mismatch]\n")


def test_a_run_settles_what_is_stale(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda _: ran(returned()))
    (folder / "train.py").write_text(CLEAN + "x = 1  # headlint: ignore\n")
    assert "no rule finds anything here" in say("check", "train.py").out


def test_an_observed_finding_is_silenced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = Layer("Linear", Known(512), Known(10))
    arrived = Arrived(at(5), RESNET, "fc", "", layer, Shape(("batch", 2048)), "resnet50")
    install(monkeypatch, lambda _: ran(arrived))
    unread = WIDTH.replace("512", "int(open('width').read())").rstrip()
    (folder / "train.py").write_text(f"{unread}  # headlint: ignore[head-width-mismatch]\n")
    assert "no findings, 1 suppressed" in say("check", "train.py").out


def test_comments_of_rules_that_were_not_selected_are_left_alone(folder: Path) -> None:
    (folder / "train.py").write_text(CLEAN.replace("10)", "10)  # headlint: ignore[head-width-mismatch]"))
    assert check("train.py", "--ignore", "head-width-mismatch").code == 0
    assert check("train.py", "--ignore", "unused-suppression").code == 0
    assert check("train.py", "--select", "freeze-after-head").code == 0
