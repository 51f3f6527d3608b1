"""peft: which new modules of a model it freezes, and which it trains and saves along with its adapters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.history import Adapted, Known, Role, Unknown
from headlint.static.configurations import Configuration
from headlint.static.escapes import hand_over
from headlint.static.forward import outermost
from headlint.static.heap import Module
from headlint.static.layers import contain
from headlint.static.values import NONE, Items, Opaque, Symbol, Value, why_unknown

if TYPE_CHECKING:
    from headlint.history import Truth
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

KEPT = {
    "SEQ_CLS": ("classifier", "score"),
    "TOKEN_CLS": ("classifier", "score"),
    "QUESTION_ANS": ("qa_outputs",),
}
"""The modules that peft keeps for a task without being told to; surveyed from peft 0.21.2, which a test asks."""

FREEZING = frozenset("LoraConfig AdaLoraConfig LoHaConfig LoKrConfig IA3Config".split())
"""The configurations for which peft freezes a model and puts adapters beside its layers."""
_MODEL = "PeftModel"
_PUTS_IN = "peft puts adapters into it"
_COPIES = "peft puts a copy that trains in its place"
_ADDS = frozenset({"trainable_token_indices", "target_parameters", "inference_mode"})

_UNSETTLES = re.compile(r"requires_grad|load_state_dict|load_adapter|peft_model_state_dict|from_pretrained")
_EVERYWHERE = "all-linear"


class AdapterConfig(Opaque):
    """`LoraConfig(…)` and its like, with the arguments in its attributes; `kind` is the class."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        super().__init__("which adapters it makes is only known when the script runs")
        self.kind = kind


def library_call(interpreter: Interpreter, name: str, request: Call) -> Value | None:
    """What a call of something in peft gives; None if it is nothing that is followed here."""
    last = name.rpartition(".")[2]
    if last.endswith("Config"):
        made = AdapterConfig(last)
        made.attributes.update(request.named)
        if request.why:
            made.attributes["modules_to_save"] = Opaque(request.why)
        return made
    model, config = request.get(0, "model"), request.get(1, "peft_config")
    if last == "get_peft_model" and isinstance(model, Module) and isinstance(config, AdapterConfig):
        _tell(interpreter, model, config)
        unknown = hand_over(interpreter, request, name)
        return _adapted(model, config) if _is_followed(interpreter, model, config) else unknown
    return None


def _tell(interpreter: Interpreter, model: Module, config: AdapterConfig) -> None:
    home = model.model_home()[0]
    if home is not model or home.origin is None or home.origin.escaped or interpreter.uncertain:
        return
    heads = tuple(path for path in _new_heads(model) if not _is_adapted(config, path))
    if heads:
        event = Adapted(interpreter.place, home.origin.model, heads, _kept(config), _settled(interpreter))
        interpreter.journal.events.append(event)


def _is_followed(interpreter: Interpreter, model: Module, config: AdapterConfig) -> bool:
    """Whether it is certain what peft makes of a model: it is whole, and no model of peft's yet."""
    is_plain = config.kind in FREEZING and not _ADDS & config.attributes.keys()
    return is_plain and model.home is None and model.kind != _MODEL and not interpreter.uncertain


def _adapted(model: Module, config: AdapterConfig) -> Module:
    """The model inside peft's own, which has its attributes: frozen, but for what is trained and saved whole."""
    kept = _kept(config)
    for path, parameter in model.named_parameters():
        parameter.trainable = _is_left_trainable(config, kept, path)
    model.blur = model.blur or _PUTS_IN
    wrapper = contain(_MODEL, [("base_model", contain(config.kind.replace("Config", "Model"), [("model", model)]))])
    for name, child in model.children.items():
        wrapper.attributes[name] = child if _trains_whole(kept, name) is False else Opaque(_COPIES)
    wrapper.attributes["config"] = model.attributes.get("config", Opaque(_PUTS_IN))
    return wrapper


def _is_left_trainable(config: AdapterConfig, kept: tuple[str, ...] | Unknown, path: str) -> Truth:
    whole = _trains_whole(kept, path.rpartition(".")[0])
    if whole is False and path.endswith("bias") and config.attributes.get("bias", Known("none")) != Known("none"):
        return Unknown("peft may leave biases trainable")
    return whole


def _trains_whole(kept: tuple[str, ...] | Unknown, path: str) -> Truth:
    """Whether peft trains a module whole, since its name or that of one around it ends in one that is kept."""
    return kept if isinstance(kept, Unknown) else any(part.endswith(kept) for part in _around(path))


def _new_heads(model: Module) -> list[str]:
    """The paths of what holds random weights: what the user put in, and heads that a checkpoint doesn't bring."""
    origin = model.origin
    assert origin is not None
    stems = {slot.path for slot in origin.model.slots if slot.role is Role.STEM}
    put = [
        path
        for path, new in origin.edits.items()
        if new is not None and model.at(path) is new and path not in stems and any(True for _ in new.named_parameters())
    ]
    config = model.attributes.get("config")
    if put or origin.model.pretrained is not True or not isinstance(config, Configuration):
        return put
    known, row = config.known, origin.row
    if isinstance(known, Unknown) or row is None or known.head == (row.name, origin.model.classes):
        return put
    return [slot.path for slot in outermost(origin.model.heads)]


def _is_adapted(config: AdapterConfig, path: str) -> bool:
    """Whether an adapter may be put into the module itself, or it can't be known."""
    targets = config.attributes.get("target_modules", NONE)
    if targets == NONE:
        return False
    if isinstance(targets, Items) and not targets.why:
        names = [item.value for item in targets.items if isinstance(item, Known)]
        return len(names) < len(targets.items) or any(_means(str(name), path) for name in names)
    return True


def _means(name: str, path: str) -> bool:
    """Whether peft takes a name for a module at a path, for one inside it, or for one around it."""
    return any(part.endswith(name) or name.startswith(f"{part}.") for part in _around(path))


def _around(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def _kept(config: AdapterConfig) -> tuple[str, ...] | Unknown:
    """The names of the modules that are trained and saved whole."""
    asked, task = config.attributes.get("modules_to_save", NONE), config.attributes.get("task_type", NONE)
    own = _task(task)
    if isinstance(own, Unknown):
        return own
    if asked == NONE:
        return own
    if not isinstance(asked, Items) or asked.why or not all(isinstance(item, Known) for item in asked.items):
        return Unknown(why_unknown(asked) or "what is in `modules_to_save` is not known")
    return (*own, *(str(item.value) for item in asked.items if isinstance(item, Known)))


def _task(task: Value) -> tuple[str, ...] | Unknown:
    match task:
        case Symbol(name=name):
            return KEPT.get(name.rpartition(".")[2], ())
        case Known(value=None):
            return ()
        case Known(value=str() as name):
            return KEPT.get(name, ())
    return Unknown(why_unknown(task) or "the task is not known")


def _settled(interpreter: Interpreter) -> bool | Unknown:
    """Whether nothing behind this statement thaws or loads anything."""
    assert interpreter.statement is not None
    lines = interpreter.places.whole.split("\n")
    found = _UNSETTLES.search("\n".join(lines[interpreter.statement.tree.end_lineno or interpreter.statement.line :]))
    return True if found is None else Unknown(f"`{found[0]}` further down may thaw or load it")
