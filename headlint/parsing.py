"""Python's own parser, for texts in newer syntax than the Python has that headlint runs on, too."""

from __future__ import annotations

import ast


def parse(text: str) -> ast.Module:
    """The syntax tree of a text.

    Raises what `ast.parse` raises of it.
    """
    return parsed(text)[0]


def parsed(text: str) -> tuple[ast.Module, str]:
    """The syntax tree of a text, and the text as this Python reads it: as long, with each line in its place.

    Raises what `ast.parse` raises of it.
    """
    try:
        return ast.parse(text), text
    except SyntaxError as error:
        from headlint.newer_syntax import older

        plain = older(text)
        try:
            return ast.parse(plain), plain
        except SyntaxError:
            raise error from None
