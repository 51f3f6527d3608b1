"""Leaves out what neither builds nor prepares a model, nor feeds what does: data, logging, plotting, saving."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from headlint.runtime.slices.names import called_names

if TYPE_CHECKING:
    from headlint.runtime.slices.names import Names

_IDLE_LIBRARIES = (
    frozenset(sys.stdlib_module_names)
    | frozenset(
        "numpy pandas matplotlib seaborn sklearn cv2 PIL wandb mlflow tensorboard tensorboardX tqdm torchsummary"
        " torchinfo albumentations plotly skimage scipy IPython gradio streamlit flask fastapi nltk datasets evaluate"
        " rich loguru colorama thop fvcore ptflops kaggle kagglehub gdown requests imgaug h5py comet_ml neptune".split()
    )
) - {"__future__"}
_IDLE_PARTS = (
    *("torch.utils.data", "torchvision.datasets", "torchvision.transforms", "torchvision.utils", "torchvision.io"),
    *("torch.utils.tensorboard", "torch.save", "torch.manual_seed", "torch.cuda", "torch.backends", "timm.data"),
    *("torch.distributed", "torch.set_", "torch.random", "torch.jit.save", "torch.onnx"),
)
_BUILDING_PARTS = (
    *("torch.nn", "torch.optim", "torch.hub", "torchvision.models", "timm", "transformers", "torch.load"),
    *("efficientnet_pytorch", "pretrainedmodels", "segmentation_models_pytorch", "peft", "lightning"),
    *("pytorch_lightning", "open_clip"),
)
_IDLE_METHODS = frozenset(
    "add_scalar add_scalars add_image add_graph add_histogram add_text log_metric info debug warning error savefig"
    " show plot save save_pretrained set_description set_postfix set_title legend imshow write flush close print"
    " to_csv push_to_hub tight_layout".split()
)
_PURE_METHODS = frozenset(
    "item cpu numpy detach split strip join format lower upper replace startswith endswith size dim mean sum argmax"
    " tolist view reshape squeeze unsqueeze permute transpose copy items keys values count index max min".split()
)
_OUTPUT = frozenset({"print", "display", "pprint"})


def drop_the_rest(tree: ast.Module, names: Names) -> None:
    """Leave out of a script what its models don't depend on."""
    dropper = _Dropper(names)
    needed: set[str] = set()
    while True:
        dropper.needed = needed
        more = needed | _loaded(tree, dropper)
        if more == needed:
            break
        needed = more
    _Pruner(dropper).visit(tree)


class _Dropper:
    """Decides of every statement whether it is kept, given the names that are needed."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.needed: set[str] = set()

    def keeps(self, node: ast.stmt) -> bool:
        match node:
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                return any(_bound_by(alias) in self.needed | {"*", "annotations"} for alias in aliases)
            case ast.Expr(value=value):
                return not isinstance(value, ast.Constant) and not self._is_idle(value)
            case ast.Assign(targets=targets, value=value):
                return any(self._wants(target) for target in targets) or self.matters(value)
            case ast.AugAssign(target=target, value=value):
                return self._wants(target)
            case ast.AnnAssign(target=target, value=value):
                return value is None or self._wants(target) or self.matters(value)
            case ast.For() | ast.AsyncFor() | ast.While() | ast.If():
                return any(self.keeps(inner) for inner in (*node.body, *node.orelse))
            case ast.With() | ast.AsyncWith() | ast.Try():
                return any(self.keeps(inner) for inner in node.body)
            case ast.Delete(targets=targets):
                return any(not isinstance(target, ast.Name) for target in targets)
        return not isinstance(node, (ast.Assert, ast.Pass))

    def _wants(self, target: ast.expr) -> bool:
        match target:
            case ast.Name(id=name):
                return name in self.needed
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return any(self._wants(item) for item in items)
            case ast.Starred(value=value):
                return self._wants(value)
        return not self._idle_import(target)

    def matters(self, value: ast.expr) -> bool:
        """Whether evaluating an expression may build, change or train a model."""
        return any(isinstance(node, ast.Call) and self._call_matters(node) for node in ast.walk(value))

    def _call_matters(self, call: ast.Call) -> bool:
        dotted = self._names.dotted(call.func)
        if dotted is not None and not isinstance(call.func, ast.Call):
            return self._import_matters(dotted)
        match call.func:
            case ast.Name(id=name):
                own = name in self._names.building or name in self._names.training
                return own or name in self._names.classes
            case ast.Attribute(attr=name):
                return name not in _PURE_METHODS | _IDLE_METHODS
        return True

    def _import_matters(self, dotted: str) -> bool:
        if dotted.startswith(_IDLE_PARTS) or dotted.partition(".")[0] in _IDLE_LIBRARIES:
            return False
        return not dotted.startswith(("torch.", "torchvision.")) or dotted.startswith(_BUILDING_PARTS)

    def _idle_import(self, node: ast.expr) -> bool:
        dotted = self._names.dotted(node)
        if dotted is None or dotted.startswith("sys.path"):
            return False
        return dotted.startswith(_IDLE_PARTS) or dotted.partition(".")[0] in _IDLE_LIBRARIES

    def _is_idle(self, value: ast.expr) -> bool:
        """Whether an expression statement has no effect on any model."""
        if not isinstance(value, ast.Call):
            return not self.matters(value) and not isinstance(value, (ast.Await, ast.Yield, ast.YieldFrom))
        arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
        if any(self.matters(argument) or self._hands_on(argument) for argument in arguments):
            return False
        match value.func:
            case ast.Name(id=name) if name in _OUTPUT:
                return True
            case ast.Attribute(attr=name) if name in _IDLE_METHODS:
                return True
        return self._idle_import(value.func)

    def _hands_on(self, argument: ast.expr) -> bool:
        """Whether an argument is one of the script's functions: `fire.Fire(main)`."""
        return isinstance(argument, ast.Name) and self._names.defines(argument.id)


def _bound_by(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _loaded(tree: ast.Module, dropper: _Dropper) -> set[str]:
    """The names that the kept statements read."""
    found: set[str] = set()
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        fields = isinstance(node, ast.ClassDef)
        stack.extend(
            child
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, ast.stmt) or _is_field(child, inside_class=fields) or dropper.keeps(child)
        )
        if isinstance(node, ast.AugAssign):
            found |= {name for name in called_names(node) if name}
    return found


def _is_field(node: ast.stmt, *, inside_class: bool) -> bool:
    return inside_class and isinstance(node, (ast.Assign, ast.AnnAssign))


class _Pruner(ast.NodeTransformer):
    """Takes the statements away that are not kept."""

    def __init__(self, dropper: _Dropper) -> None:
        self._dropper = dropper

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                setattr(node, name, self._pruned(node, body, required=name == "body"))
        return super().generic_visit(node)

    def _pruned(self, owner: ast.AST, body: list[ast.stmt], *, required: bool) -> list[ast.stmt]:
        fields = isinstance(owner, ast.ClassDef)
        kept = [node for node in body if _is_field(node, inside_class=fields) or self._dropper.keeps(node)]
        if kept or not required or not body or isinstance(owner, ast.Module):
            return kept
        return [ast.copy_location(ast.Pass(), body[0])]
