from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headlint.finding import Edit, Finding, Fix, Place, Safety, Severity, Span
from headlint.fixes import mend
from headlint.results import Checked
from headlint.source import decode
from headlint.verdict import Judged, Verdict
from tests.cli.calling import WIDTH, check

if TYPE_CHECKING:
    from pathlib import Path

    from headlint.source import Source

MENDED = WIDTH.replace("512", "model.fc.in_features")


def edit(start: int, end: int, replacement: str) -> Edit:
    """An edit on line 1, columns from 1."""
    return Edit(Place("a.py", Span(1, start, 1, end), 1), replacement)


def fixing(*edits: Edit, safety: Safety = Safety.SAFE, verdict: Verdict = Verdict.READ) -> Judged:
    fix = Fix("mend it", safety, edits)
    return Judged(Finding("some-rule", Severity.ERROR, edits[0].place, "wrong", fix=fix), verdict)


def mended(text: str, *judged: Judged, least: Safety = Safety.SAFE) -> Checked:
    """What is left after one pass of fixes: the check of the mended text finds nothing."""
    source = decode("a.py", text.encode())
    checked = Checked(source)
    checked.judged = list(judged)
    return mend(checked, least, Checked)


def test_the_file_is_mended(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH)
    said = check("train.py", "--fix")
    assert said.code == 0
    assert "no findings, 1 fixed" in said.out
    assert (folder / "train.py").read_text() == MENDED


@pytest.mark.parametrize(
    ("encoding", "comment"), [("utf-8-sig", "é 数"), ("latin-1", "é"), ("cp1252", "€"), ("gbk", "数")]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_and_newlines_are_kept(folder: Path, encoding: str, comment: str, newline: str) -> None:
    cookie = "" if encoding == "utf-8-sig" else f"# -*- coding: {encoding} -*-\n"
    text = f'{cookie}"""{comment}"""\n{WIDTH}'.replace("\n", newline)
    (folder / "train.py").write_bytes(text.encode(encoding))
    assert check("train.py", "--fix").code == 0
    expected = text.replace("512", "model.fc.in_features")
    assert (folder / "train.py").read_bytes() == expected.encode(encoding)


def test_form_feeds_and_unicode_separators_are_no_lines(folder: Path) -> None:
    text = f"# a\x0cb\u2028c\x85d\n\x0c\n{WIDTH}"
    (folder / "train.py").write_text(text, encoding="utf-8")
    check("train.py", "--fix")
    assert (folder / "train.py").read_text(encoding="utf-8") == text.replace("512", "model.fc.in_features")


def test_a_difference_is_shown_and_nothing_written(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH)
    said = check("train.py", "--diff")
    assert said.code == 1
    assert "-model.fc = nn.Linear(512, 10)\n+model.fc = nn.Linear(model.fc.in_features, 10)\n" in said.out
    assert said.err == "1 finding would be fixed.\n"
    assert (folder / "train.py").read_text() == WIDTH
    (folder / "train.py").write_text(MENDED)
    assert check("train.py", "--diff") == (0, "", "0 findings would be fixed.\n")


def test_standard_input_is_mended_to_standard_output(folder: Path) -> None:
    said = check("-", "--fix", given=WIDTH)
    assert (said.code, said.out) == (0, MENDED)
    assert "1 fixed" in said.err
    assert check("-", "--fix", given="print('hello')\n").out == "print('hello')\n"


def test_a_file_that_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "train.py").write_text(WIDTH)
    real = open

    def refuse(path: str, mode: str = "r", **more: object) -> object:
        if mode == "wb":
            raise PermissionError(13, "Permission denied")
        return real(path, mode, **more)

    monkeypatch.setattr("builtins.open", refuse)
    said = check("train.py", "--fix")
    assert said.code == 2
    assert said.err == "headlint: train.py: not fixed: the file can't be written (Permission denied)\n"


def test_unsafe_fixes_are_asked_for() -> None:
    judged = fixing(edit(1, 2, "y"), safety=Safety.UNSAFE)
    assert mended("x\n", judged).fixed == 0
    assert mended("x\n", judged, least=Safety.UNSAFE).source.text == "y\n"


def test_what_is_for_display_is_never_applied() -> None:
    assert mended("x\n", fixing(edit(1, 2, "y"), safety=Safety.DISPLAY), least=Safety.UNSAFE).fixed == 0


def test_refuted_findings_are_not_mended() -> None:
    assert mended("x\n", fixing(edit(1, 2, "y"), verdict=Verdict.REFUTED)).fixed == 0


def test_an_edit_of_another_file_is_not_made_in_this_one() -> None:
    elsewhere = Edit(Place("b.py", Span(1, 1, 1, 2), 1), "y")
    assert mended("x\n", fixing(edit(1, 2, "y"), elsewhere)).fixed == 0


def test_edits_that_overlap_wait_for_the_next_pass() -> None:
    source = decode("a.py", b"abcdef\n")
    checked = Checked(source)
    checked.judged = [fixing(edit(1, 4, "x")), fixing(edit(3, 6, "y")), fixing(edit(6, 7, "z"))]
    seen: list[str] = []

    def again(source: Source) -> Checked:
        seen.append(source.text)
        after = Checked(source)
        after.judged = [fixing(edit(1, 2, "q"))] if len(seen) == 1 else []
        return after

    result = mend(checked, Safety.SAFE, again)
    assert seen == ["xdez\n", "qdez\n"]
    assert result.fixed == 3


def test_the_same_edit_wanted_twice_is_made_once() -> None:
    result = mended("a b\n".replace(" ", "+"), fixing(edit(1, 1, "-")), fixing(edit(1, 1, "-")))
    assert (result.source.text, result.fixed) == ("-a+b\n", 2)


def test_two_insertions_at_one_point_would_have_no_order() -> None:
    assert mended("a\n", fixing(edit(1, 1, "-")), fixing(edit(1, 1, "+"))).source.text == "-a\n"


def test_what_would_not_be_python_is_left_alone() -> None:
    result = mended("a\n", fixing(edit(1, 2, "(")))
    assert (result.source.text, result.fixed) == ("a\n", 0)
    assert [trouble.why for trouble in result.troubles] == ["not fixed: the result would not be valid Python"]


def test_what_the_encoding_cannot_write_is_left_alone() -> None:
    source = decode("a.py", b"# coding: latin-1\na\n")
    checked = Checked(source)
    place = Place("a.py", Span(2, 1, 2, 2), 2)
    checked.judged = [fixing(Edit(place, "数"))]
    result = mend(checked, Safety.SAFE, Checked)
    assert result.fixed == 0
    assert "can't be written in the file's encoding" in result.troubles[0].why


def test_new_lines_are_those_of_the_file() -> None:
    assert mended("a\r\nb\r\n", fixing(edit(2, 2, "\nc"))).source.text == "a\r\nc\r\nb\r\n"
