"""`argparse` parsers, and what they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static.values import NONE, Items, Opaque, Thing, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.static.calls import Call


class CommandLine(Thing):
    """An `argparse` parser. `given` is what it will give: values that are not known, some with their options."""

    __slots__ = ("given",)

    def __init__(self) -> None:
        self.given = Opaque("it is given on the command line")

    def add(self, flags: Sequence[str], named: dict[str, Value]) -> None:
        """Note an argument with the texts that it can be: its choices, or else its default."""
        wanted = named.get("dest")
        name = next((flag for flag in flags if flag.startswith("--")), flags[0] if flags else "").lstrip("-")
        name = str(wanted.value) if isinstance(wanted, Known) else name.replace("-", "_")
        argument = Opaque(f"`{name}` is given on the command line")
        argument.label = name
        choices, default = named.get("choices"), named.get("default")
        items = choices.items if isinstance(choices, Items) else [default] if default is not None else []
        argument.options = tuple(item for item in items if isinstance(item, Known) and isinstance(item.value, str))
        argument.usual = _usual(named)
        argument.closed = isinstance(choices, Items) and not choices.why and len(argument.options) == len(choices.items)
        self.given.attributes[name] = argument


def _usual(named: dict[str, Value]) -> Known | None:
    """What an argument is where the command line doesn't speak of it, None if that isn't known."""
    default = named.get("default")
    if default is not None:
        return default if isinstance(default, Known) else None
    if named.get("action") in (Known("store_true"), Known("store_false")):
        return Known(named["action"] == Known("store_false"))
    return None if named.get("required") == Known(True) or "action" in named else Known(None)


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
