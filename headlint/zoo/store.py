"""Looks rows up in the zoo's data files without parsing what isn't asked for."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def libraries() -> tuple[str, ...]:
    """The libraries that the zoo has rows of."""
    return tuple(sorted(path.stem for path in DATA.glob("*.jsonl")))


@cache
def text(library: str) -> bytes:
    """A library's data file: a line that names the library and its version, then a row a line, sorted by name."""
    return (DATA / f"{library}.jsonl").read_bytes() if library in libraries() else b""


@cache
def version(library: str) -> str:
    """The version of the library that was surveyed, '' if there is none in the zoo."""
    head = text(library).partition(b"\n")[0]
    return str(json.loads(head)["version"]) if head else ""


@cache
def names(library: str) -> tuple[str, ...]:
    """The names of a library's rows, without names that only lead to another row."""
    return tuple(name.decode() for name in re.findall(rb'\n\{"name":"([^"]+)"(?!,"alias":)', text(library)))


def record(library: str, name: str) -> dict[str, Any] | None:
    """The row of that name as it stands in the file."""
    data = text(library)
    start = data.find(b"\n" + json.dumps({"name": name}, separators=(",", ":"))[:-1].encode() + b",")
    if start < 0:
        return None
    found: dict[str, Any] = json.loads(data[start + 1 : data.find(b"\n", start + 1)])
    return found
