"""The row of a model that takes images, or sounds, and a number of classes: what the older libraries offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint.zoo.survey.building import parameters_on_meta
from headlint.zoo.survey.describing import Row, described, run_images, split
from headlint.zoo.survey.places import class_layers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COUNTS = (17, 18)


def on_meta(build: Callable[[], Any]) -> Any:
    """The model on the meta device in evaluation mode."""
    with parameters_on_meta():
        return build().to("meta").eval()


def simple_row(
    name: str, builder: str, build: Callable[..., Any], option: str, classes: int | None, size: Sequence[int]
) -> Row:
    """The row of a model: `build(option=17)` makes it for seventeen classes, `size` is that of its images."""
    model = on_meta(build)
    one, other = (on_meta(lambda count=count: build(**{option: count})) for count in COUNTS)  # type: ignore[misc]
    layers = class_layers(one, other)
    flow = run_images(model, size)
    present = {path for path, _ in model.named_modules()}
    found = split(model, [path for path in layers if path in present], flow)
    return {
        "name": name,
        "builder": builder,
        "option": option,
        "classes": classes if found[0] else None,
        **described(model, ["batch", 3, *size], flow, found),
    }
