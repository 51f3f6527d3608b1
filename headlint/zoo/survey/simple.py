"""The row of a model that takes images, or sounds, and a number of classes: what the older libraries offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint.zoo.survey.building import parameters_on_meta
from headlint.zoo.survey.describing import Row, described, run_images, split
from headlint.zoo.survey.modules import is_weighted, widths_of
from headlint.zoo.survey.places import differing_layers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.zoo.survey.forward import Flow

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
    flow = run_images(model, size)
    present = {path for path, _ in model.named_modules()}
    layers = [path for path in differing_layers(one, other) if path in present]
    ignored = {} if layers or classes is None else {"classes_ignored": True}
    found = split(model, layers or last_layer(model, flow, classes), flow)
    return {
        "name": name,
        "builder": builder,
        **(ignored or {"option": option}),
        "classes": classes if found[0] else None,
        **described(model, ["batch", 3, *size], flow, found),
    }


def last_layer(model: Any, flow: Flow, classes: int | None) -> list[str]:
    """The layer that is called last, if it gives as many numbers as there are classes."""
    called = [path for path in flow.calls[0] if path and is_weighted(model.get_submodule(path))]
    return [path for path in called[-1:] if widths_of(model.get_submodule(path))[-1] == classes]
