"""The rules' documentation for a terminal: a table of all of them, and one rule's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.checker import known_rules
from headlint.nearness import near

if TYPE_CHECKING:
    from collections.abc import Iterator


def table() -> str:
    """One line a rule: its name, severity and summary."""
    rules = known_rules()
    width = max(len(rule.name) for rule in rules)
    return "\n".join(f"{rule.name:<{width}}  {rule.severity.value:<7}  {rule.summary}" for rule in rules)


def page(name: str) -> str | None:
    """A rule's documentation, None if there is no such rule."""
    rule = next((rule for rule in known_rules() if rule.name == name), None)
    if rule is None:
        return None
    kinds = " and ".join(sorted(witness.value for witness in rule.witnesses))
    head = f"{rule.name} ({rule.severity.value}, known to the {kinds} witness{'es' if ' and ' in kinds else ''})"
    return "\n".join([head, "=" * len(head), "", *_body(rule.documentation.strip())])


def _body(documentation: str) -> Iterator[str]:
    """The documentation without the marks of its fences: examples are indented."""
    is_example = False
    for line in documentation.splitlines():
        if line.startswith("```"):
            is_example = not is_example
            if is_example:
                yield ""
        else:
            yield f"    {line}".rstrip() if is_example else line


def unknown(name: str) -> str:
    """That there is no such rule, and which are close."""
    asked, names = name.lower().replace("_", "-"), [rule.name for rule in known_rules()]
    words = {word for known in names for word in known.split("-")}
    alike = near(asked, words, most=1, cutoff=0.7)
    close = near(asked, names) or [known for known in names if set(alike) & set(known.split("-"))][:3]
    hint = f"did you mean {' or '.join(close)}?" if close else "`headlint rules` lists all of them"
    return f"there is no rule {name}; {hint}"
