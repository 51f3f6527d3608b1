"""`python -m headlint.zoo survey --library timm [--only PATTERN] [--diff]`: writes the zoo's data."""

from __future__ import annotations

import argparse
import sys


def main() -> None:
    """Read the arguments and survey."""
    parser = argparse.ArgumentParser(prog="python -m headlint.zoo")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("survey", help="write the zoo's data from the installed library")
    command.add_argument("--library", required=True)
    command.add_argument("--diff", action="store_true", help="only say what changed since the last survey")
    command.add_argument("--only", default="*", metavar="PATTERN", help="survey the models that match a shell pattern")
    arguments = parser.parse_args()

    from headlint.zoo.survey import survey

    for line in survey(arguments.library, diff=arguments.diff, only=arguments.only):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
