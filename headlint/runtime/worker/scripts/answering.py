"""All that is answered for scripts beforehand, once, before the worker forks."""

from __future__ import annotations

from headlint.runtime.worker.scripts.commandline import answer_command_lines
from headlint.runtime.worker.scripts.datasets import answer_for_data


def answer() -> None:
    """Answer for command lines, data, other processes and waiting."""
    answer_command_lines()
    answer_for_data()
