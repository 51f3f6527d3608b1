"""Reads what a fixture expects of headlint from its comments, and compares it with what headlint says.

A comment on a line expects a finding there: `# error: [rule-name] "part of the message"`, `# warning: …`, `# note: …`;
several may stand on one line. `# ok` marks a near miss. The comparison is strict both ways: by line, severity, rule
and text, and what is not expected must not appear.
"""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headlint.finding import Finding

ONE = re.compile(r'(error|warning|note): \[([a-z-]+)\] "([^"]*)"')
CLAIM = re.compile(r"#\s*(?:error|warning|note)\s*:|#\s*ok\b")


class Expected(NamedTuple):
    """A finding that a comment asks for."""

    line: int
    severity: str
    rule: str
    text: str

    def is_met_by(self, finding: Finding) -> bool:
        told = (finding.place.line, finding.severity.value, finding.rule)
        return told == (self.line, self.severity, self.rule) and self.text in finding.message


class MalformedError(Exception):
    """A comment that looks like an expectation and is none."""


def comments(text: str) -> Iterator[tuple[int, str]]:
    """The comments of a script with their lines."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def expectations(text: str) -> list[Expected]:
    """What the comments of a script ask for."""
    asked: list[Expected] = []
    for line, comment in comments(text):
        here = [Expected(line, *match.groups()) for match in ONE.finditer(comment)]
        claims = CLAIM.findall(comment)
        is_ok = any(claim.endswith("ok") for claim in claims)
        if len(claims) - is_ok != len(here) or (is_ok and here):
            raise MalformedError(f"line {line}: {comment}")
        asked.extend(here)
    return asked


def differences(expected: Iterable[Expected], found: Iterable[Finding]) -> list[str]:
    """What is missing and what is too much, one line each; nothing if the two agree."""
    left = list(found)
    missing: list[str] = []
    for one in expected:
        met = next((finding for finding in left if one.is_met_by(finding)), None)
        if met is None:
            missing.append(f"missing, line {one.line}: {one.severity} [{one.rule}] {one.text!r}")
        else:
            left.remove(met)
    surplus = [
        f"not expected, line {finding.place.line}: {finding.severity.value} [{finding.rule}] {finding.message}"
        for finding in sorted(left, key=lambda finding: finding.place)
    ]
    return missing + surplus


EXAMPLE = re.compile(r"^(Bad|Good):\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(documentation: str) -> list[tuple[str, str]]:
    """The examples of a rule's documentation: `Bad` or `Good`, and the script."""
    return [(kind, script) for kind, script in EXAMPLE.findall(documentation)]
