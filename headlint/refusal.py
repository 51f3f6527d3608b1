"""What headlint says of a command that it can't carry out: one line, and exit code 2."""

from __future__ import annotations

from typing import IO, Any

import click


class RefusedError(click.ClickException):
    """A command that makes no sense, though it is well formed: an unknown rule, settings that can't be used."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        click.echo(f"headlint: {self.message}", file=file, err=file is None)
