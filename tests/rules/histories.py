"""Hand-made histories: the few models, places and events that the tests of the rules are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Place, Span
from headlint.history import (
    Absent,
    Argument,
    Arrived,
    Built,
    Chosen,
    Criterion,
    Event,
    GradientSet,
    History,
    Known,
    Layer,
    Loaded,
    Model,
    OptimizerBuilt,
    Owner,
    ParameterState,
    Purpose,
    Readied,
    Replaced,
    Returned,
    Role,
    Scalar,
    Shape,
    Sizes,
    Slot,
    TookPart,
    Unknown,
    Width,
    Witness,
    Written,
    Wrote,
)
from headlint.rule import Abstained, Fault, Fine, Judgement, rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.finding import Finding

UNREADABLE = Unknown("it comes from a file")


def at(line: int, column: int = 1, length: int = 0, statement: int = 0) -> Place:
    """A place in `train.py`."""
    return Place("train.py", Span(line, column, line, column + length), statement or line)


def literal(value: Scalar, line: int, column: int = 22, statement: int = 0) -> Known:
    """A value that is typed on `line`."""
    text = str(value)
    return Known(value, Written(at(line, column, len(text), statement), text, literal=True))


def spelled(value: Scalar, text: str, line: int) -> Known:
    """A value that the source spells `text` on `line`."""
    return Known(value, Written(at(line, 22, len(text)), text))


def linear(takes: Width | int, gives: Width | int = 10) -> Layer:
    return Layer("Linear", _width(takes), _width(gives), parameters=("weight", "bias"))


def conv(takes: Width | int, gives: Width | int = 10) -> Layer:
    return Layer("Conv2d", _width(takes), _width(gives), axis=1, parameters=("weight", "bias"))


def identity() -> Layer:
    return Layer("Identity", Known(512), Known(512))


def _width(width: Width | int) -> Width:
    return Known(width) if isinstance(width, int) else width


def _slot(path: str, layer: Layer, arrives: Sequence[int | str], role: Role = Role.HEAD) -> Slot:
    gives = layer.gives.value if isinstance(layer.gives, Known) else 0
    leaves = (arrives[0], gives) if layer.axis == -1 else (arrives[0], gives, *arrives[2:])
    return Slot(path, layer, Shape(tuple(arrives)), Shape(leaves), role)


def resnet(name: str = "resnet18", width: int = 512, number: int = 0, pretrained: bool = True) -> Model:
    slots = (
        _slot("fc", linear(width, 1000), ("batch", width)),
        _slot("conv1", conv(3, 64), ("batch", 3, "height", "width"), Role.STEM),
    )
    return Model(number, name, "torchvision", pretrained, 1000, slots)


RESNET18 = resnet()
RESNET50 = resnet("resnet50", 2048)
VGG16 = Model(
    0,
    "vgg16",
    "torchvision",
    pretrained=True,
    classes=1000,
    slots=(
        _slot("classifier", Layer("Sequential", Known(25088), Known(1000)), ("batch", 25088)),
        _slot("classifier.6", linear(4096, 1000), ("batch", 4096)),
    ),
)
CONVNEXT = Model(
    0,
    "convnext_tiny",
    "torchvision",
    pretrained=True,
    classes=1000,
    slots=(
        Slot(
            "classifier",
            Layer("Sequential", Known(768), Known(1000), axis=1),
            Shape(("batch", 768, 1, 1)),
            Shape(("batch", 1000)),
        ),
        _slot("classifier.2", linear(768, 1000), ("batch", 768)),
    ),
)
INCEPTION = Model(
    0,
    "inception_v3",
    "torchvision",
    pretrained=True,
    classes=1000,
    slots=(
        _slot("fc", linear(2048, 1000), ("batch", 2048)),
        _slot("AuxLogits.fc", linear(768, 1000), ("batch", 768), Role.AUXILIARY),
    ),
)

BACKBONE = ("conv1.weight", "layer4.weight")
HEAD = ("fc.weight", "fc.bias")


def built(model: Model = RESNET18, line: int = 1, *arguments: Argument, callee: str = "") -> Built:
    return Built(at(line), model, callee or f"models.{model.name}", arguments)


def replaced(
    model: Model = RESNET18,
    line: int = 2,
    path: str = "fc",
    *,
    new: Layer | Unknown | None = None,
    old: Layer | Absent | Unknown | None = None,
    target: str = "",
    readable: str | Unknown | None = None,
) -> Replaced:
    target = target or f"model.{path}"
    slot = model.slot(path)
    if old is None:
        old = slot.layer if slot else Absent()
    if readable is None:
        readable = f"{target}.in_features" if slot else Unknown("there was nothing")
    return Replaced(at(line), model, path, target, old, new or linear(512), readable)


def froze(model: Model = RESNET18, line: int = 3, to: bool = False, text: str = "model.parameters()") -> GradientSet:
    return GradientSet(at(line), model, (*BACKBONE, *HEAD), to, text)


def thawed(model: Model = RESNET18, line: int = 4) -> GradientSet:
    return GradientSet(at(line), model, HEAD, to=True, text="model.fc.parameters()")


def chose(
    text: str = "'fc' not in name",
    words: Sequence[str] = ("fc",),
    *,
    model: Model = RESNET18,
    line: int = 3,
    by: Criterion = Criterion.NAME,
    to: bool | Unknown = False,
    frozen: Sequence[str] = (),
    thawed: Sequence[str] = (),
    left: Sequence[str] = (),
    remark: str = "",
) -> Chosen:
    picked = tuple(frozen), tuple(thawed), tuple(left)
    return Chosen(at(line), model, by, text, tuple(words), to, *picked, remark)


def loaded(model: Model = RESNET18, line: int = 3) -> Loaded:
    return Loaded(at(line), model, strict=True)


def wrote(
    name: str,
    value: Scalar | Known | Unknown,
    *,
    model: Model = RESNET18,
    line: int = 4,
    path: str = "fc",
    kind: str = "Linear",
    owner: Owner = Owner.MODULE,
    before: Known | Absent | Unknown | None = None,
    target: str = "",
    count: int = 1,
) -> Wrote:
    target = target or (f"model.{path}" if path else "model")
    value = value if isinstance(value, Known | Unknown) else literal(value, line)
    text = f"{target}.{name} = {value.written.text if isinstance(value, Known) and value.written else '?'}"
    written = Written(at(line, 1, len(text)), text)
    before = Absent() if before is None else before
    return Wrote(at(line), model, owner, path, kind, target, name, before, value, written, count)


def optimizer(
    model: Model = RESNET18,
    line: int = 3,
    holds: Sequence[str] | Unknown = (*BACKBONE, *HEAD),
    count: int | None = None,
) -> OptimizerBuilt:
    held = holds if isinstance(holds, Unknown) else tuple((model.number, path) for path in holds)
    how_many = len(held) if count is None and not isinstance(held, Unknown) else count
    return OptimizerBuilt(
        at(line), 0, "Adam", "model.parameters()", held, how_many if how_many is not None else UNREADABLE
    )


def arrived(
    layer: Layer,
    *dims: int | str,
    model: Model = RESNET18,
    line: int = 2,
    path: str = "fc",
    index: str = "",
    giver: str = "",
    giver_path: str = "",
    giver_model: int = 0,
    sizes: Sizes | None = None,
) -> Arrived:
    shape = Shape(("batch", *dims)) if dims else UNREADABLE
    joint = giver or model.name, giver_path, giver_model, sizes
    return Arrived(at(line), model, path, index, layer, shape, *joint)


def took_part(answer: bool | Unknown, model: Model = RESNET18, line: int = 2, path: str = "classifier") -> TookPart:
    return TookPart(at(line), model, path, linear(512), answer)


def returned(model: Model = RESNET18, *dims: int | str) -> Returned:
    return Returned(at(9), model, Shape(("batch", *dims)))


def state(
    path: str,
    trainable: bool | Unknown = True,
    fresh: bool | Unknown = False,
    optimized: bool | Unknown = True,
    set_line: int = 0,
) -> ParameterState:
    return ParameterState(path, trainable, optimized, fresh, set_at=at(set_line) if set_line else None)


def backbone(
    trainable: bool | Unknown = True, set_line: int = 0, optimized: bool | Unknown = True
) -> tuple[ParameterState, ...]:
    return tuple(state(path, trainable, optimized=optimized, set_line=set_line) for path in BACKBONE)


def head(
    trainable: bool | Unknown = True,
    fresh: bool | Unknown = True,
    optimized: bool | Unknown = True,
    set_line: int = 0,
    path: str = "fc",
) -> tuple[ParameterState, ...]:
    return tuple(state(f"{path}.{name}", trainable, fresh, optimized, set_line) for name in ("weight", "bias"))


def readied(
    *parameters: tuple[ParameterState, ...] | Unknown,
    model: Model = RESNET18,
    purpose: Purpose = Purpose.TRAINING,
    whole: bool = True,
) -> Readied:
    unknown = next((told for told in parameters if isinstance(told, Unknown)), None)
    known = tuple(one for told in parameters if not isinstance(told, Unknown) for one in told)
    return Readied(at(9), model, purpose, unknown or known, whole)


def told(*events: Event, witness: Witness = Witness.STATIC, stopped: str = "") -> History:
    return History(witness, events, stopped=stopped)


def judgements(name: str, history: History) -> list[Judgement]:
    rule = next(rule for rule in rules() if rule.name == name)
    return list(rule.judge(history))


def findings(name: str, *events: Event, stopped: str = "") -> list[Finding]:
    """What a rule reports of these events."""
    rule = next(rule for rule in rules() if rule.name == name)
    history = told(*events, stopped=stopped)
    return [rule.finding(judgement) for judgement in rule.judge(history) if isinstance(judgement, Fault)]


def finding(name: str, *events: Event) -> Finding:
    """The one finding of a rule."""
    (only,) = findings(name, *events)
    return only


def is_fine(name: str, *events: Event) -> bool:
    """Whether the rule knew all and found nothing wrong."""
    told_judgements = judgements(name, told(*events))
    return bool(told_judgements) and all(isinstance(judgement, Fine) for judgement in told_judgements)


def why_silent(name: str, *events: Event, stopped: str = "") -> str:
    """Why the rule abstained."""
    (why,) = {j.why for j in judgements(name, told(*events, stopped=stopped)) if isinstance(j, Abstained)}
    return why
