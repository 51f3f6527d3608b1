"""BatchNorm layers as both witnesses read of them."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"#[^\n]*")
_SPOKEN_OF = re.compile(r"BatchNorm(?!\w*\()|freeze_bn|bn_eval|FrozenBatchNorm|track_running_stats|convert_sync")


def treats_norms(text: str) -> bool:
    """Whether a script treats its BatchNorm layers in a way of its own, by what it speaks of outside of comments."""
    return _SPOKEN_OF.search(_COMMENT.sub("", text)) is not None
