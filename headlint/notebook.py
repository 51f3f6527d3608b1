"""Jupyter notebooks as sources: the code cells in order are one program, and places are told as cell and line.

Cells are parsed one by one, so that a broken cell costs only itself. Magics and shell lines are neutralised without
moving a line. Edits change the code of a cell and nothing else of the file: outputs, metadata and formatting stay.
"""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from headlint.parsing import parse
from headlint.results import Trouble
from headlint.source import CannotEditError, Source, lines, splice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from headlint.finding import Edit, Finding, Place

_MAGIC = re.compile(r"(?P<indent>\s*)(?P<start>[%!?]|[\w.]+\?{1,2}\s*$|(?:pip3?|conda|mamba)\s+(?:un)?install\s)")
_ASSIGNED_MAGIC = re.compile(r"(?P<target>\s*[\w.,\s\[\]\"']+=\s*)[%!]")
_PYTHON_CELL_MAGICS = frozenset({"%%time", "%%timeit", "%%capture", "%%prun", "%%memit"})
_LINE = re.compile(r"\bline (\d+)\b(?! of)")
_STYLES = [(indent, is_ascii) for indent in (1, 2, 4, None, 0, "\t") for is_ascii in (False, True)]


class Cell(NamedTuple):
    """A code cell: its position among all cells, its text, and its code in the program, from line `first` on."""

    position: int
    text: str
    code: str
    first: int


class Notebook(Source):
    """A notebook's code cells as one program."""

    def __init__(self, path: str, data: bytes, cells: list[Cell], troubles: list[Trouble]) -> None:
        super().__init__(path, data, "".join(f"{cell.code}\n" for cell in cells), "utf-8")
        self.troubles = troubles
        self._cells = cells

    def placed(self, place: Place) -> Place:
        """A place of the program as one of the cell that it lies in, counted from 1 among the code cells.

        Places in files that a notebook imports stay as they are.
        """
        if place.path != self.path:
            return place
        number = max((number for number, cell in enumerate(self._cells, 1) if cell.first <= place.line), default=1)
        offset = self._cells[number - 1].first - 1 if self._cells else 0
        span = replace(place.span, line=place.span.line - offset, end_line=place.span.end_line - offset)
        return replace(place, span=span, statement=place.statement - offset, cell=number)

    def relocated(self, finding: Finding) -> Finding:
        """A finding of the program with all of its places in cells."""
        place, fix = self.placed(finding.place), finding.fix
        if fix is not None:
            title = self._spoken(fix.title, finding.place)
            fix = replace(fix, title=title, edits=tuple(map(self._edit_placed, fix.edits)))
        steps = tuple(replace(step, place=self.placed(step.place)) for step in finding.steps)
        notes = tuple(self._spoken(note, finding.place) for note in finding.notes)
        message = self._spoken(finding.message, finding.place)
        return replace(finding, place=place, message=message, steps=steps, notes=notes, fix=fix)

    def _spoken(self, text: str, seen_from: Place) -> str:
        """A sentence with the lines of the program that it names as lines of their cells."""

        def spoken(found: re.Match[str]) -> str:
            span = replace(seen_from.span, line=int(found[1]), end_line=int(found[1]))
            place = self.placed(replace(seen_from, span=span))
            of_cell = f" of cell {place.cell}" if place.cell != self.placed(seen_from).cell else ""
            return f"line {place.line}{of_cell}"

        return _LINE.sub(spoken, text) if seen_from.path == self.path else text

    def _edit_placed(self, edit: Edit) -> Edit:
        return replace(edit, place=self.placed(edit.place))

    def line(self, place: Place) -> str:
        """The line of a cell's text on which a user's place starts, '' if there is none."""
        found = lines(self._cells[place.cell - 1].text) if 0 < place.cell <= len(self._cells) else []
        return found[place.line - 1] if 0 < place.line <= len(found) else ""

    def program_line(self, numbers: Sequence[int]) -> int | None:
        """The line of the program that a cell and a line in it mean, None if there is none."""
        cell, line = (*numbers, 0)[:2]
        found = self._cells[cell - 1] if 0 < cell <= len(self._cells) else None
        return found.first + line - 1 if found and 0 < line <= found.text.count("\n") + 1 else None

    @property
    def extent(self) -> str:
        """What cells a user can name, and how, as a clause."""
        return f"a notebook's line is CELL:LINE, and this one has {len(self._cells)} cells of code"

    def edited(self, edits: Iterable[Edit]) -> Source:
        """The same notebook after edits at places in cells.

        Raises `CannotEditError` where the file is not formatted as any program formats notebooks.
        """
        wanted = list(edits)
        book = json.loads(self.data)
        write = _writer(book, self.data)
        for number, cell in enumerate(self._cells, 1):
            own = [edit for edit in wanted if edit.place.cell == number]
            if own:
                raw = book["cells"][cell.position]
                text = splice(cell.text, own)
                raw["source"] = text if isinstance(raw["source"], str) else text.splitlines(keepends=True)
        decoded = decode(self.path, write(book))
        if isinstance(decoded, Trouble):
            raise CannotEditError(decoded.why)
        return decoded

    def as_text(self) -> str:
        """The code cells, each under its number."""
        return "".join(f"# cell {number}\n{cell.text.rstrip()}\n\n" for number, cell in enumerate(self._cells, 1))


def decode(path: str, data: bytes) -> Source | Trouble:
    """A notebook as a source."""
    try:
        book = json.loads(data)
    except (ValueError, RecursionError) as error:
        return Trouble(path, getattr(error, "lineno", 0), f"it is not a valid notebook ({error})")
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list):
        return Trouble(path, 0, "it is not a notebook of format 4, whose cells could be read")
    troubles: list[Trouble] = []
    return Notebook(path, data, list(_cells(path, cells, troubles)), troubles)


def _cells(path: str, raw: list[Any], troubles: list[Trouble]) -> Iterator[Cell]:
    first, number = 1, 0
    for position, cell in enumerate(raw):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        number += 1
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(map(str, source))
        code, problem = _readable(text)
        if problem is not None:
            troubles.append(Trouble(path, problem.lineno or 1, f"it is not valid Python ({problem.msg})", number))
        yield Cell(position, text, code, first)
        first += code.count("\n") + 1


def _readable(text: str) -> tuple[str, SyntaxError | None]:
    """The text of a cell as Python with as many lines, and what is wrong with it if it must be left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _parses(text) is None:
        return text, None
    plain = _without_magics(text)
    problem = _parses(plain)
    return ("\n" * text.count("\n"), problem) if problem else (plain, None)


def _parses(text: str) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parse(text)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error))
    return None


def _without_magics(text: str) -> str:
    """The text with what IPython alone understands made harmless, line by line."""
    rows = text.split("\n")
    start = next((row.split()[0] for row in rows if row.strip()), "")
    if start.startswith("%%") and start not in _PYTHON_CELL_MAGICS:
        return "\n" * text.count("\n")
    plain: list[str] = []
    continues = False
    for row in rows:
        is_magic = continues or _MAGIC.match(row) is not None
        plain.append(_harmless(row, continues) if is_magic else _assigned(row))
        continues = is_magic and row.endswith("\\")
    return "\n".join(plain)


def _harmless(row: str, continues: bool) -> str:
    indent = row[: len(row) - len(row.lstrip())]
    return "" if continues else f"{indent}pass"


def _assigned(row: str) -> str:
    """`files = !ls` gives what nobody can know here."""
    match = _ASSIGNED_MAGIC.match(row)
    return f"{match['target']}get_ipython()" if match else row


def _writer(book: Any, data: bytes) -> Any:
    """What writes a notebook as this one was written, to the byte."""
    text = data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8")
    for indent, is_ascii in _STYLES:
        for tail in ("\n", ""):

            def write(
                changed: Any, indent: int | str | None = indent, is_ascii: bool = is_ascii, tail: str = tail
            ) -> bytes:
                return (json.dumps(changed, indent=indent, ensure_ascii=is_ascii) + tail).encode()

            if write(book) == text.encode():
                return write
    raise CannotEditError("the notebook is formatted in a way that could not be kept")
