"""Tests of one live model follow each other, since they share what they build."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def model_of(item: pytest.Item) -> tuple[str, str]:
    """The file and the model that a test is about."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    return str(item.path), str(given.get("name", ""))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = [number for number, item in enumerate(items) if item.path.name.startswith("test_live_")]
    for number, item in zip(places, sorted((items[number] for number in places), key=model_of), strict=True):
        items[number] = item
