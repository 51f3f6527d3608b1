"""Builds models: the zoo's, the program's own classes, containers; and optimizers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from headlint.history import HeadMet, Known, Role, Shape, Unknown
from headlint.static import constructors, unheard, weights
from headlint.static.endings import WayEnds
from headlint.static.frameworks import note_finetuning
from headlint.static.heap import Module
from headlint.static.origins import Installation
from headlint.static.pins import earlier
from headlint.static.screen import builds
from headlint.static.values import (
    Class,
    Function,
    Instance,
    Items,
    Opaque,
    Value,
    fact,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.history import Truth
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter
    from headlint.zoo import Row

_LEAVES_LAYERS_ALONE = frozenset(
    """arch attn_drop_rate box_detections_per_img box_nms_thresh box_score_thresh cache_dir checkpoint_path
    drop_block_rate drop_path_rate drop_rate dropout exportable force_reload init_weights max_size
    memory_efficient min_size model model_name name no_jit num_classes pretrained pretrained_backbone
    pretrained_cfg pretrained_cfg_overlay progress proj_drop_rate quantize repo_or_dir root_dir
    scriptable skip_validation source stochastic_depth_prob trainable_backbone_layers transform_input
    trust_repo verbose weights weights_backbone weights_path zero_init_residual""".split()
)
_SIZES = frozenset({"image_size", "img_size"})
_LONGEST_START = 25_000
_LONGEST_OWN_START = 3_000
_OPERATES = re.compile(r"\bself\.\w+\.(?:_?fc|classifier|heads?|last_linear)\b[\w.\[\]-]* *=[^=]")
_ASKED = frozenset({"features_only", "global_pool", "in_chans", "num_classes", "out_indices"})
_SPOKEN = _ASKED | {"pretrained", "weights", "pretrained_backbone", "weights_backbone"}
_MODULE_BASES = frozenset({"torch.nn.Module", "torch.nn.modules.Module", "torch.nn.modules.module.Module"})


def published(interpreter: Interpreter, library: str, name: str, request: Call) -> Value:
    """A model of the zoo, built by its builder's name."""
    asked = weights.given(request, 0)
    pretrained = weights.asks(request, asked)
    row = weights.row_for(interpreter, library, name, request, asked, pretrained)
    if isinstance(row, Unknown):
        return interpreter.opaque(row.why)
    unheard.weights(interpreter, row, request.named.get("weights", request.get(0, "weights")))
    return from_row(interpreter, row, request, pretrained)


def from_row(interpreter: Interpreter, row: Row, request: Call, pretrained: Truth) -> Value:
    """A model as its zoo row describes it, with what the arguments change."""
    from headlint.static.calls import argument

    if row.library == "torchvision" and pretrained is True and "num_classes" in request.named:
        _meet_head(interpreter, row, request)
    asked = _as_asked(interpreter, row, request)
    if isinstance(asked, Unknown):
        return interpreter.opaque(asked.why)
    module = Module.from_node(asked.tree)
    model = interpreter.journal.enter(module, interpreter.place, asked.name, asked, pretrained=pretrained)
    assert module.origin is not None
    module.origin.guards = tuple(interpreter.guards)
    _freeze_as_built(module, asked, request, pretrained)
    classes = request.named.get("num_classes")
    if isinstance(classes, Opaque):
        module.origin.model = replace(model, classes=Unknown(classes.why))
        _blur_heads(module, asked, classes.why)
    if request.named.get("aux_logits") == Known(False):
        _drop_auxiliary_heads(module, asked)
    odd = next((name for name, value in request.named.items() if _changes_layers(asked, name, value)), "")
    module.origin.resized = not request.named.keys().isdisjoint(_SIZES)
    if not asked.as_surveyed:
        module.blur = "`out_indices` decides which modules are kept"
    if odd or request.why:
        module.origin.escaped = f"it was built with `{odd}`, which may change its layers" if odd else request.why
    told = [
        argument(interpreter, request, index, name)
        for index, name in _spoken_arguments(request)
        if request.get(index, name) is not None
    ]
    interpreter.journal.built(module, interpreter.place, request.text, told)
    return module


def _meet_head(interpreter: Interpreter, row: Row, request: Call) -> None:
    """Weights of torchvision and a number of classes: a builder refuses any other number than the weights' own."""
    from headlint.static.calls import spelled_argument

    count = fact(request.named["num_classes"])
    asked = count.value if isinstance(count, Known) and isinstance(count.value, int) else None
    if row.classes is None or asked == row.classes:
        return
    why = count.why if isinstance(count, Unknown) else "its number of classes is no whole number"
    written = spelled_argument(interpreter, request, "num_classes")
    head = (row.name, row.library, weights.text_of(interpreter, request), row.classes)
    told = Unknown(why) if asked is None else asked
    interpreter.journal.events.append(HeadMet(interpreter.place, *head, told, "num_classes", False, written))
    if asked is not None:
        raise WayEnds


def _freeze_as_built(module: Module, row: Row, request: Call, pretrained: Truth) -> None:
    """Freeze what the builder itself freezes: the first layers of a detector's backbone."""
    frozen = weights.frozen_by_builder(row, request, pretrained) if row.frozen else ()
    for path in row.frozen if isinstance(frozen, Unknown) else frozen:
        owner, _, name = path.rpartition(".")
        inner = module.at(owner)
        if inner is not None and name in inner.parameters:
            inner.parameters[name].trainable = frozen if isinstance(frozen, Unknown) else False


def _as_asked(interpreter: Interpreter, row: Row, request: Call) -> Row | Unknown:
    """The row for the pooling, classes and channels that the arguments ask for."""
    from headlint.zoo.variants import asked

    told = {name: _plain(value) for name, value in request.named.items() if name in _ASKED}
    pin = earlier(interpreter, row.library)
    if pin is not None and not {"features_only", "global_pool"}.isdisjoint(told):
        return Unknown(f"{pin.file} asks for {pin.text}, of which pooling and feature maps were not surveyed")
    return asked(row, {name: value for name, value in told.items() if value is not None})


def _plain(value: Value) -> object:
    """An argument as a plain value, None if it isn't known."""
    match value:
        case Known(plain):
            return plain
        case Items(items=items, why="") if all(isinstance(item, Known) for item in items):
            return tuple(item.value for item in items if isinstance(item, Known))
    return None


def _changes_layers(row: Row, name: str, value: Value) -> bool:
    """Whether a builder's argument may make layers other than those of the row.

    The size of images makes none, where what arrives at the heads are vectors.
    """
    if name in _SIZES:
        return not all(isinstance(slot.arrives, Shape) and len(slot.arrives.dims) == 2 for slot in row.heads)
    if name == "aux_logits":
        return not isinstance(value, Known)
    if name in _ASKED and name != "num_classes":
        return _plain(value) is None
    return name not in _LEAVES_LAYERS_ALONE


def _drop_auxiliary_heads(module: Module, row: Row) -> None:
    for slot in row.slots:
        if slot.role is Role.AUXILIARY and "." not in slot.path:
            module.remove(slot.path)


def _spoken_arguments(request: Call) -> list[tuple[int, str]]:
    named = [(-1, name) for name in request.named if name in _SPOKEN]
    return ([(0, "")] if request.positional else []) + named


def _blur_heads(module: Module, row: Row, why: str) -> None:
    """The layers that hold the class count, where that is not known."""
    from headlint.zoo.options import class_layers

    for path in class_layers(row):
        layer = module.at(path)
        if layer is not None:
            layer.gives = Unknown(why)


def adopt(interpreter: Interpreter, container: Module) -> Module:
    """Make a container that holds a model a model itself."""
    inside = [module for path, module in _shallow(container) if path]
    holds_model = any(module.origin or module.model_home()[0].origin for module in inside)
    if holds_model and container.kind == "Sequential":
        place = interpreter.place
        interpreter.journal.enter(container, place, container.kind, pretrained=Unknown("it is no published model"))
        for name, child in container.children.items():
            is_new = child.home is not None and child.home[0] is container
            if is_new and child.installation is None and child.origin is None:
                child.installation = Installation(container, name, place)
    return container


def _shallow(container: Module) -> list[tuple[str, Module]]:
    found = [("", container)]
    for name, child in container.children.items():
        found.append((name, child))
        if child.kind in {"Sequential", "DataParallel"} and child.origin is None:
            found += [(f"{name}.{path}", inner) for path, inner in _shallow(child) if path]
    return found


def _is_module_class(cls: Class) -> bool:
    bases = cls.library_bases()
    return any(
        name in _MODULE_BASES
        or name.endswith((".LightningModule", ".Module"))
        or name.startswith("torchvision.models.")
        for name in bases
    ) or (bool(bases) and isinstance(cls.find("forward"), Function))


def instantiate(interpreter: Interpreter, cls: Class, request: Call) -> Value:
    """An object of one of the program's classes."""
    if any(base.startswith("enum.") for base in cls.library_bases()) and len(request.values) == 1:
        return request.values[0]
    if not cls.known:
        made: Value = interpreter.opaque(f"headlint doesn't know what {cls.name} builds on")
        return made
    made = _new_module(interpreter, cls, request) if _is_module_class(cls) else Instance(cls)
    interpreter.called.add(id(cls.statement))
    for base in cls.library_bases():
        note_finetuning(interpreter, base)
    start = cls.find("__init__")
    if isinstance(start, Function):
        from headlint.static.calls import follow

        _start(interpreter, cls, made, lambda: follow(interpreter, start, request, made))
    elif isinstance(made, Instance):
        _fill_fields(interpreter, made, request)
    else:
        constructors.start(interpreter, made, request)
    return made


def _start(interpreter: Interpreter, cls: Class, made: Module | Instance, work: Callable[[], Value]) -> None:
    """Follow a constructor, unless it is that of a large network in which no published model is built."""
    text = cls.places.whole
    limit = _LONGEST_START if builds(text.encode()) or _OPERATES.search(text) else _LONGEST_OWN_START
    limit = min(limit, interpreter.patience * 2 // 3)  # the rest is for what comes after it
    if cls.statement.is_tedious or not interpreter.limited(limit, work):
        cls.statement.is_tedious = True
        if isinstance(made, Module):
            made.blur = made.blur or f"the construction of {cls.name} is too long to follow"


def _new_module(interpreter: Interpreter, cls: Class, request: Call) -> Module:
    module = Module(cls.name, library=False)
    module.cls = cls
    module.takes = module.gives = Unknown(f"headlint doesn't know what a {cls.name} takes")
    strange = [name for name in cls.library_bases() if not name.endswith((".Module", ".LightningModule"))]
    if strange:
        module.blur = f"{cls.name} builds on {strange[0]}, which headlint doesn't look into"
    interpreter.journal.enter(module, interpreter.place, cls.name, pretrained=Unknown("it is no published model"))
    interpreter.journal.built(module, interpreter.place, request.text, ())
    return module


def _fill_fields(interpreter: Interpreter, made: Instance, request: Call) -> None:
    """The fields of a dataclass-like object."""
    fields = [name for name, value in made.cls.scope.names.items() if not isinstance(value, Function)]
    made.attributes.update(dict(zip(fields, request.positional, strict=False)))
    made.attributes.update(request.named)
