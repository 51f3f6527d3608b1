"""Writes the zoo's data.

* `python -m headlint.zoo survey --library timm [--only PATTERN] [--diff]`: the models of a library;
* `python -m headlint.zoo attributes --library timm`: what attributes its modules have.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def main() -> None:
    """Read the arguments and survey."""
    parser = argparse.ArgumentParser(prog="python -m headlint.zoo")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("survey", help="write the zoo's data from the installed library")
    command.add_argument("--library", required=True)
    command.add_argument("--diff", action="store_true", help="only say what changed since the last survey")
    command.add_argument("--only", default="*", metavar="PATTERN", help="survey the models that match a shell pattern")
    other = commands.add_parser("attributes", help="write what attributes a library's modules have")
    other.add_argument("--library", required=True)
    arguments = parser.parse_args()

    for line in _survey(arguments):
        sys.stdout.write(f"{line}\n")


def _survey(arguments: argparse.Namespace) -> Iterable[str]:
    if not hasattr(arguments, "only"):
        from headlint.zoo.survey import attributes

        return (attributes.survey(arguments.library),)
    from headlint.zoo.survey import survey

    return survey(arguments.library, diff=arguments.diff, only=arguments.only)


if __name__ == "__main__":
    main()
