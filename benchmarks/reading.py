"""How much of what people write the static witness understands.

    python benchmarks/reading.py PATHS [--unknown N] [--list]

PATHS are public scripts and notebooks, or folders of them; none of their code is kept in the project. Every statement
that puts something on a head's place is a surgery (`model.fc = …`, `model.classifier[6] = …`,
`setattr(model, "fc", …)`, `model.reset_classifier(…)`), found by its spelling alone, so that what the witness overlooks
counts against it.

For each surgery the best that any way through the script knows of it is counted:

    known      the published model, the place, both widths of the new layer, and at the end what is frozen
    classes    the same, but for a number of classes that only data or the command line decide
    freezing   the model, the place and the widths, but not what is frozen at the end
    layer      the model and the place, but not the new layer's widths
    own        put on the script's own network, which is in no zoo
    elsewhere  which model it is, none of the files says: a caller or the command line does
    dead       never run, since a condition around it is settled by values that the script itself gives
    unknown    the model isn't known, or the statement is never reached

The shares are of those that are not the script's own and not dead, and of those of them whose model some file names.
Below them the commonest reasons, in the witness's own words.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from headlint import source as files
from headlint.history import Arrived, Readied, Replaced, Shape, Skipped, Unknown
from headlint.intake import decode
from headlint.results import Trouble
from headlint.static.screen import matters
from headlint.static.witness import Unreadable, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from headlint.history import Event, History

HEADS = frozenset(
    "fc fc1 fc2 _fc classifier classif head heads last_linear logits AuxLogits aux_classifier head_dist aux_logits "
    "box_predictor mask_predictor output_layer classification_head".split()
)
OF_LAYERS = frozenset("weight bias data requires_grad in_features out_features training p num_classes".split())
"""What a layer has, and no layer can be put in place of."""
RANKS = ("known", "classes", "freezing", "layer", "own", "elsewhere", "dead", "unknown")
_DECIDED_ELSEWHERE = ("the caller of", "given on the command line")


class Surgery(NamedTuple):
    """A statement that puts something on a head's place, and the form of code that it stands in."""

    line: int
    end: int
    form: str


class Outcome(NamedTuple):
    """How much is known of a surgery, and why no more."""

    rank: str
    why: str = ""


def surgeries(tree: ast.Module) -> Iterator[Surgery]:
    """The surgeries of a script, in no particular order."""
    waiting: list[tuple[ast.AST, tuple[str, ...]]] = [(tree, ())]
    while waiting:
        node, around = waiting.pop()
        if isinstance(node, ast.stmt) and _operates(node):
            yield Surgery(node.lineno, node.end_lineno or node.lineno, _form(around))
        inside = (*around, type(node).__name__) if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.If)) else around
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]


def _form(around: Sequence[str]) -> str:
    where = "module level"
    if "FunctionDef" in around:
        where = "method" if "ClassDef" in around else "function"
    return f"{where}, in a branch" if "If" in around else where


def _operates(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return not (isinstance(node.value, ast.Constant) or _is_method(node.value)) and any(map(_is_head, node.targets))
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    if isinstance(call.func, ast.Name) and call.func.id == "setattr" and len(call.args) == 3:
        return isinstance(call.args[1], ast.Constant) and call.args[1].value in HEADS
    return isinstance(call.func, ast.Attribute) and call.func.attr == "reset_classifier"


def _is_method(value: ast.expr) -> bool:
    """Whether `types.MethodType(…)` makes a method of a function, which is no layer."""
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith("MethodType")


def _is_head(target: ast.expr) -> bool:
    """Whether a target is a head's place in something that isn't the class it stands in itself."""
    names: list[str] = []
    node = target
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        names += [node.attr] if isinstance(node, ast.Attribute) else []
        node = node.value
    owner = names[-1:] if isinstance(node, ast.Name) and node.id == "self" else []
    places = names[: len(names) - len(owner)]
    return bool(places) and not HEADS.isdisjoint(places) and names[0] not in OF_LAYERS


class Told:
    """What all files told, by the place that it is about: an imported file is read with its importer's values."""

    def __init__(self) -> None:
        self._replaced: dict[tuple[str, int], list[tuple[Replaced, History]]] = defaultdict(list)
        self._doubts: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._stopped: dict[str, str] = {}
        self._skipped: dict[str, list[Skipped]] = defaultdict(list)

    def add(self, path: str, histories: Iterable[History]) -> None:
        for history in histories:
            self._stopped[path] = self._stopped.get(path) or history.stopped
            for skipped in history.skipped:
                self._skipped[skipped.place.path].append(skipped)
            for event in history.of(Replaced):
                self._replaced[event.place.path, event.place.statement].append((event, history))
            for doubt in history.doubts:
                self._doubts[doubt.place.path, doubt.place.statement].append(doubt.why)

    def judge(self, path: str, surgery: Surgery) -> Outcome:
        """The best that any way knows of a surgery."""
        lines = [(path, line) for line in range(surgery.line, surgery.end + 1)]
        found = [_known(event, history) for line in lines for event, history in self._replaced.get(line, ())]
        if found:
            return min(found, key=lambda outcome: RANKS.index(outcome.rank))
        doubts = [why for line in lines for why in self._doubts.get(line, ())]
        spans = [one for one in self._skipped[path] if one.place.span.line <= surgery.line <= one.place.span.end_line]
        if spans and not doubts:
            return Outcome("dead", spans[-1].why)
        why = (doubts or [self._stopped.get(path, "") or "never reached"])[-1]
        return Outcome("elsewhere" if any(words in why for words in _DECIDED_ELSEWHERE) else "unknown", why)


def _known(event: Replaced, history: History) -> Outcome:
    if not event.model.library:
        return Outcome("own", f"put on the script's own {event.model.name}")
    if isinstance(event.new, Unknown):
        return Outcome("layer", event.new.why)
    reached = [
        one
        for one in history.of(Arrived)
        if one.place == event.place or (not one.model.library and one.model.name == event.new.kind)
    ]
    inner = [one.layer for one in reached if isinstance(one.shape, Shape) and one.layer.kind == "Linear"]
    takes = inner[0].takes if inner and isinstance(event.new.takes, Unknown) else event.new.takes
    gives = inner[-1].gives if inner and isinstance(event.new.gives, Unknown) else event.new.gives
    scores = dict(event.new.children).get("cls_score")  # the predictor of a detector gives boxes besides
    gives = scores.gives if scores is not None and isinstance(gives, Unknown) else gives
    if isinstance(takes, Unknown):
        return Outcome("layer", takes.why)
    if isinstance(gives, Unknown):
        return Outcome("classes", gives.why)
    why = _why_unsettled(event, history)
    return Outcome("freezing", why) if why else Outcome("known")


def _why_unsettled(event: Event, history: History) -> str:
    """Why it isn't known what trains at the end, '' if it is."""
    assert isinstance(event, Replaced)
    readied = next((one for one in history.of(Readied) if one.model.number == event.model.number), None)
    if readied is None or isinstance(readied.parameters, Unknown):
        return readied.parameters.why if readied and isinstance(readied.parameters, Unknown) else "never ready"
    unsettled = (state.trainable for state in readied.parameters if isinstance(state.trainable, Unknown))
    return next((state.why for state in unsettled), "")


def read(path: str) -> tuple[list[Surgery], tuple[History, ...], str]:
    """The surgeries of a file, what it tells, and why it can't be read ('' if it can)."""
    data = files.load(path)
    source = data if isinstance(data, Trouble) else decode(path, data)
    if isinstance(source, Trouble):
        return [], (), source.why
    try:
        found = sorted(surgeries(ast.parse(source.text)))
        return found, tell(path, source.text) if found or matters(source.text.encode()) else (), ""
    except (SyntaxError, ValueError, RecursionError, Unreadable) as error:
        return [], (), str(error)


def show(outcomes: Sequence[tuple[str, Surgery, Outcome]], most: int) -> None:
    """The shares, by form, and the reasons."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for _, surgery, outcome in outcomes:
        for form in (surgery.form, "all"):
            forms[form][outcome.rank] += 1
    print(f"{'':28}" + "".join(f"{rank:>10}" for rank in RANKS) + "  of all (+ classes)  of nameable (+ classes)")
    for form, counts in sorted(forms.items(), key=lambda item: (item[0] == "all", item[0])):
        foreign = counts.total() - counts["own"] - counts["dead"]
        nameable = foreign - counts["elsewhere"]
        known, besides = counts["known"], counts["known"] + counts["classes"]
        shares = [part / max(whole, 1) for whole in (foreign, nameable) for part in (known, besides)]
        row = "".join(f"{counts[rank]:>10}" for rank in RANKS)
        print(f"{form:28}{row}  {shares[0]:6.1%} {shares[1]:6.1%}  {shares[2]:6.1%} {shares[3]:6.1%}")
    for rank in RANKS[1:]:
        reasons = Counter(outcome.why for _, _, outcome in outcomes if outcome.rank == rank)
        print(f"\n{rank}:")
        for why, count in reasons.most_common(most):
            print(f"  {count:4}  {why}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--unknown", type=int, default=12, help="how many reasons to show of each kind")
    parser.add_argument("--list", action="store_true", help="name every surgery that is not wholly known")
    options = parser.parse_args()
    unread: Counter[str] = Counter()
    began = time.process_time()
    found = [path for path in files.find(options.paths, lambda _: False) if isinstance(path, str)]
    told, seen = Told(), []
    for path in found:
        operations, histories, why = read(path)
        unread[why] += bool(why)
        told.add(path, histories)
        seen += [(path, surgery) for surgery in operations]
    outcomes = [(path, surgery, told.judge(path, surgery)) for path, surgery in seen]
    for path, surgery, outcome in outcomes if options.list else ():
        if outcome.rank != "known":
            print(f"{Path(path)}:{surgery.line}: {outcome.rank} ({surgery.form}): {outcome.why}")
    show(outcomes, options.unknown)
    print(f"\n{len(found)} files, {unread.total()} unread, {time.process_time() - began:.1f} s of CPU time")
    for why, count in unread.most_common(5) if unread.total() else ():
        print(f"  {count:4}  {why}")


if __name__ == "__main__":
    sys.exit(main())
