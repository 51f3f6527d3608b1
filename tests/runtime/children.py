"""Runs a piece of code in a Python of its own, for what can't be undone in this one."""

from __future__ import annotations

import subprocess
import sys
import textwrap


def in_child(code: str) -> str:
    """What a piece of code prints. Fails where the code raises."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
