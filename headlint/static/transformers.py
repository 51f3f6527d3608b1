"""Models of transformers: built from a checkpoint that the zoo knows, or from a configuration."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from headlint.history import HeadMet, Known, LossAsked, Unknown
from headlint.static import building
from headlint.static.configurations import Configuration, checkpoint_named, configured, labels_in
from headlint.static.devices import lose_sight
from headlint.static.endings import WayEnds
from headlint.static.heap import Module
from headlint.static.returned import BaseOutputs
from headlint.static.values import NONE, Opaque, Tensor, Value, truth, why_unknown
from headlint.zoo import find
from headlint.zoo.checkpoints import class_behind, head_classes
from headlint.zoo.fitting import backbone_of, base_of, fitted
from headlint.zoo.options import with_classes

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.history import Truth
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter
    from headlint.zoo.checkpoints import Checkpoint
    from headlint.zoo.row import Row

_FROM_CHECKPOINT = "from_pretrained"
_FROM_CONFIGURATION = frozenset({"from_config", "_from_config"})
_LEAVES_LAYERS_ALONE = frozenset(
    """attn_implementation cache_dir config device_map dtype finetuning_task force_download id2label
    ignore_mismatched_sizes label2id layer_norm_eps load_in_4bit load_in_8bit local_files_only low_cpu_mem_usage
    max_memory num_labels offload_folder output_attentions output_hidden_states output_loading_info pad_token_id
    pretrained_model_name_or_path problem_type proxies quantization_config resume_download return_dict revision
    subfolder token torch_dtype trust_remote_code use_auth_token use_cache use_safetensors variant
    weights_only""".split()
)


def library_call(interpreter: Interpreter, name: str, request: Call) -> Value | None:
    """What a call of something in transformers gives; None if it is nothing that is followed here."""
    *_, owner, last = name.split(".")
    kind = owner if last == _FROM_CHECKPOINT or last in _FROM_CONFIGURATION else last
    if kind.endswith("Config"):
        return configured(interpreter, request, reads=last == _FROM_CHECKPOINT)
    if last == "Trainer":
        return _trainer(interpreter, request)
    if last == _FROM_CHECKPOINT:
        return _from_checkpoint(interpreter, kind, request)
    configuration = request.get(0, "config")
    if not isinstance(configuration, Configuration):
        return None
    row = _row(kind, configuration.known)
    return None if row is None else _built(interpreter, row, request, configuration, pretrained=False)


def _trainer(interpreter: Interpreter, request: Call) -> Value | None:
    """`Trainer(model=…)` hands the model its labels, unless it is told how else the loss is computed."""
    model = request.get(0, "model")
    if isinstance(model, Module) and model.library_name == "transformers" and "compute_loss_func" not in request.named:
        ask_for_loss(interpreter, model, "Trainer")
    return None


def ask_for_loss(interpreter: Interpreter, module: Module, by: str) -> None:
    """Tell that a model has to compute its loss itself."""
    assert module.origin is not None
    interpreter.journal.events.append(LossAsked(interpreter.place, module.origin.model, by))


class Given(Opaque):
    """What a model of transformers returns for arguments of which the labels may be one: `asked` tells of the loss."""

    __slots__ = ("asked", "parts")

    def __init__(self, parts: Opaque, asked: Callable[[], None]) -> None:
        super().__init__(parts.why)
        self.parts = parts
        self.asked = asked

    def attribute(self, name: str) -> Value:
        """An entry by its name, as an attribute or in brackets; one who takes the loss has asked for it."""
        if name in {"loss", "['loss']"}:
            self.asked()
        return self.parts.attribute(name)


def with_loss(interpreter: Interpreter, module: Module, request: Call, value: Value) -> Value:
    """What a call gives, if the model may have to compute its loss for it."""
    ask = partial(ask_for_loss, interpreter, module, request.text)
    if request.named.get("labels", NONE) != NONE:
        ask()
    return Given(value, ask) if request.why and isinstance(value, Opaque) else value


# ---- building


def _from_checkpoint(interpreter: Interpreter, kind: str, request: Call) -> Value | None:
    known = checkpoint_named(interpreter, request.get(0, "pretrained_model_name_or_path"))
    row = _row(kind, known)
    if row is None:
        return _backbone(interpreter, kind, known, request)
    given = request.named.get("config")
    configuration = given if isinstance(given, Configuration) else Configuration(known)
    named = {name: value for name, value in request.named.items() if name != "config"}
    configuration.take(named)
    if (isinstance(known, Unknown) or request.why) and configuration.labels is None:
        why = request.why or (known.why if isinstance(known, Unknown) else "")
        configuration.attributes["num_labels"] = Opaque(why)
    if given is not None and given is not configuration and labels_in(named) is None:
        configuration.attributes["num_labels"] = Opaque(why_unknown(given) or "its configuration is not known")
    if not isinstance(known, Unknown):
        _meet_head(interpreter, row, known, configuration, request)
    return _built(interpreter, row, request, configuration, pretrained=True)


def _backbone(interpreter: Interpreter, kind: str, known: Checkpoint | Unknown, request: Call) -> Value | None:
    """`AutoModel.from_pretrained(…)`, `BertModel.from_pretrained(…)`: a model without a head."""
    if isinstance(known, Unknown) or kind.startswith("AutoModelFor"):
        return None
    heads = (find("transformers", name) for name in head_classes(known.model_type))
    bases = (backbone_of(row, known) for row in heads if not isinstance(row, Unknown) and row.classifier)
    row = next((base for base in bases if not isinstance(base, Unknown)), None)
    if row is None or kind not in {"AutoModel", row.name}:
        return None
    configuration = Configuration(known)
    made = building.from_row(interpreter, row, _translated(request, NONE), True)
    if isinstance(made, Module):
        made.close(f"which modules {row.name} has inside is not in the zoo")
        made.attributes["config"] = configuration
    return made


def base_outputs(row: Row, source: Module) -> Value | None:
    """What a backbone gives for its usual input, None for a model with a head."""
    if row.library != "transformers" or row.classifier:
        return None
    shapes = {name: shape for name, shape in row.outputs.items() if not isinstance(shape, Unknown)}
    return BaseOutputs({name: Tensor(shape, row.name, source=source) for name, shape in shapes.items()}, source)


def _row(kind: str, known: Checkpoint | Unknown) -> Row | None:
    """The surveyed row of a class, or of the one that an Auto class stands for."""
    if kind.startswith("AutoModel"):
        behind = class_behind(kind, known.model_type) if not isinstance(known, Unknown) else None
        kind = behind or ""
    found = find("transformers", kind)
    return None if isinstance(found, Unknown) else found


def _meet_head(
    interpreter: Interpreter, row: Row, known: Checkpoint, configuration: Configuration, request: Call
) -> None:
    """A checkpoint with a head of its own meets a model with another one: transformers refuses unless it is told to."""
    from headlint.static.calls import spelled_argument

    labels = configuration.labels
    if known.head is None or known.head[0] != row.name or labels is None or labels == Known(known.head[1]):
        return
    asked = labels.value if isinstance(labels, Known) else None
    wanted = request.named.get("ignore_mismatched_sizes")
    tolerant: Truth = truth(wanted) if wanted is not None else Unknown(request.why) if request.why else False
    count = asked if isinstance(asked, int) else Unknown(why_unknown(labels) or "its number of labels is not known")
    argument = next((name for name in ("num_labels", "id2label", "label2id") if name in request.named), "config")
    written = spelled_argument(interpreter, request, argument)
    head = (row.name, row.library, known.name, known.head[1])
    interpreter.journal.events.append(HeadMet(interpreter.place, *head, count, argument, tolerant, written))
    if tolerant is False and isinstance(count, int):
        raise WayEnds


def _built(
    interpreter: Interpreter, row: Row, request: Call, configuration: Configuration, *, pretrained: bool
) -> Value:
    """The model of a class, with the labels and the widths that its configuration says."""
    known = configuration.known
    labels = configuration.labels or Known(_own_labels(row, known))
    if isinstance(labels, Known) and isinstance(labels.value, int) and labels.value != row.classes:
        counted = with_classes(row, labels.value)
        if isinstance(counted, Unknown):
            return interpreter.opaque(counted.why)
        row = counted
    fit = fitted(row, known)
    made = building.from_row(interpreter, fit.row, _translated(request, labels), pretrained)
    if isinstance(made, Module):
        _settle(made, configuration, labels, fit.why)
    return made


def _own_labels(row: Row, known: Checkpoint | Unknown) -> int | None:
    """The labels of a model that nobody asked for another number of."""
    return known.head[1] if not isinstance(known, Unknown) and known.head is not None else row.classes


def _translated(request: Call, labels: Value) -> Call:
    """The call as builders of the zoo are called."""
    from headlint.static.calls import Call

    odd = {name: value for name, value in request.named.items() if not _is_harmless(name)}
    named = odd if isinstance(labels, Known) else {**odd, "num_classes": labels}
    made = Call(request.callee, request.positional, named, request.node, request.spell)
    made.why = request.why
    return made


def _is_harmless(name: str) -> bool:
    return name in _LEAVES_LAYERS_ALONE or "dropout" in name or "drop_prob" in name


def _settle(made: Module, configuration: Configuration, labels: Value, why: str) -> None:
    """What a model of transformers has besides its layers: its configuration, its count of labels, its backbone."""
    assert made.origin is not None
    assert made.origin.row is not None
    base = made.children[base_of(made.origin.row)]
    if why:
        base.close(why)
    if made.origin.model.pretrained is True:
        lose_sight([made], "transformers loads weights where and as it is told")
    if labels != NONE:
        configuration.attributes.setdefault("num_labels", labels)
        made.attributes["num_labels"] = labels
    configuration.models.append(made)
    made.attributes["config"] = configuration
    made.attributes["base_model"] = base
