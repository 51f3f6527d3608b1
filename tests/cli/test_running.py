"""How the two witnesses come together in a report; the run is a fake that tells what a test wants."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from headlint.history import Arrived, Known, Layer, Returned, Shape, Unknown
from tests.cli.calling import CLEAN, TYPED, WIDTH, say
from tests.cli.fakes import RESNET, Outcome, install, ran, returned
from tests.rules.histories import at

if TYPE_CHECKING:
    from pathlib import Path

LINEAR = Layer("Linear", Known(512), Known(10))


def arrived(features: int) -> Arrived:
    return Arrived(at(5), RESNET, "fc", "", LINEAR, Shape(("batch", features)), "resnet50")


def test_a_confirmed_finding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = install(monkeypatch, lambda _: ran(arrived(2048)))
    (folder / "train.py").write_text(WIDTH)
    said = say("check", "train.py")
    assert said.code == 1
    assert said.out.splitlines()[0].endswith("but resnet50 gives it 2048  [confirmed]")
    assert (fake.asked, fake.closed) == (["train.py"], 1)


def test_a_refuted_finding_is_not_shown_and_does_not_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda _: ran(arrived(512), returned()))
    (folder / "train.py").write_text(WIDTH)
    assert say("check", "train.py") == (
        0,
        "1 file checked: no findings.\nRan train.py: resnet50 -> (batch, 10) by torch.fx.\n",
        "",
    )
    shown = say("check", "train.py", "--show-refuted")
    assert shown.code == 0
    assert "[refuted]" in shown.out


def test_a_suspected_finding_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda _: Outcome((), "the script needs a file that isn't here", 0.1))
    (folder / "train.py").write_text(WIDTH)
    said = say("check", "train.py")
    assert said.code == 1
    assert "  [suspected]\n" in said.out
    assert "= unconfirmed: the script needs a file that isn't here\n" in said.out
    assert said.out.endswith("Did not run train.py: the script needs a file that isn't here.\n")


def test_an_observed_finding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda _: ran(arrived(2048)))
    (folder / "train.py").write_text(WIDTH.replace("512", "int(open('width').read())"))
    said = say("check", "train.py")
    assert said.out.startswith("train.py:5:1: error[head-width-mismatch] ")
    assert said.out.splitlines()[0].endswith("[observed]")


def test_what_only_the_source_can_know_has_no_verdict(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda _: ran(returned()))
    (folder / "train.py").write_text(TYPED)
    assert say("check", "train.py").out.splitlines()[0].endswith("gives 2048 features")


def test_a_model_without_output(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Returned(at(4), RESNET, Unknown("the forward pass fails at `fc`"), "torch.fx")
    install(monkeypatch, lambda _: ran(failed))
    (folder / "train.py").write_text(CLEAN)
    assert "Ran train.py: resnet50 gives no output, the forward pass fails at `fc`.\n" in say("check", "train.py").out


def test_a_run_that_built_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda _: ran())
    (folder / "train.py").write_text(CLEAN)
    assert "Ran train.py: no model was built.\n" in say("check", "train.py").out


def test_a_run_that_stopped_halfway(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda _: ran(returned(), stopped="line 9 reads a file"))
    (folder / "train.py").write_text(CLEAN)
    said = say("check", "train.py")
    assert "Ran train.py: resnet50 -> (batch, 10) by torch.fx.\n" in said.out
    assert "Ran only part of train.py: line 9 reads a file.\n" in said.out


def test_without_torch_the_findings_are_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headlint.runtime.client.missing", lambda: "torch can't be imported here: pip install it")
    (folder / "train.py").write_text(WIDTH)
    said = say("check", "train.py")
    assert said.code == 1
    static = say("check", "--static", "train.py")
    assert said.out.splitlines()[:-1] == static.out.splitlines()[:-1]
    assert said.out.splitlines()[-1] == "Nothing was run: torch can't be imported here: pip install it."


def test_require_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "train.py").write_text(CLEAN)
    said = say("check", "--static", "train.py", "--require-run")
    assert (said.code, said.err) == (1, "headlint: Nothing was run: --static only reads. (--require-run)\n")
    install(monkeypatch, lambda _: ran(returned()))
    assert say("check", "train.py", "--require-run").code == 0
    install(monkeypatch, lambda _: Outcome((), "no", 0.1))
    said = say("check", "train.py", "--require-run")
    assert (said.code, said.err) == (1, "headlint: Did not run train.py: no. (--require-run)\n")
    assert say("check", "train.py").code == 0
    assert say("check", "train.py", "--require-run", "--exit-zero").code == 0
    (folder / "headlint.toml").write_text("require-run = true\n")
    assert say("check", "train.py").code == 1


NOT_RUN = "resnet50 in train.py gives no output, its forward pass stops with a ValueError on a dummy input."


@pytest.mark.parametrize("form", ["text", "concise", "json", "sarif", "github", "gitlab", "junit"])
def test_what_could_not_be_run_is_named_in_every_format(
    folder: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    why = "its forward pass stops with a ValueError on a dummy input"
    silent = Returned(at(4), RESNET, Unknown(why))
    install(monkeypatch, lambda _: ran(silent, stopped="line 9 reads a file"))
    (folder / "train.py").write_text(CLEAN)
    said = say("check", "train.py", "--output-format", form)
    assert said.code == 0
    if form == "json":
        assert json.loads(said.out)["summary"]["unproven"] == [
            {"path": "train.py", "model": "", "why": "line 9 reads a file"},
            {
                "path": "train.py",
                "model": "resnet50",
                "why": "its forward pass stops with a ValueError on a dummy input",
            },
        ]
        return
    assert "Ran only part of train.py: line 9 reads a file." in said.out
    assert (NOT_RUN if form not in {"text", "concise"} else NOT_RUN.replace(" in train.py", "")) in said.out
    assert say("check", "train.py", "--output-format", form, "--require-run").err.count("(--require-run)") == 2


def test_models_that_could_not_be_run_are_named_where_many_scripts_ran(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = Returned(at(4), RESNET, Unknown("its forward pass stops with a ValueError on a dummy input"))
    install(monkeypatch, lambda path: ran(silent if path == "train.py" else returned()))
    for name in ("train.py", *(f"other{number}.py" for number in range(6))):
        (folder / name).write_text(CLEAN)
    said = say("check", ".")
    assert "Ran 7 scripts;" in said.out
    assert NOT_RUN in said.out


def test_scripts_without_models_are_not_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = install(monkeypatch, lambda _: ran())
    (folder / "words.py").write_text("import sys\n")
    (folder / "layer.py").write_text("import torch\nthing.requires_grad = compute()\n")
    assert say("check", ".").code == 0
    assert fake.asked == []


def test_nothing_is_run_under_static(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = install(monkeypatch, lambda _: ran())
    (folder / "train.py").write_text(WIDTH)
    say("check", "--static", "train.py")
    assert fake.asked == []


@pytest.mark.parametrize("jobs", [1, 3])
def test_many_files_keep_their_order(folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    fake = install(monkeypatch, lambda _: ran(returned()))
    names = [f"train{number}.py" for number in range(6)]
    for name in names:
        (folder / name).write_text(TYPED)
    said = say("check", ".", "--jobs", jobs, "--output-format", "concise", "--quiet")
    assert [line.partition(":")[0] for line in said.out.splitlines()] == names
    assert sorted(fake.asked) == names


def test_a_runner_that_fails_costs_one_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> Outcome:
        raise ZeroDivisionError("oh")

    fake = install(monkeypatch, fail)
    (folder / "train.py").write_text(WIDTH)
    said = say("check", "train.py")
    assert said.code == 2
    assert "train.py:5:22: error[head-width-mismatch]" in said.out
    assert fake.closed == 1


def test_json_tells_of_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda _: ran(arrived(2048), returned(), stopped="line 9 reads a file"))
    (folder / "train.py").write_text(WIDTH)
    (file,) = json.loads(say("check", "train.py", "--output-format", "json").out)["files"]
    assert file["run"] == {
        "models": [{"model": "resnet50", "shape": "(batch, 10)", "traced": "torch.fx", "images": "", "why": ""}],
        "why": "line 9 reads a file",
        "seconds": 0.25,
        "memory": 0,
    }
    assert file["findings"][0]["verdict"] == "confirmed"
