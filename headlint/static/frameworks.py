"""Objects of training frameworks that take a model and give it back: Lightning's Fabric, Accelerate, and Lightning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static.edits import set_gradient
from headlint.static.library import LEARNERS
from headlint.static.lightning import is_lightning
from headlint.static.values import NONE, Function, Items, Opaque, Table, Value

if TYPE_CHECKING:
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter

_GIVE_BACK = (
    "Fabric.setup",
    "Fabric.setup_module",
    "Fabric.setup_optimizers",
    "Fabric.setup_dataloaders",
    "Accelerator.prepare",
    "Accelerator.prepare_model",
    "Accelerator.prepare_optimizer",
    "amp.initialize",
)
_FINETUNING = ("BackboneFinetuning", "BaseFinetuning")


def gives_back(name: str) -> bool:
    """Whether a function of a framework gives back what is put in, ready to run on its devices."""
    return name.endswith(_GIVE_BACK)


def given_back(request: Call) -> Value:
    """`model, optimizer = fabric.setup(model, optimizer)`."""
    values = request.values if not request.positional else request.positional
    return values[0] if len(values) == 1 else Items(values, fixed=True)


def note_finetuning(interpreter: Interpreter, name: str) -> None:
    """A callback that freezes and thaws as training goes: what is frozen when it starts says nothing then."""
    if name.endswith(_FINETUNING):
        interpreter.journal.doubt_freezing(f"`{name.rpartition('.')[2]}` freezes and thaws layers during training")


def learner(interpreter: Interpreter, name: str) -> Value | None:
    """Fastai's `vision_learner(dls, resnet34)` and the like, which handle the head themselves; None for the rest."""
    last = name.rpartition(".")[2]
    if last not in LEARNERS:
        return None
    return interpreter.opaque(f"fastai's `{last}` cuts the model, and puts a head of its own on it for the data")


def save_hyperparameters(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """`self.save_hyperparameters()`: the arguments of `__init__`, or those named, or all of what is handed over."""
    wanted = [value.value for value in request.positional if isinstance(value, Known)]
    if request.positional and not wanted:
        module.attributes["hparams"] = request.positional[0]
        return NONE
    frame = interpreter.stack[-1] if interpreter.stack else None
    ignored = _names(request.named.get("ignore"))
    hparams = Opaque("it is no argument that was saved as a hyperparameter")
    for name, value in _arguments(interpreter, frame).items() if frame else ():
        if name not in ignored and (not wanted or name in wanted) and value is not module:
            hparams.attributes[name] = hparams.attributes[f"[{name!r}]"] = value
    module.attributes["hparams"] = hparams
    return NONE


def _names(value: Value | None) -> list[object]:
    items = value.items if isinstance(value, Items) else [value]
    return [item.value for item in items if isinstance(item, Known)]


def _arguments(interpreter: Interpreter, function: Function) -> dict[str, Value]:
    parameters = function.parameters
    names = [one.name.value for one in (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)]
    found = {name: interpreter.scope.names[name] for name in names if name in interpreter.scope.names}
    more = interpreter.scope.names.get(parameters.star_kwarg.name.value) if parameters.star_kwarg else None
    return found | ({str(key): value for key, value in more.entries.items()} if isinstance(more, Table) else {})


def freeze(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """`LightningModule.freeze()`."""
    return _switch(interpreter, module, request, on=False)


def unfreeze(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """`LightningModule.unfreeze()`."""
    return _switch(interpreter, module, request, on=True)


def _switch(interpreter: Interpreter, module: Module, request: Call, *, on: bool) -> Value:
    from headlint.static.escapes import hand_over

    if not is_lightning(module.cls):
        return hand_over(interpreter, request, request.text)
    parameters = [parameter for _, parameter in module.named_parameters()]
    set_gradient(interpreter, parameters, on, request.text.rpartition(".")[0])
    return NONE
