"""A comment that silences headlint silences nothing.

`# headlint: ignore[rule-name]` on any line of a statement silences that rule there; several names stand with commas
between them, and a reason may follow:

    model.fc = nn.Linear(512, 10)  # headlint: ignore[hardcoded-in-features] the paper's code does so

`# headlint: ignore` silences every rule. A comment that silences nothing is what is left of a mistake that somebody
mended, or misspells a rule; it would hide the next mistake on that line. Remove it.

headlint is silent about comments for rules that were not selected, and about rules that a run might still find
broken there while nothing was run.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING, NamedTuple

from headlint.finding import Finding, Place, Severity, Span
from headlint.history import Witness
from headlint.nearness import near
from headlint.parsing import parse
from headlint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

_COMMENT = re.compile(r"#\s*headlint:\s*ignore(?:\[(?P<names>[^\]]*)\])?")

RULE = Rule("unused-suppression", Severity.WARNING, frozenset({Witness.STATIC}), __doc__, lambda _: iter(()))


class Comment(NamedTuple):
    """A suppression, and the lines of the statement that it stands on. `names` is empty for all rules."""

    span: Span
    names: tuple[str, ...]
    first: int
    last: int


class Suppressions:
    """The suppressions of one text, and which of them were of use."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._comments = tuple(_comments(text)) if "headlint:" in text else ()
        self._used: set[tuple[Comment, str]] = set()

    def silence(self, finding: Finding) -> bool:
        """Whether a comment on the finding's statement names its rule, or names none; the comment is used then."""
        line = finding.place.statement
        hits = [comment for comment in self._comments if _covers(comment, finding.place, line)]
        named = [(comment, name) for comment in hits for name in comment.names or ("",) if name in {"", finding.rule}]
        self._used.update(named)
        return bool(named)

    def unused(
        self, known: Sequence[str], notes: Collection[str], is_settled: Callable[[str, Place], bool]
    ) -> Iterator[Finding]:
        """A finding for each name that silenced nothing.

        `known` are the names of all rules, `notes` those of them that speak only when they are asked for, which a
        comment without names doesn't mean; `is_settled` says whether a rule is known to find nothing at a place.
        """
        meant = [name for name in known if name not in notes]
        for comment in self._comments:
            for name in comment.names or ("",):
                place = Place(self._path, comment.span, comment.first)
                if (comment, name) in self._used:
                    continue
                if name and name not in known:
                    yield Finding(RULE.name, RULE.severity, place, _misspelt(name, known))
                elif all(is_settled(rule, place) for rule in ([name] if name else meant)):
                    what = f"{name} finds" if name else "no rule finds"
                    nothing = "nothing" if name else "anything"
                    yield Finding(RULE.name, RULE.severity, place, f"silences nothing: {what} {nothing} here")


def _covers(comment: Comment, place: Place, statement: int) -> bool:
    if comment.first == statement:
        return True
    return place.span.line <= comment.span.line <= place.span.end_line


def _misspelt(name: str, known: Sequence[str]) -> str:
    alike = near(name, known, most=1)
    return f"silences nothing: there is no rule {name}" + (f", did you mean {alike[0]}?" if alike else "")


def _comments(text: str) -> Iterator[Comment]:
    """The comments that are real ones: text inside a string is none."""
    extents = _extents(text)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            match = _COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
            if match:
                line, column = token.start
                span = Span(line, column + match.start() + 1, line, column + match.end() + 1)
                names = tuple(name.strip() for name in (match["names"] or "").split(",") if name.strip())
                yield Comment(span, names, *_statement(extents, line))
    except (tokenize.TokenError, SyntaxError):
        return


def _extents(text: str) -> list[tuple[int, int]]:
    """First and last line of every statement; of a compound one, those of its header."""
    found: list[tuple[int, int]] = []
    todo: list[ast.AST] = [parse(text)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.stmt):
            found.append((node.lineno, _last_line(node)))
        todo.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr))
    return found


def _last_line(node: ast.stmt) -> int:
    body: list[ast.stmt] = getattr(node, "body", [])
    return max(node.lineno, body[0].lineno - 1) if body else node.end_lineno or node.lineno


def _statement(extents: Iterable[tuple[int, int]], line: int) -> tuple[int, int]:
    """The innermost statement on a line, or the line alone."""
    around = [extent for extent in extents if extent[0] <= line <= extent[1]]
    return max(around, default=(line, line))
