"""Which version of a library a project asks for, where that leaves out the one that the zoo was surveyed from.

Read are the files in which projects name what they need, as text, in the script's folder and those above it up to the
project's root; and what a notebook installs itself. A pin matters in two cases: to a model that is missing in the zoo,
and to one that an earlier version is not known to build alike.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from headlint.history import Unknown
from headlint.project import roots
from headlint.zoo import find, version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headlint.static.interpreter import Interpreter
    from headlint.zoo import Row

_FILES = re.compile(
    r"(?:requirements|constraints)\S*\.(?:txt|in)|environment\S*\.ya?ml|pyproject\.toml|setup\.(?:cfg|py)|Pipfile"
)
_LARGEST = 200_000
_QUOTED = re.compile(r"[\"']?\s*=\s*(?:\{[^}\n]*?\bversion\s*=\s*)?[\"'](?P<clauses>[^\"'\n]*)[\"']")
_PLAIN = re.compile(r"\s*(?:\[[^\]\n]*\])?\s*\(?(?P<clauses>[=<>~!^][^;#\"'\n\\)]*)")
_CLAUSE = re.compile(r"\s*(?P<sign>===?|=|~=|~|\^|<=?|>=?|!=|)\s*v?(?P<version>\d[\w.*]*)")

Version = tuple[int, ...]


class Pin(NamedTuple):
    """What a file asks of a library, and the highest version that it lets in."""

    highest: Version
    text: str
    file: str


def lookup(
    interpreter: Interpreter, library: str, name: str, *, trained: bool = False, bare: bool = False
) -> Row | Unknown:
    """The row of a model as the project's own version of its library builds it, or why there is none."""
    row = find(library, name, trained=trained, bare=bare)
    pin = pinned(interpreter.script.path, library)
    if pin is None:
        return row
    if isinstance(row, Unknown):
        return Unknown(f"{row.why}; {pin.file} asks for {pin.text}")
    from headlint.zoo.versions import built_alike

    if built_alike(library, row.name, pin.highest):
        return row
    known = f"{library} {version(library)}"
    return Unknown(f"{pin.file} asks for {pin.text}, which is not known to build {row.name} as {known} does")


def earlier(interpreter: Interpreter, library: str) -> Pin | None:
    """What the project asks of a library if that is another major version than the surveyed one, None otherwise."""
    pin = pinned(interpreter.script.path, library)
    return None if pin is None or pin.highest[:1] == _numbers(version(library))[:1] else pin


@cache
def pinned(script: str, library: str) -> Pin | None:
    """What the project of a script asks of a library, None where it lets the surveyed version in."""
    surveyed = _numbers(version(library))
    asked = (pin for file, text in _texts(script) for pin in _asked(file, text, library, surveyed))
    return next(asked, None)


def _texts(script: str) -> Iterator[tuple[str, str]]:
    """The files that may pin something, the nearest first, each with its text."""
    for line in _text(script).split("\n"):
        if "pip install" in line:
            yield os.path.basename(script), line  # noqa: PTH119 -- pathlib costs start-up time
    for folder in roots(os.path.dirname(script)):  # noqa: PTH120 -- as above
        for name in _names(folder):
            yield name, _text(os.path.join(folder, name))  # noqa: PTH118 -- as above


@cache
def _names(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if _FILES.fullmatch(name))  # noqa: PTH208 -- as above
    except OSError:
        return []


@cache
def _text(path: str) -> str:
    try:
        if os.path.getsize(path) > (_LARGEST if not path.endswith(".ipynb") else 50 * _LARGEST):  # noqa: PTH202 -- as above
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 -- as above
            return file.read()
    except (OSError, ValueError):
        return ""


def _asked(file: str, text: str, library: str, surveyed: Version) -> Iterator[Pin]:
    """The pins in a text that leave the surveyed version out."""
    for named in re.finditer(rf"(?<![\w./-]){library}(?![\w-])", text):
        start = text.rfind("\n", 0, named.start()) + 1
        if "#" in text[start : named.start()]:
            continue
        told = _QUOTED.match(text, named.end()) or _PLAIN.match(text, named.end())
        clauses = told["clauses"].strip().rstrip(",") if told else ""
        highest = _highest(_CLAUSE.finditer(clauses), surveyed)
        if highest is not None:
            yield Pin(highest, f"{library} {clauses}", file)


def _highest(clauses: Iterable[re.Match[str]], surveyed: Version) -> Version | None:
    """The highest version that clauses let in, None if it is as high as the surveyed one or higher."""
    bounds = [bound for clause in clauses if (bound := _bound(clause["sign"], clause["version"])) is not None]
    lowest = min(bounds, default=None)
    return lowest if lowest is not None and lowest < surveyed else None


def _bound(sign: str, told: str) -> Version | None:
    """The highest version that a clause lets in; of what lies just below a version, that version stands for it."""
    numbers = _numbers(told)
    match sign:
        case "<" | "<=":
            return numbers
        case "~=":
            return _next(numbers[:-1] or numbers)
        case "~":
            return _next(numbers[:2])
        case "^":
            first = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
            return _next(numbers[: first + 1])
        case "" | "=" | "==" | "===":
            return _next(numbers) if "*" in told else numbers
    return None


def _next(numbers: Version) -> Version:
    return (*numbers[:-1], numbers[-1] + 1)


def _numbers(told: str) -> Version:
    return tuple(map(int, re.findall(r"\d+", re.match(r"[\d.]*", told)[0]))) or (0,)  # type: ignore[index]  # an empty match is one, too
