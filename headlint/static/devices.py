"""Where parameters lie, and of which type their numbers are, as far as the script moves them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.history import Joined, Known, Lot, Unknown
from headlint.static.values import NONE, Opaque, Symbol, Value, why_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from headlint.history import Whereabouts
    from headlint.static.calls import Call
    from headlint.static.heap import Module, Parameter
    from headlint.static.interpreter import Interpreter

OPEN = "?"
"""A device that is decided when the script runs."""

_DTYPES = {
    **dict.fromkeys(("half", "float16"), "float16"),
    **dict.fromkeys(("float", "float32"), "float32"),
    **dict.fromkeys(("double", "float64"), "float64"),
    "bfloat16": "bfloat16",
}
_DEVICES = frozenset({"cuda", "cpu", "xpu"})
_MIXES = re.compile(r"autocast|\bamp\b|GradScaler|\bapex\b")
_NAMES_DEVICE = re.compile(r"dev|cuda|gpu|rank", re.IGNORECASE)
_MANAGED = "a trainer decides where it lies"


class Device(Opaque):
    """`torch.device(…)`. `kind` is `cuda`, `cpu`, …, or that it is open."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        super().__init__("which device it is is only known when the script runs")
        self.kind = kind


def _device(interpreter: Interpreter, request: Call) -> Value:
    return Device(_kind(request.get(0, "device")))


def _kind(value: Value | None) -> str:
    """The kind of a device without its number."""
    if isinstance(value, Device):
        return value.kind
    return value.value.partition(":")[0] if isinstance(value, Known) and isinstance(value.value, str) else OPEN


def _gpu(interpreter: Interpreter, request: Call) -> Value:
    """Whether there is a GPU: one answer wherever it is asked for."""
    return interpreter.gpu


def _other_defaults(interpreter: Interpreter, request: Call) -> Value:
    interpreter.journal.defaults = f"`{request.text}` changes where layers are made"
    return NONE


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    "torch.device": _device,
    "torch.cuda.is_available": _gpu,
    "torch.set_default_device": _other_defaults,
    "torch.set_default_tensor_type": _other_defaults,
    "torch.set_default_dtype": _other_defaults,
}


# ---- movements


def move(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """`model.to(device)`, `model.cuda()`, `model.half()` and the like."""
    name = request.text.rpartition(".")[2]
    device: Whereabouts = ""
    dtype: Whereabouts = ""
    if name in _DEVICES:
        device = name
    elif name in _DTYPES:
        dtype = _DTYPES[name]
    elif name == "to":
        device, dtype = _asked(interpreter, request)
    else:
        return module
    doubt = interpreter.uncertain
    moved: dict[int, tuple[Lot, Lot]] = {}
    for _, parameter in module.named_parameters():
        lot = parameter.lot
        if id(lot) not in moved:
            where = _changed(lot.device, device, doubt), _changed(lot.dtype, dtype, doubt)
            moved[id(lot)] = lot, Lot(*where, interpreter.place, request.text)
        parameter.lot = moved[id(lot)][1]
    return module


def _changed(before: Whereabouts, now: Whereabouts, doubt: str) -> Whereabouts:
    if now == "":
        return before
    return Unknown(f"it depends on a condition: {doubt}") if doubt else now


def _asked(interpreter: Interpreter, request: Call) -> tuple[Whereabouts, Whereabouts]:
    """The device and the type that `.to(…)` is asked for, '' for what it leaves as it is."""
    device: Whereabouts = ""
    dtype: Whereabouts = ""
    for key, value in [*enumerate(request.positional), *request.named.items()]:
        kind = _dtype(value)
        if kind:
            dtype = kind
        elif key == "dtype":
            dtype = Unknown(why_unknown(value) or "which type is asked for is not known")
        elif key == "device" or (key == 0 and _speaks_of_device(interpreter, request, value)):
            device = _kind(value)
        elif key == 0 and value != NONE:
            device = dtype = Unknown(why_unknown(value) or "what is asked for is not known")
    return device, dtype


def _speaks_of_device(interpreter: Interpreter, request: Call, value: Value) -> bool:
    """Whether an argument is a device, which may be told by its name alone."""
    if isinstance(value, Device) or (isinstance(value, Known) and isinstance(value.value, str)):
        return True
    text = interpreter.text(request.node.args[0].value) if request.node is not None and request.node.args else ""
    return isinstance(value, Opaque) and _NAMES_DEVICE.search(text) is not None


def _dtype(value: Value) -> str:
    is_torch = isinstance(value, Symbol) and value.name.startswith("torch.")
    return _DTYPES.get(value.name.removeprefix("torch."), "") if is_torch and isinstance(value, Symbol) else ""


def lose_sight(modules: Iterable[Module], why: str) -> None:
    """Somebody else decides from here on where modules lie."""
    for module in modules:
        for _, parameter in module.named_parameters():
            parameter.lot = Lot(Unknown(why), Unknown(why))


# ---- telling


def tell_places(interpreter: Interpreter) -> None:
    """The script takes a training step of its own: tell where new modules and the rest of their models lie.

    What no optimizer holds takes no part in the step: a model made for a summary stays where it is.
    """
    for home in list(interpreter.journal.models):
        origin = home.origin
        if origin is None or "placed" in origin.stages or not _is_optimized(interpreter, home):
            continue
        origin.stages.add("placed")
        why = origin.escaped or home.why_blurred or interpreter.journal.defaults or _managed(home)
        new = {path: module for path, module in origin.edits.items() if module is not None and home.at(path) is module}
        for path, module in new.items():
            if module.installation is not None and module.installation.model is home and not why:
                _tell(interpreter, home, path, module, list(new.values()))


def _is_optimized(interpreter: Interpreter, home: Module) -> bool:
    in_any = any(parameter.optimized is not False for _, parameter in home.named_parameters())
    return in_any or bool(interpreter.journal.optimizers_blurred)


def _managed(home: Module) -> str:
    """Why a trainer moves a model: it is part of a LightningModule."""
    module: Module | None = home
    while module is not None:
        if module.cls is not None and any(base.endswith(".LightningModule") for base in module.cls.library_bases()):
            return _MANAGED
        module = module.inside_of()
    return ""


def _tell(interpreter: Interpreter, home: Module, path: str, module: Module, new: list[Module]) -> None:
    made = {id(parameter) for one in new for _, parameter in one.named_parameters()}
    own = [parameter for _, parameter in module.named_parameters()]
    rest = [parameter for _, parameter in home.named_parameters() if id(parameter) not in made]
    if not own or not rest or home.origin is None or module.installation is None:
        return
    lots = _lot(own), _lot(rest)
    if _has_none(interpreter) and OPEN in {lot.device for lot in lots}:
        return
    mixes = _MIXES.search(interpreter.places.whole)
    if mixes is not None:
        why = Unknown(f"`{mixes[0]}` changes types on the way")
        lots = Lot(lots[0].device, why), Lot(lots[1].device, why, lots[1].moved_at, lots[1].text)
    event = Joined(module.installation.place, home.origin.model, path, *lots)
    interpreter.journal.events.append(event)


def _has_none(interpreter: Interpreter) -> bool:
    """Whether this way through the script is one without a GPU, on which nothing moves."""
    from headlint.static.assumptions import truth_of

    return interpreter.assumptions.allow(truth_of(interpreter.gpu), True) is False


def _lot(parameters: list[Parameter]) -> Lot:
    """What parameters have in common."""
    lots = set({id(lot): lot for lot in map(_own_lot, parameters)}.values())
    first = next(iter(lots))
    if len(lots) == 1:
        return first
    devices, dtypes = {lot.device for lot in lots}, {lot.dtype for lot in lots}
    why = Unknown("its parameters were moved one by one")
    return Lot(first.device if len(devices) == 1 else why, first.dtype if len(dtypes) == 1 else why)


def _own_lot(parameter: Parameter) -> Lot:
    """Where a parameter lies; a layer may have been made somewhere else at once."""
    arguments = parameter.holder[0].arguments if parameter.holder is not None else {}
    lot = parameter.lot
    if not arguments:
        return lot
    device, dtype = arguments.get("device", NONE), arguments.get("dtype", NONE)
    if device != NONE and lot.device == "":
        lot = Lot(Unknown(why_unknown(device) or "it is made on a device of its own"), lot.dtype)
    if dtype != NONE and lot.dtype == "":
        lot = Lot(lot.device, Unknown(why_unknown(dtype) or "it is made with a type of its own"))
    return lot
