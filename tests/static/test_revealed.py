"""What the static witness believes of scripts, asked line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.static.revealing import expected, revealed

SCRIPTS = sorted((Path(__file__).parent / "revealed").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_beliefs(script, monkeypatch):
    text = script.read_text()

    assert expected(text)
    assert revealed(str(script), text, monkeypatch) == expected(text)
