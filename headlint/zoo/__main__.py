"""Writes the zoo's data.

* `python -m headlint.zoo survey --library timm [--only PATTERN] [--diff]`: the models of a library;
* `python -m headlint.zoo attributes --library timm`: what attributes its modules have; of transformers, what its models
  return;
* `python -m headlint.zoo earlier FOLDER…`: what the earlier versions of timm in some folders build alike.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def main() -> None:
    """Read the arguments and do as they say."""
    parser = argparse.ArgumentParser(prog="python -m headlint.zoo")
    commands = parser.add_subparsers(required=True, dest="command")
    command = commands.add_parser("survey", help="write the zoo's data from the installed library")
    command.add_argument("--library", required=True)
    command.add_argument("--diff", action="store_true", help="only say what changed since the last survey")
    command.add_argument("--only", default="*", metavar="PATTERN", help="survey the models that match a shell pattern")
    command = commands.add_parser("attributes", help="write what attributes a library's modules have")
    command.add_argument("--library", required=True)
    command = commands.add_parser("earlier", help="compare earlier versions of timm with the rows")
    command.add_argument("folders", nargs="+")
    command.add_argument("--only", nargs="+", default=["*"], metavar="PATTERN", help="compare the models that match")
    command = commands.add_parser("digests", help="what the timm in a folder builds, in JSON")
    command.add_argument("folder")
    command.add_argument("--only", nargs="+", default=["*"], metavar="PATTERN", help="build the models that match")
    for line in _answer(parser.parse_args()):
        sys.stdout.write(f"{line}\n")


def _answer(arguments: argparse.Namespace) -> Iterable[str]:
    from headlint.zoo.survey import attributes, outputs, survey
    from headlint.zoo.survey.earlier import digests, earlier

    match arguments.command:
        case "survey":
            return survey(arguments.library, diff=arguments.diff, only=arguments.only)
        case "attributes":
            is_of_outputs = arguments.library == outputs.LIBRARY
            return (outputs.survey() if is_of_outputs else attributes.survey(arguments.library),)
        case "earlier":
            return earlier(arguments.folders, arguments.only)
    return (json.dumps(digests(arguments.folder, arguments.only)),)


if __name__ == "__main__":
    main()
