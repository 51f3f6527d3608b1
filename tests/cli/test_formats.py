"""The formats for programs, each read back with what reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from headlint.finding import Edit, Finding, Fix, Place, Safety, Severity, Span, Step
from headlint.report import FORMATS, Style, render
from headlint.results import Checked, Ran, Results, Run
from headlint.source import decode
from headlint.verdict import Judged, Verdict
from tests.cli.calling import WIDTH, check

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(folder: Path) -> Path:
    (folder / "train me,now.py").write_text(WIDTH + "for p in model.parameters():\n    p.requires_grad = False\n")
    (folder / "broken.py").write_text("import torchvision.models\nx = (\n")
    return folder


def said(form: str) -> str:
    result = check(".", "--output-format", form)
    assert result.code == 2
    return result.out


def test_text(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH)
    assert check("train.py").out == (
        "train.py:5:22: error[head-width-mismatch] the new head takes 512 features, but resnet50 gives it 2048\n"
        "    |\n"
        '  4 | model = models.resnet50(weights="IMAGENET1K_V2")\n'
        "    | - resnet50 is built with pretrained weights\n"
        "  5 | model.fc = nn.Linear(512, 10)\n"
        "    |                      ^^^\n"
        "    = fix: write `model.fc.in_features` in place of `512`  [--fix]\n"
        "\n"
        "1 file checked: 1 error, 1 fixable with --fix.\n"
        "Nothing was run: --static only reads.\n"
    )


def place(line: int, start: int, end: int) -> Place:
    return Place("train.py", Span(line, start, line, end), line)


def test_text_of_all_that_a_finding_can_have() -> None:
    step = Step(place(1, 1, 6), "the model is built")
    fix = Fix("write less", Safety.UNSAFE, (Edit(place(12, 5, 8), ""),))
    finding = Finding("some-rule", Severity.WARNING, place(12, 5, 8), "is wrong", (step,), ("it hurts",), fix)
    results = Results()
    results.count = 1
    checked = Checked(decode("train.py", b"model\n" + b"\n" * 10 + b"x = 512\n"))
    checked.judged = [
        Judged(finding, Verdict.CONFIRMED, observed="was wrong"),
        Judged(finding, Verdict.SUSPECTED, why="it stopped"),
    ]
    results.files = [checked]
    above = "     |\n   1 | model\n     | - the model is built\n  12 | x = 512\n     |     ^^^\n"
    assert render("text", results, Style(quiet=True)) == (
        f"train.py:12:5: warning[some-rule] is wrong  [confirmed]\n{above}"
        "     = run: was wrong\n"
        "     = note: it hurts\n"
        "     = fix: write less  [--unsafe-fixes]\n"
        "\n"
        f"train.py:12:5: warning[some-rule] is wrong  [suspected]\n{above}"
        "     = note: it hurts\n"
        "     = fix: write less  [--unsafe-fixes]\n"
        "     = unconfirmed: it stopped"
    )


def test_a_step_in_another_file_is_told_with_its_place() -> None:
    elsewhere = Place("factory.py", Span(90, 1, 90, 6), 90)
    finding = Finding("some-rule", Severity.ERROR, place(1, 1, 6), "is wrong", (Step(elsewhere, "the model is built"),))
    checked = Checked(decode("train.py", b"model\n"))
    checked.judged = [Judged(finding, Verdict.READ)]
    results = Results()
    results.files = [checked]
    assert render("text", results, Style(quiet=True)).splitlines()[1:] == [
        "     |",
        "     | - the model is built (factory.py:90)",
        "   1 | model",
        "     | ^^^^^",
    ]


def of_runs(*runs: Run) -> list[str]:
    """The summary of files that were run."""
    results = Results()
    results.count = len(runs)
    for number, run in enumerate(runs):
        checked = Checked(decode(f"train{number}.py", b""))
        checked.run = run
        results.files.append(checked)
    return render("concise", results, Style()).splitlines()[1:]


GOOD = Run((Ran("resnet18", "(batch, 10)", "torch.fx"),), "")
BAD = Run((), "it needs a file that isn't here")


def test_few_runs_are_told_one_by_one() -> None:
    assert of_runs(GOOD, BAD) == [
        "Ran train0.py: resnet18 -> (batch, 10) by torch.fx.",
        "Did not run train1.py: it needs a file that isn't here.",
    ]


def test_many_runs_are_counted() -> None:
    assert of_runs(*[GOOD] * 14) == ["Ran 14 scripts; --output-format json tells what each gave."]


def test_of_many_scripts_that_did_not_run_the_first_are_told() -> None:
    lines = of_runs(*[BAD] * 14)
    assert len(lines) == 11
    assert lines[-1] == "... nor 4 more; --output-format json tells all of them."


def test_github(project: Path) -> None:
    lines = said("github").splitlines()
    assert lines[0] == (
        "::error file=train me%2Cnow.py,title=headlint head-width-mismatch,line=5,col=22,endLine=5,endColumn=25"
        "::the new head takes 512 features, but resnet50 gives it 2048"
    )
    assert lines[2].startswith("::error file=broken.py,title=headlint,line=2::it is not valid Python")
    assert len(lines) == 3


def test_gitlab(project: Path) -> None:
    entries = json.loads(said("gitlab"))
    assert [entry["check_name"] for entry in entries] == ["head-width-mismatch", "freeze-after-head", "not-checked"]
    assert len({entry["fingerprint"] for entry in entries}) == 3
    assert entries[0]["location"] == {"path": "train me,now.py", "lines": {"begin": 5}}


def test_fingerprints_outlive_a_move(folder: Path) -> None:
    prints = []
    for above in ("", "\n\n# more\n"):
        (folder / "train.py").write_text(above + WIDTH)
        (entry,) = json.loads(check(".", "--output-format", "gitlab").out)
        prints.append(entry["fingerprint"])
    assert prints[0] == prints[1]


def test_junit(project: Path) -> None:
    root = ElementTree.fromstring(said("junit"))
    suites = {suite.get("name"): suite for suite in root}
    assert suites["train me,now.py"].get("failures") == "2"
    failure = suites["train me,now.py"].find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "the new head takes 512 features, but resnet50 gives it 2048"
    assert suites["broken.py"].find("testcase/error") is not None


def test_sarif(project: Path) -> None:
    log = json.loads(said("sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    first = run["results"][0]
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "train%20me%2Cnow.py"
    assert location["region"] == {"startLine": 5, "startColumn": 22, "endLine": 5, "endColumn": 25}
    replacement = first["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"]["text"] == "model.fc.in_features"
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"head-width-mismatch", "freeze-after-head"}
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert len(invocation["toolExecutionNotifications"]) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_be_asked_for_where_nothing_is_found(folder: Path, form: str) -> None:
    assert check(".", "--output-format", form).code == 0


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_takes_a_finding_of_a_run(folder: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    from headlint.history import Arrived, Known, Layer, Shape
    from tests.cli.calling import say
    from tests.cli.fakes import RESNET, install, ran
    from tests.rules.histories import at

    layer = Layer("Linear", Known(512), Known(10))
    install(monkeypatch, lambda _: ran(Arrived(at(5, 0), RESNET, "fc", "", layer, Shape(("batch", 2048)), "resnet50")))
    (folder / "train.py").write_text(WIDTH.replace("512", "width()"))
    said = say("check", "train.py", "--output-format", form)
    assert said.code == 1
    assert "head-width-mismatch" in said.out
