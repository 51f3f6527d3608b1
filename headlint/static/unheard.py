"""Names of models and weights that their library doesn't have."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from headlint.history import Known, Sort, Unheard
from headlint.nearness import near
from headlint.static.library import is_known_top
from headlint.telling import is_meant
from headlint.zoo import attributes, close_names, split_name, store, version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.static.interpreter import Interpreter
    from headlint.static.values import Symbol, Value
    from headlint.zoo import Row

_ASKS_FIRST = re.compile(r"__version__|hasattr\(\s*(?:\w+\.)*(?:models|torchvision|timm)\b|register_model")
_IMPORT = re.compile(
    r"^\s*(?:from\s+(\.*\w*)[\w.]*\s+import|import\s+([\w., ]+?)(?:\s+as\s+\w+)?\s*(?:#.*)?$)", re.MULTILINE
)
_ENUM = re.compile(r"torchvision\.models\.(?:\w+\.)*(\w+_Weights)")
_OF_ENUMS = frozenset({"name", "value", "url", "transforms", "meta", "verify", "get_state_dict"})


def look_up(interpreter: Interpreter, owner: Symbol, name: str) -> None:
    """`models.name`, or a member of an enum of weights: tell it if there is none."""
    offered = attributes.offered(owner.name)
    if offered is not None and name not in offered:
        near = _near(name, offered)
        if near:
            _tell(interpreter, "torchvision", Sort.MODEL, ("torchvision", name), near)
        return
    enum = _ENUM.fullmatch(owner.name)
    members = attributes.members(enum[1]) if enum else None
    if enum and members is not None and name not in {*members, *_OF_ENUMS} and name[:1] != "_":
        _tell(interpreter, "torchvision", Sort.WEIGHTS, (enum[1], name), members)


def _near(name: str, offered: frozenset[str]) -> tuple[str, ...]:
    alike = close_names("torchvision", name) if name.islower() else ()
    return alike or near(name, sorted(offered), most=1, cutoff=0.8)


def model(interpreter: Interpreter, library: str, name: str) -> None:
    """A model was asked for by a name that the zoo doesn't know."""
    plain, _, tag = split_name(library, name)
    if any(mark in name for mark in ":/") or (library == "timm" and _has_other_models(interpreter)):
        return
    near = close_names(library, plain)
    if not is_meant(plain, near, interpreter.whole().text) and not is_meant(name, (), interpreter.whole().text):
        return
    if store.record(library, plain) is None:
        _tell(interpreter, library, Sort.MODEL, (library, plain), near)
    elif tag:
        _tell(interpreter, library, Sort.WEIGHTS, (plain, tag), _tags(library, plain, tag))


def weights(interpreter: Interpreter, row: Row, value: Value | None) -> None:
    """Weights of a torchvision model, given as a text."""
    told = row.record.get("weights")
    if not isinstance(value, Known) or not isinstance(value.value, str) or not told:
        return
    members = tuple(entry[0] for entry in told)
    name = value.value.rpartition(".")[2]
    if name not in {*members, "DEFAULT"}:
        _tell(interpreter, row.library, Sort.WEIGHTS, (row.name, name), members)


def _tags(library: str, plain: str, tag: str) -> tuple[str, ...]:
    known = [str(entry[0]) for entry in (store.record(library, plain) or {}).get("tags", ())]
    return near(tag, known, most=2, cutoff=0.5)


def _has_other_models(interpreter: Interpreter) -> bool:
    """Whether the script imports code that isn't known to register no models of its own."""
    texts = [interpreter.script.whole, interpreter.places.whole]
    return any(not is_known_top(top) for text in texts for top in _imported(text))


@cache
def _imported(text: str) -> frozenset[str]:
    """The top-level packages that a script imports; '.' for its own."""
    found = [(match[1] or match[2]).split(",") for match in _IMPORT.finditer(text)]
    return frozenset(name.strip().split(" ")[0].split(".")[0] or "." for names in found for name in names)


def _tell(interpreter: Interpreter, library: str, sort: Sort, asked: tuple[str, str], near: Sequence[str]) -> None:
    if interpreter.tried or interpreter.guarded or interpreter.uncertain or interpreter.statement is None:
        return
    if _ASKS_FIRST.search(interpreter.script.whole):
        return
    whole = interpreter.whole()
    event = Unheard(whole.place, library, version(library), sort, *asked, tuple(near), whole)
    if event not in interpreter.journal.events:
        interpreter.journal.events.append(event)
