"""Names both ends of a joint as the source spells them: the layer that takes, and what gives to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Built, Layer
from headlint.reading.models import standing, standing_at
from headlint.reading.telling import behind, built_steps, replaced_step, spelled
from headlint.reading.widths import module_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.finding import Step
    from headlint.history import Arrived, History


def taker(history: History, arrived: Arrived) -> str:
    """The layer that takes: `self.head`, `model.classifier[3]`."""
    return f"`{behind(_owner(history, arrived), arrived.path)}`"


def giver(history: History, arrived: Arrived) -> str:
    """What gives: `self.backbone` (resnet18, its fc replaced by Identity); the Linear before it."""
    if not arrived.giver_path:
        is_spelled = arrived.giver.startswith(("`", "the "))
        return arrived.giver if is_spelled else f"the {arrived.giver} before it"
    place = f"`{behind(_owner(history, arrived), arrived.giver_path)}`"
    edits = _edits(history, arrived.giver_model) if arrived.giver_model else ()
    return f"{place} ({', '.join([_name(history, arrived), *edits])})"


def _name(history: History, arrived: Arrived) -> str:
    """What is given by a published model's children outside of it comes from none of the model's own."""
    published = (event.model.name for event in history.of(Built) if event.model.library)
    is_outside = not arrived.giver_model and arrived.giver in published
    return f"{arrived.giver}'s children" if is_outside else arrived.giver


def _owner(history: History, arrived: Arrived) -> str:
    """What the source calls the model: `self` where `self.head` was assigned."""
    own, number = module_path(arrived), arrived.model.number
    put = [one for _, one in standing(history) if one.model.number == number and one.place.key == arrived.place.key]
    for replaced in sorted(put, key=lambda one: one.path != own):
        owner = replaced.target.removesuffix(behind("", replaced.path)).removesuffix(".")
        if behind(owner, replaced.path) == replaced.target:
            return owner
    return "" if put else arrived.model.name


def _edits(history: History, number: int) -> Iterator[str]:
    """What was put into a model: `its fc replaced by Identity`."""
    for _, event in standing(history):
        if event.model.number == number and isinstance(event.old, Layer):
            new = event.new.kind if isinstance(event.new, Layer) else "another module"
            yield f"its {spelled(event.path)} replaced by {new}"


def steps_to(history: History, arrived: Arrived) -> tuple[Step, ...]:
    """The steps that lead to a layer: the model that it is in is built, and the layer is put there."""
    replaced = standing_at(history, arrived.model, module_path(arrived))
    return (*built_steps(history, arrived.model), *([replaced_step(replaced)] if replaced else []))
