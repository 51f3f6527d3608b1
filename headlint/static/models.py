"""Library functions that build, wrap or copy models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, Unknown
from headlint.static import building, unheard, weights
from headlint.static.escapes import hand_over
from headlint.static.heap import Module
from headlint.static.layers import contain
from headlint.static.pins import lookup
from headlint.static.twins import twin
from headlint.static.values import Items, Opaque, Symbol, Table, Value, why_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter


def _named(interpreter: Interpreter, request: Call, index: int, name: str, library: str = "") -> str | Unknown:
    from headlint.static.calls import argument_node
    from headlint.static.naming import settle_name

    wanted, node = request.get(index, name), argument_node(request, index, name)
    value = settle_name(interpreter, wanted, node.value if node else None, library) if wanted is not None else None
    if isinstance(value, Known) and isinstance(value.value, str):
        return value.value
    return Unknown((why_unknown(value) if value is not None else "") or "which model is built is not known")


def _registered(interpreter: Interpreter, request: Call) -> str | Unknown:
    """The name of a model of torchvision's register that a call is given."""
    name = _named(interpreter, request, 0, "name", "torchvision")
    if isinstance(name, str) and isinstance(lookup(interpreter, "torchvision", name.lower()), Unknown):
        unheard.model(interpreter, "torchvision", name.lower())
    return name.lower() if isinstance(name, str) else name


def _get_model(interpreter: Interpreter, request: Call) -> Value:
    name = _registered(interpreter, request)
    asked = request.named.get("weights")
    wants = weights.asks(request, asked)
    row = weights.row_for(interpreter, "torchvision", name, request, asked, wants) if isinstance(name, str) else name
    if isinstance(row, Unknown):
        return interpreter.opaque(row.why)
    unheard.weights(interpreter, row, asked)
    return building.from_row(interpreter, row, request, wants)


def _get_builder(interpreter: Interpreter, request: Call) -> Value:
    """`get_model_builder("resnet50")`: the function that builds the model."""
    name = _registered(interpreter, request)
    row = lookup(interpreter, "torchvision", name) if isinstance(name, str) else name
    return interpreter.opaque(row.why) if isinstance(row, Unknown) else Symbol(str(row.record["builder"]))


def _list_models(interpreter: Interpreter, request: Call) -> Value:
    """`list_models(include=name)`: of an unknown name it is as little known."""
    why = next(filter(None, map(why_unknown, request.values)), "")
    return interpreter.opaque(why) if why else hand_over(interpreter, request, request.text)


def _create_model(interpreter: Interpreter, request: Call) -> Value:
    """`timm.create_model`: the architecture is what stands before the tag."""
    name = _named(interpreter, request, 0, "model_name", "timm")
    if isinstance(name, Unknown):
        return interpreter.opaque(name.why)
    row = lookup(interpreter, "timm", name)
    if isinstance(row, Unknown):
        unheard.model(interpreter, "timm", name)
        return interpreter.opaque(row.why)
    pretrained = request.get(1, "pretrained")
    return building.from_row(interpreter, row, request, weights.asks(request, pretrained))


_OF_HUB = "whether this entry of torch.hub loads weights by itself is not known"


def _hub_load(interpreter: Interpreter, request: Call) -> Value:
    repository = _named(interpreter, request, 0, "repo_or_dir")
    name = _named(interpreter, request, 1, "model", "torchvision")
    if isinstance(repository, Unknown):
        return interpreter.opaque(repository.why)
    if isinstance(name, Unknown):
        return interpreter.opaque(name.why)
    from headlint.zoo.hub import hub, is_of_library, row_like

    found = hub(repository, name)
    if isinstance(found, Unknown):
        if repository.partition(":")[0] == "pytorch/vision":
            unheard.look_up(interpreter, Symbol("torchvision.models"), name)
        return interpreter.opaque(found.why)
    asked = weights.given(request)
    wants = weights.asks(request, asked, False if is_of_library(repository) else Unknown(_OF_HUB))
    row = weights.row_for(interpreter, *found, request, asked, wants) if isinstance(found, tuple) else row_like(found)
    return (
        interpreter.opaque(row.why) if isinstance(row, Unknown) else building.from_row(interpreter, row, request, wants)
    )


def pretrainedmodels(interpreter: Interpreter, name: str, request: Call) -> Value:
    """A builder of Cadene's `pretrainedmodels`, which loads weights unless it is told not to."""
    row = lookup(interpreter, "pretrainedmodels", name)
    wanted = request.get(1, "pretrained")
    if isinstance(row, Unknown):
        return interpreter.opaque(row.why)
    return building.from_row(interpreter, row, request, weights.asks(request, wanted, True))


def _efficientnet(pretrained: bool) -> Callable[[Interpreter, Call], Value]:
    """`EfficientNet.from_pretrained("efficientnet-b0")` of efficientnet_pytorch, and `from_name`."""

    def build(interpreter: Interpreter, request: Call) -> Value:
        name = _named(interpreter, request, 0, "model_name", "efficientnet_pytorch")
        row = lookup(interpreter, "efficientnet_pytorch", name) if isinstance(name, str) else name
        if isinstance(row, Unknown):
            if isinstance(name, str):
                unheard.model(interpreter, "efficientnet_pytorch", name)
            return interpreter.opaque(row.why)
        return building.from_row(interpreter, row, request, pretrained)

    return build


def _wrap(kind: str) -> Callable[[Interpreter, Call], Value]:
    def wrap(interpreter: Interpreter, request: Call) -> Value:
        inner = request.get(0, "module")
        if not isinstance(inner, Module):
            return Opaque(why_unknown(inner) if inner is not None else "it wraps nothing")
        wrapper = contain(kind, [("module", inner)])
        interpreter.journal.enter(wrapper, interpreter.place, kind, pretrained=Unknown("it is a wrapper"))
        return wrapper

    return wrap


def _same(interpreter: Interpreter, request: Call) -> Value:
    """Calls that give back the model itself, or one that behaves like it."""
    first = next(iter(request.values), None)
    return first if isinstance(first, Module) else hand_over(interpreter, request, request.text)


def _shallow_copy(interpreter: Interpreter, request: Call) -> Value:
    first = request.get(0, "x")
    if isinstance(first, Module):
        return interpreter.opaque("headlint doesn't follow shallow copies of models, which share their layers")
    return _copy(interpreter, request)


def _copy(interpreter: Interpreter, request: Call) -> Value:
    first = request.get(0, "x")
    if isinstance(first, Table):
        return Table(dict(first.entries), first.why)
    if isinstance(first, Items) and all(isinstance(item, Known) for item in first.items):
        return Items(first.items, why=first.why, fixed=first.fixed)
    if isinstance(first, Module):
        return twin(interpreter, first, request.text)
    return first if first is not None else Opaque("the call has no argument")


def _compile(interpreter: Interpreter, request: Call) -> Value:
    first = request.get(0, "model")
    if isinstance(first, Module):
        interpreter.journal.compiled(first, interpreter.place)
    return _same(interpreter, request)


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    "torch.compile": _compile,
    "torchvision.models.get_model": _get_model,
    "torchvision.models.get_model_builder": _get_builder,
    "torchvision.models.list_models": _list_models,
    "timm.list_models": _list_models,
    "timm.create_model": _create_model,
    "timm.models.create_model": _create_model,
    "torch.hub.load": _hub_load,
    "efficientnet_pytorch.EfficientNet.from_pretrained": _efficientnet(True),
    "efficientnet_pytorch.EfficientNet.from_name": _efficientnet(False),
    "torch.nn.DataParallel": _wrap("DataParallel"),
    "torch.nn.parallel.DataParallel": _wrap("DataParallel"),
    "torch.nn.parallel.DistributedDataParallel": _wrap("DistributedDataParallel"),
    "torch.nn.SyncBatchNorm.convert_sync_batchnorm": _same,
    "copy.deepcopy": _copy,
    "copy.copy": _shallow_copy,
}
