"""What holds of all rules together."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import headlint.rules
from headlint.finding import Severity
from headlint.history import Witness
from headlint.rule import Rule, rules
from tests.expectations import expectations
from tests.rules.histories import told
from tests.scripts import documented, fixtures

RULES = pytest.mark.parametrize("rule", rules(), ids=[rule.name for rule in rules()])
FOLDER = Path(headlint.rules.__file__).parent
SILENT = "silent"


def test_every_file_is_a_rule() -> None:
    files = {path.stem.replace("_", "-") for path in FOLDER.glob("*.py") if path.stem != "__init__"}
    assert {rule.name for rule in rules()} == files


@RULES
def test_the_name_is_words_and_says_the_bad_thing(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
    assert not rule.name.startswith(("no-", "use-", "avoid-", "check-"))


@RULES
def test_the_summary_is_one_sentence(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert len(rule.summary) <= 100
    assert rule.documentation.strip().splitlines()[1] == ""


@RULES
def test_the_severity_and_the_witnesses_are_of_their_kinds(rule: Rule) -> None:
    assert isinstance(rule.severity, Severity)
    assert rule.witnesses
    assert all(isinstance(witness, Witness) for witness in rule.witnesses)


@RULES
def test_an_empty_history_has_no_judgements(rule: Rule) -> None:
    assert list(rule.judge(told())) == []


@RULES
def test_the_documentation_has_examples_of_both_kinds(rule: Rule) -> None:
    own = [script for script in documented() if script.name.startswith(f"{rule.name}/")]
    bad = [expectations(script.text) for script in own if script.name.endswith("_bad.py")]
    good = [expectations(script.text) for script in own if script.name.endswith("_good.py")]
    assert bad
    assert good
    assert all(rule.name in {one.rule for one in asked} for asked in bad)
    assert not any(rule.name in {one.rule for one in asked} for asked in good)


@RULES
def test_the_documentation_says_when_it_is_silent(rule: Rule) -> None:
    assert SILENT in rule.documentation


@RULES
def test_every_fence_is_an_example(rule: Rule) -> None:
    own = [script for script in documented() if script.name.startswith(f"{rule.name}/")]
    assert rule.documentation.count("```python") == len(own)


@RULES
def test_a_fixture_expects_it(rule: Rule) -> None:
    assert any(rule.name in {one.rule for one in expectations(script.text)} for script in fixtures())


def test_expectations_name_rules_that_exist() -> None:
    names = {rule.name for rule in rules()}
    asked = {one.rule for script in [*fixtures(), *documented()] for one in expectations(script.text)}
    assert asked <= names


def test_no_two_rules_are_expected_on_one_line() -> None:
    for script in fixtures():
        lines = [one.line for one in expectations(script.text)]
        assert len(lines) == len(set(lines)), script.name


@pytest.mark.parametrize("script", [*fixtures(), *documented()], ids=lambda script: script.name)
def test_scripts_are_python(script) -> None:
    ast.parse(script.text)
