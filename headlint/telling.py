"""What both witnesses do alike when they put what they saw into events."""

from __future__ import annotations

from headlint.history import Absent, Known, Layer, Unknown


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
