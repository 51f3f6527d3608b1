"""What the README shows is what headlint says; HEADLINT_UPDATE=1 writes it anew."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click import Context

from headlint.checker import known_rules
from headlint.cli import cli
from headlint.config import KEYS
from tests.cli.calling import say, start

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"


def section(name: str) -> re.Match[str]:
    """A part of the README between its markers, which are groups 1 and 3."""
    found = re.search(
        rf"(<!-- {name}: begin[^\n]*-->\n)(.*?)(<!-- {name}: end -->)", README.read_text("utf-8"), re.DOTALL
    )
    assert found, f"the README has lost its markers of {name}"
    return found


def agrees(name: str, expected: str) -> None:
    """Compare a part of the README with what it should be, or write it."""
    found = section(name)
    if os.environ.get("HEADLINT_UPDATE"):
        text = README.read_text("utf-8")
        README.write_text(text[: found.start(2)] + expected + text[found.end(2) :], "utf-8")
        return
    assert found[2] == expected, "HEADLINT_UPDATE=1 writes the README anew"


def test_the_table_of_rules() -> None:
    rows = [f"| `{rule.name}` | {rule.severity.value} | {rule.summary} |\n" for rule in known_rules()]
    agrees("rules", "".join(["| rule | severity | |\n|---|---|---|\n", *rows]))


@pytest.mark.runtime
def test_the_example(folder: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("torchvision")
    code = re.search(r"```python\n(.*?)```\n", section("example")[2], re.DOTALL)
    assert code
    (folder / "train.py").write_text(code[1])
    said = start("check", "train.py", cwd=folder)
    assert (said.returncode, said.stderr) == (1, "")
    agrees("example", f"{code[0]}\n```console\n$ headlint check train.py\n{said.stdout}```\n")


@pytest.mark.runtime
def test_the_example_from_python(folder: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("torchvision")
    code = re.search(r"```python\n(.*?)```\n", section("api")[2], re.DOTALL)
    assert code
    said = subprocess.run([sys.executable, "-c", code[1]], cwd=folder, capture_output=True, text=True, check=True)
    agrees("api", f"{code[0]}\n```console\n{said.stdout}```\n")


def test_what_the_zoo_answers() -> None:
    agrees("zoo", f"```console\n$ headlint zoo resnet50\n{say('zoo', 'resnet50').out}```\n")


def test_every_command_that_it_names_exists() -> None:
    context = Context(cli)
    commands = [cli.get_command(context, name) for name in cli.list_commands(context)]
    options = {option for command in commands if command for param in command.params for option in param.opts}
    for line in re.findall(r"^headlint (.*)$", README.read_text("utf-8"), re.MULTILINE):
        words = shlex.split(line, comments=True)
        assert words[0] in cli.list_commands(context), line
        assert {word for word in words if word.startswith("--")} <= options, line


def test_the_settings_that_it_shows_are_those_that_there_are() -> None:
    block = re.search(r"\[tool\.headlint\]\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert block
    shown = set(re.findall(r"^([a-z-]+) =", block[1], re.MULTILINE)) | set(re.findall(r"or ([a-z-]+) =", block[1]))
    assert shown == set(KEYS)


def test_the_set_up_commands_are_two_and_name_what_exists() -> None:
    commands = re.findall(r"^python .*$", section("set-up")[2], re.MULTILINE)
    assert len(commands) == 2
    assert all((ROOT / word).exists() for word in commands[0].split() if word.startswith("fixtures/"))
