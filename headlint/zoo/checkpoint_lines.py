"""The lines to write for a new head on a checkpoint of transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint import zoo
from headlint.zoo.lines import COUNT, by_hand

if TYPE_CHECKING:
    from headlint.zoo.answer import CheckpointAnswer
    from headlint.zoo.checkpoints import HeadClass

COMMON = ("AutoModelForImageClassification", "AutoModelForSequenceClassification", "AutoModelForAudioClassification")
"""The Auto classes that most people mean, where a family has several."""


def usual_head(found: CheckpointAnswer) -> tuple[str, HeadClass] | None:
    """The Auto class that one would take for the checkpoint, and the class behind it; None where there is none."""
    behind = {auto: head for head in reversed(found.heads) for auto in head.auto}
    auto = next((auto for auto in (*COMMON, *behind) if auto in behind), "")
    return (auto, behind[auto]) if auto else None


def checkpoint_by_hand(found: CheckpointAnswer) -> tuple[str, ...]:
    """The assignments that give the checkpoint's usual class another head."""
    usual = usual_head(found)
    row = zoo.find("transformers", usual[1].name) if usual else None
    lines = by_hand(row) if isinstance(row, zoo.Row) else ()
    return (*_loading(usual[0], found, ""), *lines) if usual and lines else ()


def checkpoint_way(found: CheckpointAnswer) -> tuple[str, ...]:
    """What transformers offers for another number of labels; a head that the checkpoint brings has to give way."""
    usual = usual_head(found)
    if not usual:
        return ()
    own = found.checkpoint.head
    brings = own is not None and own[0] == usual[1].name
    yielding = ", ignore_mismatched_sizes=True"
    lines = _loading(usual[0], found, f", num_labels={COUNT}{yielding if brings else ''}")
    note = f"# over a fine-tuned checkpoint with another number of labels: {yielding.removeprefix(', ')}"
    return lines if brings else (*lines, note)


def _loading(auto: str, found: CheckpointAnswer, arguments: str) -> tuple[str, str]:
    return f"from transformers import {auto}", f'model = {auto}.from_pretrained("{found.checkpoint.name}"{arguments})'
