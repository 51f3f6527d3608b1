"""Where a script trains: its loops, its calls of trainers, and of functions whose names say that they train.

What trains is not executed. In its place stands `__headlint__.training(line)`, where the state in which models go into
their training is noted. A loop that also builds models (one a fold, one an architecture) is kept, and run once.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from headlint.runtime.slices.calls import callee, expression, own_nodes, roots, walk

if TYPE_CHECKING:
    from headlint.runtime.slices.names import Names

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_FITS = frozenset({"fit", "fit_one_cycle", "fine_tune", "learn", "train_model", "finetune", "fit_generator"})
_TRAINERS = re.compile(r"trainer|learn(er)?$|^engine$", re.IGNORECASE)
_TRAINS = re.compile(
    r"^_?(train|fit|fine_?tune|training|do_train|run_train\w*|train_\w+|\w+_train|fit_\w+|train\w*epoch)$"
)
_OPTIMIZERS = re.compile(r"opt|scaler|adam|sgd", re.IGNORECASE)
_BUILDERS = frozenset(
    """requires_grad requires_grad_ add_module register_module create_model from_pretrained get_model load_state_dict
    reset_classifier add_param_group""".split()
)
_LIBRARIES = re.compile(
    r"^(torch\.nn\.(?!functional|utils|Parameter|init)(?!\w*(Loss|Softmax|Sigmoid)$)|torch\.optim\.(?!lr_sched)|torch\.hub\.load"
    r"|torchvision\.models\.|timm\.|transformers\.Auto|efficientnet_pytorch|pretrainedmodels|segmentation_models_pytorch)"
)
_BUILDER = re.compile(r"^torchvision\.models(\.\w+)?\.[a-z]\w*\d\w*$")
_METHODS = frozenset({"step", "backward", "forward", "__init__", "fit", "train"})
"""Names that a script's functions share with methods of optimizers, tensors and models."""
_READS_DATA = re.compile(r"Tokenizer|Processor|FeatureExtractor|Config$")
_TENSORS = frozenset({"loss", "x", "inputs", "images", "data", "input", "img", "image", "batch", "total_loss", "noise"})


def builds(node: ast.AST, names: Names) -> bool:
    """Whether a piece of a script builds models, operates on them, or gives them an optimizer."""
    return any(_builds(inner, names) for inner in walk(node))


def _builds(node: ast.AST, names: Names) -> bool:
    match node:
        case ast.Assign(targets=[ast.Attribute(attr="requires_grad", value=owner)]):
            return not roots(owner) & _TENSORS
        case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in _BUILDERS:
            return not roots(owner) & _TENSORS and not _READS_DATA.search(names.dotted(owner) or "")
        case ast.Call(func=ast.Name(id=name) as function):
            return name in names.building or _is_builder(names.dotted(function), names)
        case ast.Call(func=function):
            return _is_builder(names.dotted(function), names)
        case ast.Name(id=name) if name in names.tables:
            return True
        case ast.Attribute() | ast.Name():
            return bool(_BUILDER.match(names.dotted(node) or ""))
    return False


def _is_builder(dotted: str | None, names: Names) -> bool:
    return dotted is not None and (dotted in names.foreign or bool(_LIBRARIES.match(dotted)))


def is_step(node: ast.AST) -> bool:
    """Whether a node is a call that only a training step makes."""
    match node:
        case ast.Call(func=ast.Attribute(attr="backward" | "manual_backward" | "train_on_batch")):
            return True
        case ast.Call(func=ast.Attribute(attr="step", value=owner)):
            return any(_OPTIMIZERS.search(name) for name in roots(owner, attributes=True))
    return False


class Trainers:
    """Which parts of one script train."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._training = _closed(names)

    def steps(self, node: ast.AST) -> bool:
        """Whether a piece of the script holds a training step, itself or in a function of the script that it calls."""
        return any(is_step(inner) or self._calls_training(inner) for inner in own_nodes(node))

    def _calls_training(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        is_method = isinstance(node.func, ast.Attribute)
        known = self._training - _METHODS if is_method else self._training
        is_own = self._names.is_own(node.func) and bool(_TRAINS.match(callee(node)) or callee(node) in _FITS)
        return callee(node) in known or is_own or self.is_fit(node) is not None

    def is_whole(self, loop: ast.stmt) -> bool:
        """Whether a statement is a loop that trains and does nothing else of interest."""
        if not isinstance(loop, _LOOPS) or not self.steps(loop):
            return False
        parts = loop.body if isinstance(loop, ast.While) else [loop.iter, *loop.body]
        return not any(builds(part, self._names) or self._chooses(part) for part in parts)

    def _chooses(self, node: ast.AST) -> bool:
        """Whether functions that build are handed around: `for make in (small, large):`."""
        names = (inner.id for inner in walk(node) if isinstance(inner, ast.Name))
        return isinstance(node, (ast.Tuple, ast.List)) and any(name in self._names.building for name in names)

    def is_fit(self, call: ast.Call) -> ast.expr | None:
        """The expression that says at run time whether a call trains a model; None for a call that surely doesn't."""
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        match call.func:
            case ast.Attribute(attr=name, value=owner) if name in _FITS or name == "train":
                if self._names.is_own(call.func):
                    return None
                if name in self._names.functions or (name == "train" and not self._is_trainer(owner)):
                    return self._foreign(call, arguments)
                return (
                    ast.Constant(value=True)
                    if self._is_trainer(owner) and not arguments
                    else self._asked(owner, arguments)
                )
        return self._foreign(call, arguments)

    def _asked(self, owner: ast.expr | None, arguments: list[ast.expr]) -> ast.expr:
        """Whether what is trained is a model: a name, or an object of a class of the script's that is made for it."""
        given = ([owner] if owner else []) + arguments
        return expression("__headlint_fits__", [one for one in given if self._is_simple(one)])

    def _is_simple(self, one: ast.expr) -> bool:
        is_made = isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in self._names.classes
        return is_made or isinstance(one, (ast.Name, ast.Attribute))

    def _is_trainer(self, owner: ast.expr) -> bool:
        return any(_TRAINERS.search(name) for name in roots(owner, attributes=True))

    def _foreign(self, call: ast.Call, arguments: list[ast.expr]) -> ast.expr | None:
        """A call of a library's function whose name says that it trains; one of the user's own is gone into."""
        name = callee(call)
        if not arguments or not _TRAINS.match(name) or self._names.defines(name) or self._names.is_own(call.func):
            return None
        if name in {"train", "fit"} and isinstance(call.func, ast.Attribute) and _is_flag(arguments):
            return None
        return self._asked(None, arguments)


def _is_flag(arguments: list[ast.expr]) -> bool:
    """`model.train(False)`."""
    return len(arguments) == 1 and not isinstance(arguments[0], (ast.Name, ast.Attribute, ast.Call))


def _closed(names: Names) -> frozenset[str]:
    """The functions that hold a training step, and those that call them."""
    found = {name for name, nodes in names.functions.items() if any(_has_step(node) for node in nodes)}
    called = {
        name: {callee(call) for node in nodes for call in walk(node) if isinstance(call, ast.Call)}
        for name, nodes in names.functions.items()
    }
    while more := {name for name, calls in called.items() if name not in found and calls & found}:
        found |= more
    return frozenset(found)


def _has_step(node: ast.AST) -> bool:
    return any(is_step(inner) for inner in walk(node))
