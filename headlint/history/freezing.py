"""What is chosen to be frozen or to be trained, and how."""

from __future__ import annotations

from headlint.history.values import Event


class UsedUp(Event):
    """An optimizer is handed an iterator that gives nothing any more, because something else read it to its end.

    `text` is how the source spells it. `whole` says whether it is all that the optimizer is handed, or one group.
    """

    text: str
    whole: bool
