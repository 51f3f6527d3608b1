"""Writes the zoo's data from the installed libraries, and says what a new version of a library changed."""

from __future__ import annotations

import importlib
import json
import sys
import time
import warnings
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

DATA = Path(__file__).parent.parent / "data"

STRETCH = 50
"""After so many rows they are written, so that a survey that is stopped keeps them."""

Row = dict[str, Any]


def surveyor(library: str) -> ModuleType:
    """The module that surveys a library; it imports the library inside its functions only."""
    return importlib.import_module(f"headlint.zoo.survey.{library}")


def survey_one(library: ModuleType, name: str) -> Row:
    """The row of one model; a model that can't be surveyed gets a row that says why."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row: Row = library.survey(name)
    except Exception as error:  # whatever a model of somebody else's raises is what its row has to tell
        return {"name": name, "failed": f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:200]}"}
    return row


def rows(library: ModuleType, wanted: Iterable[str]) -> Iterator[Row]:
    """The rows of `wanted` models, with progress on a terminal."""
    names = sorted(wanted)
    for number, name in enumerate(names, 1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{number}/{len(names)} {name}")
        yield survey_one(library, name)


def line(row: Row) -> str:
    """A row as it stands in the data file: one line, its name first."""
    return json.dumps({"name": row["name"], **row}, separators=(",", ":"))


def render(library: ModuleType, found: Iterable[Row]) -> str:
    """The text of a data file: a line that names the library and its version, then the rows by name."""
    head = json.dumps({"library": library.LIBRARY, "version": library.version()}, separators=(",", ":"))
    return "\n".join([head, *map(line, sorted(found, key=lambda row: str(row["name"])))]) + "\n"


def read(path: Path) -> dict[str, Row]:
    """The rows of a data file by name; none where there is no such file."""
    if not path.exists():
        return {}
    found = map(json.loads, path.read_text(encoding="utf-8").splitlines()[1:])
    return {row["name"]: row for row in found}


def changes(old: dict[str, Row], new: dict[str, Row]) -> Iterator[str]:
    """What differs between two surveys, a line for each model."""
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield f"- {name}"
        elif name not in old:
            yield f"+ {name}"
        else:
            fields = sorted(
                key for key in old[name].keys() | new[name].keys() if old[name].get(key) != new[name].get(key)
            )
            if fields:
                yield f"~ {name}: {', '.join(fields)}"


def differing(old: Row, new: Row) -> list[str]:
    """The fields in which two rows differ."""
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def survey(library_name: str, *, diff: bool, only: str = "*") -> Iterator[str]:
    """Survey the models of a library whose names match a shell pattern, and write their rows into its file.

    With `diff` only tell what would change. Yields lines for a person.
    """
    library = surveyor(library_name)
    path = DATA / f"{library.LIBRARY}.jsonl"
    started = time.monotonic()
    old = read(path)
    found: dict[str, Row] = {}
    for row in rows(library, [name for name in library.names() if fnmatchcase(name, only)]):
        found[row["name"]] = json.loads(json.dumps(row))
        if not diff and len(found) % STRETCH == 0:
            path.write_text(render(library, (old | found).values()), encoding="utf-8")
    kept = {name: row for name, row in old.items() if not fnmatchcase(name, only)}
    if diff:
        told = list(changes({name: old[name] for name in old.keys() - kept.keys()}, found))
        yield from told or ["no change"]
    else:
        path.write_text(render(library, (kept | found).values()), encoding="utf-8")
    yield from (f"! {row['name']}: {row['failed']}" for row in found.values() if "failed" in row)
    seconds = time.monotonic() - started
    failed = sum("failed" in row for row in found.values())
    yield f"{len(found)} rows of {library.LIBRARY} {library.version()}, {failed} failed, in {seconds:.0f} s"
