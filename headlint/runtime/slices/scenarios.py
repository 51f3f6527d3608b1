"""The ways through a script: its module level, then each function and class that nothing calls, once a choice.

A parameter that is compared with literals makes a scenario for each of them, one that is a plain flag for both of its
values. Everything else comes from defaults and annotations, or is a hole.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headlint.runtime.slices.calls import walk
from headlint.runtime.slices.choices import Other, all_arguments, choices, flags, gates, options, tables_in
from headlint.runtime.slices.trainers import builds, is_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.runtime.slices.choices import Tables
    from headlint.runtime.slices.names import Function, Names

_MOST = 32
"""So many ways through a script are gone at most; those that are left out are told."""
_HOOKS = (
    "configure_model",
    "configure_optimizers",
    "build_model",
    "_build_model",
    "build",
    "setup",
    "freeze",
    "unfreeze",
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way through a script. `target` is the function or class to call, '' for the module level alone.

    `given` are the arguments that this scenario chooses, `hooks` the methods to call of an object that was made,
    `options` what is given on the command line. `whole`: all of the module level goes before, as it stands.
    """

    name: str = ""
    target: str = ""
    given: tuple[tuple[str, Any], ...] = ()
    hooks: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    whole: bool = False

    def call(self, namespace: dict[str, Any]) -> None:
        """Go this way, once the module level has run in `namespace`."""
        if self.target:
            from headlint.runtime.worker.scripts.calling import call

            call(namespace.get(self.target), dict(self.given), self.hooks)


def scenarios(tree: ast.Module, names: Names) -> tuple[tuple[Scenario, ...], tuple[Scenario, ...]]:
    """The module level and what can be called besides, and what of it is left out because there is too much."""
    found = [Scenario(), *(Scenario(told, options=((name, value),)) for told, name, value in _in_turns(tree, names))]
    used, tables = _used_names(tree), tables_in(tree)
    for node in sorted(entries(tree, names), key=lambda node: node.name in used):
        found += _of(node, tables, is_called=node.name in used)
    steps = (node.name for node in _steps(tree, names) if node.name not in used)
    found += (Scenario(f"{name}(…)", name, whole=True) for name in steps)
    ways = tuple(dict.fromkeys(found))
    return ways[: _MOST + 1], ways[_MOST + 1 :]


def _in_turns(tree: ast.Module, names: Names) -> list[tuple[str, str, str]]:
    """The choices of all options, the first of each before the second of any: time may not be enough for all."""
    turns: Counter[str] = Counter()
    told: list[tuple[int, tuple[str, str, str]]] = []
    for choice in options(tree, names):
        told.append((turns[choice[1]], choice))
        turns[choice[1]] += 1
    return [choice for _, choice in sorted(told, key=lambda one: one[0])]


def spare_scenarios(tree: ast.Module, names: Names) -> tuple[Scenario, ...]:
    """What the script itself should have called: ways to go where that came to nothing."""
    used, tables = _used_names(tree), tables_in(tree)
    nodes = [node for node in entries(tree, names) if node.name in used]
    found = [one for node in nodes for one in _of(node, tables, is_called=False)]
    return tuple(dict.fromkeys(found))[:_MOST]


def ways_into(node: Function | ast.ClassDef, tables: Tables) -> Iterator[Scenario]:
    """The ways into a function or class, as if nothing else called it; and past all that its choices are asked for."""
    yield from _of(node, tables, is_called=False)
    function = node if not isinstance(node, ast.ClassDef) else _start(node)
    hooks = _hooks(node) if isinstance(node, ast.ClassDef) else ()
    asked = {name: None for name, value in _chosen(function, tables) if isinstance(value, str)} if function else {}
    for name in asked:
        if name.isidentifier():
            yield Scenario(f"{node.name}({name}=…)", node.name, ((name, Other(None)),), hooks)


def entries(tree: ast.Module, names: Names, *, mains: bool = False) -> Iterator[Function | ast.ClassDef]:
    """The functions and classes of the module level that build models; a `main` that is called, only if asked for."""
    for node in _top_level(tree.body):
        is_left_out = not mains and node.name == "main" and _is_called(tree, node.name)
        is_left_out = is_left_out or node.name.startswith("test_")
        if not is_left_out and any(builds(item, names) for item in ast.iter_child_nodes(node)):
            yield node


def _steps(tree: ast.Module, names: Names) -> Iterator[Function]:
    """The functions of the module level that train a model which the module level holds."""
    assigned = [node for node in tree.body if isinstance(node, ast.Assign) and builds(node.value, names)]
    models = {target.id for node in assigned for target in node.targets if isinstance(target, ast.Name)}
    for node in _top_level(tree.body) if models else ():
        if isinstance(node, ast.ClassDef) or not any(map(is_step, walk(node))):
            continue
        calls = {one.func.id for one in walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)}
        if calls & models - {argument.arg for argument in _parameters(node)}:
            yield node


def _is_called(tree: ast.Module, name: str) -> bool:
    return any(isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == name for n in walk(tree))


def _top_level(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node
        elif isinstance(node, (ast.If, ast.Try)):
            yield from _top_level(node.body)


def _used_names(tree: ast.Module) -> set[str]:
    """The names that are read outside of their own definition."""
    used: set[str] = set()
    for node in tree.body:
        own = getattr(node, "name", None)
        used |= {
            inner.id
            for inner in walk(node)
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load) and inner.id != own
        }
    return used


def _of(node: Function | ast.ClassDef, tables: Tables, *, is_called: bool) -> Iterator[Scenario]:
    """The scenarios of one function or class; of one that is called anyway, those that it chooses between."""
    function = node if not isinstance(node, ast.ClassDef) else _start(node)
    hooks = _hooks(node) if isinstance(node, ast.ClassDef) else ()
    chosen = list(_chosen(function, tables)) if function else []
    needed = _first_choices(function, chosen)
    if not is_called and not needed:
        yield Scenario(f"{node.name}({'…' if _parameters(function) else ''})", node.name, (), hooks)
    for name, value in chosen:
        if not (is_called and isinstance(value, (bool, Other))):
            for given in _with_each(needed, chosen, (name, value)):
                yield Scenario(f"{node.name}({_spelled(given)})", node.name, tuple(given.items()), hooks)


def _with_each(needed: dict[str, Any], chosen: list[tuple[str, Any]], one: tuple[str, Any]) -> Iterator[dict[str, Any]]:
    """What is given along with one choice: of a gate, behind which each branch may do something else, every text."""
    texts = [{name: value} for name, value in chosen if name in needed and isinstance(value, str)]
    for along in texts if texts and isinstance(one[1], Other) else [{}]:
        yield needed | along | {one[0]: one[1]}


def _spelled(given: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in given.items()).replace("'", '"')


def _first_choices(function: Function | None, chosen: list[tuple[str, Any]]) -> dict[str, Any]:
    """The first choice of each parameter that has choices and no default: without it, nothing is built at all.

    A flag without a default is set: what is asked for is more than what is left out.
    """
    found: dict[str, Any] = {}
    for name, value in chosen:
        if not _has_default(function, name.partition(".")[0]):
            found.setdefault(name, value)
    return found


def _start(node: ast.ClassDef) -> ast.FunctionDef | None:
    found = (item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__")
    return next(found, None)


def _hooks(node: ast.ClassDef) -> tuple[str, ...]:
    """The methods that build, and then those that train what was built."""
    own = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef) and item.name != "__init__"}
    steps = [name for name, method in own.items() if any(is_step(inner) for inner in walk(method))]
    return (*(hook for hook in _HOOKS if hook in own), *(name for name in steps if name not in _HOOKS))


def _parameters(function: Function | None) -> list[ast.arg]:
    if function is None:
        return []
    own = all_arguments(function)
    return own[1:] if own and own[0].arg in {"self", "cls"} else own


def _has_default(function: Function | None, name: str) -> bool:
    if function is None:
        return True
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    having = {one.arg for one in positional[len(positional) - len(arguments.defaults) :]}
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return name in having | {one.arg for one, value in pairs if value is not None}


def _chosen(function: Function, tables: Tables) -> Iterator[tuple[str, Any]]:
    """The arguments that a function chooses by: one at a time, the others stay as they are."""
    own = {one.arg for one in _parameters(function)}
    defaults = defaults_of(function)
    asked = (*choices(function, tables), *flags(function, defaults), *gates(function, defaults))
    for name, value in dict.fromkeys(asked):
        base = name.partition(".")[0]
        is_default = base == name and type(defaults.get(base)) is type(value) and defaults.get(base) == value
        if base in own and not is_default:
            yield name, value


def defaults_of(function: Function) -> dict[str, Any]:
    """The parameters that have plain values by default, and those values."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {one.arg: value.value for one, value in pairs if isinstance(value, ast.Constant)}
