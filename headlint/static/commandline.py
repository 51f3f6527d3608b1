"""Methods of `argparse` parsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static.values import NONE, CommandLine, Items, Opaque, Value

if TYPE_CHECKING:
    from headlint.static.calls import Call


def method(parser: CommandLine, name: str, request: Call) -> Value:
    """`parser.add_argument("--arch", default="resnet18", choices=[…])`, and what `parse_args()` gives."""
    if name == "add_argument" and request.positional:
        flags = [flag.value for flag in request.positional if isinstance(flag, Known) and isinstance(flag.value, str)]
        parser.add(flags, request.named)
        return NONE
    if name in {"parse_args", "parse_known_args"}:
        return parser.given if name == "parse_args" else Items([parser.given, Items([])], fixed=True)
    if name in {"add_argument_group", "add_mutually_exclusive_group", "add_parser", "add_subparsers"}:
        return parser
    return Opaque(parser.given.why)
