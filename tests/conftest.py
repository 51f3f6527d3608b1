"""What tests of several rooms share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headlint.runtime.client import Runner, missing

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    """One worker process for all tests that run scripts: it imports torch once."""
    if missing():
        pytest.skip(missing())
    with Runner(device="meta", timeout=60.0) as running:
        yield running
