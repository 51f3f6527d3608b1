"""Regular expressions on plain text: whether there is a match, which is all that filters ask."""

from __future__ import annotations

import re

from headlint.history import Known
from headlint.static.values import NONE, Opaque, Value, why_unknown

_SLOW_PATTERN = r"[+*}][^()]*\)\s*[+*{]|\|[^()]*\)\s*[+*{]|\\\d|.{200}"


def found(method: str, pattern: Value, text: Value) -> Value:
    """What `re.search(pattern, text)` and its like come to."""
    match pattern, text:
        case Known(str() as wanted), Known(str() as name) if len(name) < 200 and not re.search(_SLOW_PATTERN, wanted):
            try:
                return Known(True) if getattr(re, method)(wanted, name) else NONE
            except re.error:
                return Opaque("the regular expression is not valid")
    return Opaque(why_unknown(text) or why_unknown(pattern) or "headlint doesn't follow this search")
