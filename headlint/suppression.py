"""`# headlint: ignore[rule-name]` comments: which findings they silence, and which silence none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.finding import Finding, Place, Severity, Span
from headlint.verdict import Judged, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COMMENT = re.compile(r"#\s*headlint:\s*ignore(?:\[(?P<names>[^\]]*)\])?")
UNUSED = "unused-suppression"


class Suppressions:
    """The suppressions of one text, by line."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._by_line: dict[int, tuple[Span, frozenset[str]]] = {}
        self._used: set[int] = set()
        if "headlint:" in text:
            for number, line in _comments(text):
                match = _COMMENT.search(line)
                if match:
                    names = frozenset(name.strip() for name in (match["names"] or "").split(",") if name.strip())
                    span = Span(number, match.start() + 1, number, match.end() + 1)
                    self._by_line[number] = (span, names)

    def silences(self, finding: Finding) -> bool:
        """Whether a comment on a line of the finding's statement names its rule, or names none."""
        if not self._by_line:
            return False
        lines = {finding.place.statement, *range(finding.place.span.line, finding.place.span.end_line + 1)}
        hits = [line for line in lines if line in self._by_line and self._names(line, finding.rule)]
        self._used.update(hits)
        return bool(hits)

    def _names(self, line: int, rule: str) -> bool:
        names = self._by_line[line][1]
        return not names or rule in names

    def unused(self, checked: frozenset[str]) -> Iterator[Judged]:
        """A warning for each comment that silenced nothing, as far as the rules that it names were checked."""
        for line, (span, names) in self._by_line.items():
            if line in self._used or (names and not names & checked):
                continue
            what = ", ".join(sorted(names)) if names else "any rule"
            message = f"nothing is silenced here: {what} finds nothing on this line"
            place = Place(self.path, span, line)
            yield Judged(Finding(UNUSED, Severity.WARNING, place, message), Verdict.READ)


def _comments(text: str) -> Iterable[tuple[int, str]]:
    """The lines that hold a real comment: text inside a string is none."""
    import io
    import tokenize

    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and "headlint:" in token.string:
                yield token.start[0], " " * token.start[1] + token.string
    except (tokenize.TokenError, SyntaxError):
        return
