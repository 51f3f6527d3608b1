"""The words that rules share: counts, names and the steps of a history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Step
from headlint.history import Known, Layer
from headlint.reading.models import building

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headlint.history import GradientSet, History, Model, Replaced, Unknown, Wrote


def counted(count: int, noun: str) -> str:
    """`1 parameter`, `62 parameters`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def article(noun: str) -> str:
    """The noun with its article: `a Linear`, `an Identity`."""
    return f"{'an' if noun[:1] in set('AEIOUaeiou') else 'a'} {noun}"


def spelled(path: str) -> str:
    """A path as Python spells it behind a model: `classifier[6]` for `classifier.6`."""
    first, *rest = path.split(".")
    return behind(first, ".".join(rest))


def behind(owner: str, path: str) -> str:
    """A path behind what it belongs to: `self.classifier[6]`; the path alone where there is nothing."""
    told = "".join(f"[{name}]" if name.isdigit() else f".{name}" for name in path.split(".")) if path else ""
    return f"{owner}{told}" if owner else told.removeprefix(".")


def listed(paths: Iterable[str]) -> str:
    """Paths as an enumeration: `fc`; `head` and `head_dist`."""
    *before, last = (f"`{spelled(path)}`" for path in paths)
    return f"{', '.join(before)} and {last}" if before else last


def described(layer: Layer | Unknown) -> str:
    """A layer in a few words: `a Linear from 2048 to 10`."""
    match layer:
        case Layer(kind=kind, takes=Known(value=takes), gives=Known(value=gives)):
            return f"{article(kind)} from {takes} to {gives}"
        case Layer(kind=kind):
            return article(kind)
        case _:
            return "a new module"


def assigned_text(wrote: Wrote) -> str | None:
    """The text of the value in a plain `owner.name = value`, whatever its spacing; None for any other statement."""
    if wrote.written is None:
        return None
    left, _, value = wrote.written.text.partition("=")
    is_plain = left.strip() == f"{wrote.target}.{wrote.name}" and not value.startswith("=")
    return value.strip() if is_plain else None


def built_steps(history: History, model: Model) -> Iterator[Step]:
    """The step that tells where `model` comes from, where that is known."""
    event = building(history, model)
    if event is None:
        return
    weights = {True: " with pretrained weights", False: " with random weights"}
    how = weights[model.pretrained] if isinstance(model.pretrained, bool) else ""
    yield Step(event.place, f"{model.name} is built{how}")


def replaced_step(event: Replaced) -> Step:
    """The step that tells what was put where."""
    return Step(event.place, f"`{event.target}` becomes {described(event.new)}")


def gradient_step(event: GradientSet) -> Step:
    """The step that tells what was frozen or thawed."""
    return Step(event.place, f"`{event.text}` {'is thawed' if event.to is True else 'is frozen'}")
