"""Syntax that is newer than the Python which headlint runs on: made readable in place, no character moved.

Type parameters and `type` statements (PEP 695) mean nothing to models and are blanked out. In f-strings whose fields
repeat the string's own quotes (PEP 701), the quotes are exchanged; a field where that can't be done becomes `_`.
"""

from __future__ import annotations

import re
from typing import TypeAlias

_GENERIC = re.compile(r"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+\w+[ \t]*(?=\[)", re.MULTILINE)
_ALIAS = re.compile(r"^([ \t]*)type[ \t]+(\w+)[ \t]*(?:\[[^\n]*?\])?[ \t]*(?==[^=])", re.MULTILINE)
_STRING = re.compile(r"#[^\n]*|(?P<prefix>\b[a-zA-Z]{1,2})?(?P<quote>\"\"\"|\'\'\'|\"|\')")
_PLAIN = re.compile(r"([\"'])[^\"'\\\n]*\1")
_BRACKETS = {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}
_OTHER = {'"': "'", "'": '"'}

Edit: TypeAlias = "tuple[int, int, str]"


def older(text: str) -> str:
    """The text with newer syntax made readable, each character at its place."""
    text = _ALIAS.sub(lambda match: f"{match[1]}{match[2]}".ljust(len(match[0])), text)
    for match in [*_GENERIC.finditer(text)]:
        text = _without_brackets(text, match.end())
    edits: list[Edit] = []
    at = 0
    while found := _STRING.search(text, at):
        at = found.end() if found["quote"] is None else _end_of_string(text, found, edits)
    for start, end, replacement in edits:
        text = text[:start] + replacement + text[end:]
    return text


def _without_brackets(text: str, start: int) -> str:
    """The text without what is in the brackets that open at `start`; lines stay."""
    depth = 0
    for end in range(start, len(text)):
        depth += _BRACKETS.get(text[end], 0)
        if not depth:
            blank = re.sub(r"[^\n]", " ", text[start : end + 1]).replace(" \n", "\\\n")
            return text[:start] + blank + text[end + 1 :]
    return text


def _end_of_string(text: str, opening: re.Match[str], edits: list[Edit]) -> int:
    """Where the string ends that opens there; what its fields need is added to `edits`."""
    quote, at = opening["quote"], opening.end()
    has_fields = "f" in (opening["prefix"] or "").lower()
    while at < len(text) and not text.startswith(quote, at):
        if text[at] == "\n" and len(quote) == 1:
            return at
        if text[at] == "\\" or (has_fields and text.startswith("{{", at)):
            at += 2
        elif has_fields and text[at] == "{":
            at = _end_of_field(text, at, quote, edits)
        else:
            at += 1
    return at + len(quote)


def _end_of_field(text: str, start: int, quote: str, edits: list[Edit]) -> int:
    at, depth = start + 1, 1
    strings: list[str] = []
    own: list[Edit] = []
    while at < len(text) and depth:
        opening = _STRING.match(text, at)
        if opening is None or opening["quote"] is None:
            depth += _BRACKETS.get(text[at], 0)
            at += 1
            continue
        end = _end_of_string(text, opening, [])
        strings.append(text[at:end])
        if quote in strings[-1]:
            own.append((at, end, strings[-1].replace(quote, _OTHER.get(quote, quote))))
        at = end
    if any("\\" in one or (quote in one and not _PLAIN.fullmatch(one)) for one in strings):
        own = [(start + 1, at - 1, "_" * (at - start - 2))]
    edits += own
    return at
