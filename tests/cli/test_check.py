"""What `headlint check` says of files and folders, and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import headlint.static.witness
from headlint.rule import Rule
from tests.cli.calling import CLEAN, TYPED, WIDTH, check, say, start

if TYPE_CHECKING:
    from pathlib import Path


def test_a_mistake(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH)
    said = check("train.py")
    assert said.code == 1
    assert said.out.startswith("train.py:5:22: error[head-width-mismatch] the new head takes 512 features")
    assert "1 file checked: 1 error, 1 fixable with --fix." in said.out


def test_nothing_found(folder: Path) -> None:
    (folder / "train.py").write_text(CLEAN)
    assert check("train.py") == (0, "1 file checked: no findings.\nNothing was run: --static only reads.\n", "")


def test_the_working_folder_is_checked_by_default(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "train.py").write_text(WIDTH)
    assert "deep/train.py:5:22" in check().out.replace("\\", "/")


@pytest.mark.parametrize("hidden", [".git", "venv", "node_modules", "__pycache__", "headlint.egg-info"])
def test_folders_of_others_are_not_entered(folder: Path, hidden: str) -> None:
    (folder / hidden).mkdir()
    (folder / hidden / "train.py").write_text(WIDTH)
    assert check(".").code == 0
    assert check(hidden).code == 1, "a folder that is named is checked"


def test_a_file_is_checked_once(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH)
    assert check("train.py", "train.py", ".").out.count("error[") == 1


def test_files_without_model_code_count_in_the_summary(folder: Path) -> None:
    (folder / "words.py").write_text("print('hello')\n")
    (folder / "empty.py").write_text("")
    assert check(".") == (0, "2 files checked (2 without model code): no findings.\n", "")


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("broken.py", b"import torchvision.models\nx = (\n", "headlint: broken.py:2: it is not valid Python"),
        ("binary.py", b"import torch\n\0\1\2", "headlint: binary.py: it is a binary file, not Python"),
        ("bytes.py", b"import torchvision.models\n\xff\xfe\n", "headlint: bytes.py:1: its text can't be decoded"),
        (
            "cookie.py",
            b"# coding: rot13\nimport torchvision.models\n",
            "headlint: cookie.py:1: its text can't be decod",
        ),
    ],
)
def test_what_cannot_be_checked_is_one_line_and_hides_nothing(folder: Path, name: str, data: bytes, line: str) -> None:
    (folder / name).write_bytes(data)
    (folder / "train.py").write_text(WIDTH)
    said = check(".")
    assert said.code == 2
    assert said.err.startswith(line)
    assert said.err.count("\n") == 1
    assert "train.py:5:22: error[head-width-mismatch]" in said.out
    assert "1 path could not be checked" in said.out


def test_a_missing_path(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH)
    said = check("nowhere", "train.py")
    assert (said.code, said.err) == (2, "headlint: nowhere: there is no such file or folder\n")
    assert "error[head-width-mismatch]" in said.out


def test_a_witness_that_fails_costs_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell = headlint.static.witness.tell

    def fail(path: str, text: str) -> object:
        if path == "a.py":
            raise ZeroDivisionError("oh")
        return tell(path, text)

    monkeypatch.setattr("headlint.static.witness.tell", fail)
    for name in ("a.py", "b.py"):
        (folder / name).write_text(WIDTH)
    said = check(".")
    assert said.code == 2
    assert said.err == "headlint: a.py: headlint fails on it (ZeroDivisionError: oh); please report this\n"
    assert "b.py:5:22" in said.out


def test_a_rule_that_fails_costs_its_own_findings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import headlint.rule

    def fail(_: object) -> object:
        raise ZeroDivisionError("oh")

    good = headlint.rule.rules()
    bad = Rule("always-broken", good[0].severity, good[0].witnesses, "Breaks.", fail)
    monkeypatch.setattr("headlint.rule.rules", lambda: (*good, bad))
    (folder / "train.py").write_text(WIDTH)
    said = check("train.py")
    assert said.code == 2
    assert said.err == "headlint: train.py: the rule always-broken failed on it (ZeroDivisionError: oh)\n"
    assert "error[head-width-mismatch]" in said.out


def test_standard_input(folder: Path) -> None:
    said = check("-", "--stdin-filename", "there/train.py", given=WIDTH)
    assert said.code == 1
    assert said.out.startswith("there/train.py:5:22: error[")
    assert check("-", given=WIDTH).out.startswith("<stdin>:5:22: error[")
    assert check("-", "more.py", given=WIDTH).code == 2


def test_select_and_ignore(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH + "for p in model.parameters():\n    p.requires_grad = False\n")
    both = check("train.py").out
    assert "error[head-width-mismatch]" in both
    assert "error[freeze-after-head]" in both
    chosen = check("train.py", "--select", "head-width-mismatch,nothing-trainable").out
    assert "error[head-width-mismatch]" in chosen
    assert "freeze-after-head" not in chosen
    left = check("train.py", "--ignore", "head-width-mismatch", "--ignore", "freeze-after-head")
    assert left.code == 0


def test_an_unknown_rule_names_its_near_misses(folder: Path) -> None:
    said = check("--select", "head-with-mismatch")
    assert said.code == 2
    assert said.err.startswith("headlint: there is no rule head-with-mismatch; did you mean head-width-mismatch")
    assert "freeze-" in check("--ignore", "freeze").err


@pytest.mark.parametrize(("least", "code"), [("error", 0), ("warning", 1), ("note", 1)])
def test_fail_on(folder: Path, least: str, code: int) -> None:
    (folder / "train.py").write_text(TYPED)
    assert check("train.py").code == 1
    assert check("train.py", "--fail-on", least).code == code


def test_exclude(folder: Path) -> None:
    (folder / "old").mkdir()
    (folder / "old" / "train.py").write_text(WIDTH)
    (folder / "train_old.py").write_text(WIDTH)
    assert check(".").out.count("error[") == 2
    assert check(".", "--exclude", "old", "--exclude", "*_old.py").code == 0


def test_quiet_and_concise(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH)
    said = check("train.py", "--quiet", "--output-format", "concise")
    assert said.out == (
        "train.py:5:22: error[head-width-mismatch] the new head takes 512 features, but resnet50 gives it 2048\n"
    )
    (folder / "train.py").write_text(CLEAN)
    assert check("train.py", "-q").out == ""


def test_statistics(folder: Path) -> None:
    for name in ("a.py", "b.py"):
        (folder / name).write_text(WIDTH)
    assert "    2  error    head-width-mismatch\n" in check(".", "--statistics").out
    assert "    2  error    head-width-mismatch\n" in check(".", "--statistics", "--quiet").out


def test_colours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "train.py").write_text(WIDTH)
    assert "\033[" not in check("train.py").out
    assert "\033[1;31merror[head-width-mismatch]\033[0m" in check("train.py", "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\033[" in check("train.py").out
    assert "\033[" not in check("train.py", "--color", "never").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033[" not in check("train.py").out


def test_rules_lists_every_rule() -> None:
    said = say("rules")
    assert said.code == 0
    assert "head-width-mismatch " in said.out
    assert "unused-suppression " in said.out


def test_explain() -> None:
    said = say("explain", "head-width-mismatch")
    assert said.code == 0
    assert "```" not in said.out
    assert "    model.fc = nn.Linear(512, 10)" in said.out
    lost = say("explain", "head-with-mismatch")
    assert lost.code == 2
    assert "did you mean head-width-mismatch" in lost.err


def test_the_version() -> None:
    assert say("--version").out == f"headlint {headlint.__version__}\n"


def test_an_internal_error_is_one_line(folder: Path) -> None:
    script = (
        "import headlint.check_command as c, headlint.cli, sys\n"
        "def fail(_): raise ZeroDivisionError('oh')\n"
        "c.check = fail\n"
        "headlint.cli.main(['check'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "headlint: internal error (ZeroDivisionError: oh); set HEADLINT_TRACEBACK=1 for all of it\n"


def test_a_reader_that_goes_away(folder: Path) -> None:
    for number in range(200):
        (folder / f"train{number}.py").write_text(WIDTH)
    command = [sys.executable, "-m", "headlint", "check", "--static", "."]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


def test_an_interruption_is_no_finding(folder: Path) -> None:
    script = (
        "import headlint.check_command as c, headlint.cli\n"
        "def interrupt(_): raise KeyboardInterrupt\n"
        "c.check = interrupt\n"
        "headlint.cli.main(['check'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (130, "")


def test_progress_is_for_terminals(folder: Path) -> None:
    pty = pytest.importorskip("pty")
    (folder / "train.py").write_text(WIDTH)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "headlint", "check", "--static", "train.py"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=False)
    assert os.read(ours, 1000) == b"\r\033[Kreading train.py\r\033[K"
    assert start("check", "--static", "train.py").stderr == ""


def test_a_terminal_that_cannot_write_a_character(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH.replace("10)", "10)  # 数"), encoding="utf-8")
    done = start("check", "--static", "train.py", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "\\u6570" in done.stdout


def test_json_says_everything(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH)
    (folder / "words.py").write_text("")
    said = check(".", "nowhere", "--output-format", "json")
    told = json.loads(said.out)
    assert said.code == 2
    assert told["version"] == 1
    assert told["summary"]["checked"] == 2
    assert told["summary"]["without_model_code"] == 1
    assert told["summary"]["findings"] == {"error": 1, "warning": 0, "note": 0}
    assert told["errors"] == [{"path": "nowhere", "cell": 0, "line": 0, "why": "there is no such file or folder"}]
    (file,) = told["files"]
    (finding,) = file["findings"]
    place = {"path": "train.py", "cell": 0, "line": 5, "column": 22, "end_line": 5, "end_column": 25, "statement": 5}
    assert file["path"] == "train.py"
    assert (finding["rule"], finding["verdict"], finding["place"]) == ("head-width-mismatch", "suspected", place)
    assert finding["fix"]["safety"] == "safe"
    assert finding["fix"]["edits"] == [{"place": place, "replacement": "model.fc.in_features"}]
    assert finding["steps"][0]["text"] == "resnet50 is built with pretrained weights"


def test_a_named_file_without_model_code_is_parsed_all_the_same(tmp_path: Path) -> None:
    broken = tmp_path / "plot.py"
    broken.write_text("def draw(:\n")
    said = say("check", "--static", broken)
    assert said.code == 2
    assert f"{broken}:1: it is not valid Python" in said.err
    assert say("check", "--static", tmp_path).code == 0


def test_notes_are_given_to_those_who_ask_for_them(folder: Path) -> None:
    whole = "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
    (folder / "train.py").write_text("import torch\n" + WIDTH.replace("512", "model.fc.in_features") + whole)
    assert check("train.py", "--static").code == 0
    said = check("train.py", "--static", "--select", "nothing-frozen")
    assert (said.code, "note[nothing-frozen]" in said.out) == (0, True)
    assert check("train.py", "--static", "--select", "nothing-frozen", "--fail-on", "note").code == 1
