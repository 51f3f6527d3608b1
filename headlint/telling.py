"""What both witnesses do alike when they put what they saw into events."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from headlint.history import Absent, GradientSet, Known, Layer, Readied, Unknown
from headlint.nearness import near as nearly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.history import Event, Model

_SURELY_MEANT = 0.85
_SHARING = re.compile(r"shar|tied|tie_|common|same|siames", re.IGNORECASE)


def common_path(left: str, right: str) -> str:
    """The path that two paths lie under."""
    shared = []
    for one, other in zip(left.split("."), right.split("."), strict=False):
        if one != other:
            break
        shared.append(one)
    return ".".join(shared)


def readable_width(target: str, old: Layer | Absent | Unknown) -> str | Unknown:
    """An expression that gives the width which the old layer takes."""
    if not isinstance(old, Layer):
        return Unknown("nothing stood there before")
    if isinstance(old.takes, Known) and old.kind == "Linear":
        return f"{target}.in_features"
    if isinstance(old.takes, Known) and old.kind.startswith("Conv"):
        return f"{target}.in_channels"
    widths = [(name, child) for name, child in old.children if isinstance(child.takes, Known)]
    if old.kind == "Sequential" and widths and widths[0][1].kind == "Linear":
        return f"{target}[{widths[0][0]}].in_features"
    return Unknown(f"a {old.kind} has no attribute that says what it takes")


def shares_on_purpose(statement: str) -> bool:
    """Whether a statement that puts a module into a second place says so: it names the first place, or sharing."""
    try:
        node = ast.parse(statement.strip()).body[0]
    except (SyntaxError, IndexError):
        return False
    if not isinstance(node, ast.Assign):
        return False
    is_name = isinstance(node.value, ast.Name)
    return len(node.targets) > 1 or not is_name or speaks_of_sharing(statement)


def speaks_of_sharing(statement: str) -> bool:
    """Whether a statement says in its own words that one layer serves several places."""
    return _SHARING.search(statement) is not None


def is_meant(name: str, near: Sequence[str], statement: str) -> bool:
    """Whether a text is meant as a model's name: it is written in the statement that asks, or looks like a known one.

    `near` are known names. A default often says no more than what kind of text is wanted: `net_type="net_type"`.
    """
    if any(f"{mark}{name}{mark}" in statement for mark in ("'", '"')):
        return True
    return bool(nearly(name, near, cutoff=_SURELY_MEANT))


def is_changed_since_training(events: Sequence[Event], model: Model) -> bool:
    """Whether something of a model was frozen or thawed after the state was told in which it went into training."""
    ready = changed = False
    for event in events:
        if isinstance(event, Readied) and event.model == model:
            ready, changed = True, False
        elif isinstance(event, GradientSet) and event.model == model:
            changed = ready
    return changed
