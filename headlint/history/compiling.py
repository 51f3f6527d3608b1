"""Models that were compiled, and what is done to them afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history.values import Event, Model

if TYPE_CHECKING:
    from headlint.finding import Place


class ScriptChanged(Event):
    """A module was to be put into a scripted or traced model, which takes none.

    `target` is the assigned expression as written; `made_at` is where the model was scripted or traced, by `by`.
    """

    model: Model
    target: str
    by: str
    made_at: Place
