"""Writes the history down: turns what happens to modules and parameters into events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headlint.finding import Place
from headlint.history import (
    Absent,
    Argument,
    Built,
    Compiled,
    Doubt,
    Escaped,
    Event,
    GradientSet,
    GroupAdded,
    Known,
    Lacked,
    Layer,
    Model,
    OptimizerBuilt,
    Owner,
    Replaced,
    Skipped,
    Unknown,
    Wrote,
)
from headlint.static.heap import Module, Parameter
from headlint.static.origins import Installation, Origin
from headlint.telling import common_path, readable_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.history import Shape, Truth, Written
    from headlint.static.values import Items, Table, Value
    from headlint.zoo import Row

_MOST_DOUBTS = 400


class Journal:
    """The events of one way through a script, as they come."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.models: list[Module] = []
        self.optimizers = 0
        self._doubts: dict[tuple[str, int, str], None] = {}
        self._skipped: dict[tuple[str, int, int], str] = {}
        self.optimizers_blurred = ""
        self.freezing_doubted = ""
        self.defaults = ""
        self._sets_gradients = False
        self.passed: set[int] = set()
        self.called: set[int] = set()
        self.fresh: dict[int, Place] = {}
        self.boxes: list[tuple[Module, str, Items | Table, Written]] = []
        self.arrivals: set[tuple[int, Place]] = set()
        self.outputs: dict[tuple[int, int], Value] = {}
        self.shown: dict[int, Shape] = {}  # in what shape images arrived at models, while that is followed
        self.met: set[tuple[Place, int, str, tuple[str, ...]]] = set()
        self.blended: set[int] = set()  # numbers of modules that undecided branches put into lists, side by side
        self.parts: set[int] = set()  # numbers of modules that became part of something that is not known
        self._blended: dict[int, Parameter] = {}
        self.touched: set[int] = set()  # numbers of the models with a gradient that was set, or an attribute written

    @property
    def trains(self) -> bool:
        """Whether anything was told of training: an optimizer, or gradients that were set."""
        return self.optimizers > 0 or self._sets_gradients

    def doubt(self, path: str, line: int, why: str) -> None:
        """Note an unknown that came up on a line of a file."""
        if len(self._doubts) < _MOST_DOUBTS:
            self._doubts[path, line, why] = None

    def skip(self, path: str, lines: tuple[int, int], why: str) -> None:
        """Note that statements are not run, since a condition is settled."""
        if len(self._skipped) < _MOST_DOUBTS:
            self._skipped.setdefault((path, *lines), why)

    def skipped(self) -> tuple[Skipped, ...]:
        """The statements that were not run."""
        from headlint.finding import Span

        spans = ((path, Span(first, 0, last, 0), why) for (path, first, last), why in self._skipped.items())
        return tuple(Skipped(Place(path, span, span.line), why) for path, span, why in spans)

    def blend(self, values: Sequence[Value]) -> None:
        """Undecided branches put these into lists, side by side, of which only one will do so."""
        self.blended.update(value.number for value in values if isinstance(value, Module))
        self._blended.update({id(value): value for value in values if isinstance(value, Parameter)})

    @property
    def has_doubts(self) -> bool:
        return bool(self._doubts)

    def doubts(self) -> tuple[Doubt, ...]:
        """The unknowns that came up, with places."""
        from headlint.finding import Span

        return tuple(Doubt(Place(path, Span(line, 0, line, 0), line), why) for path, line, why in self._doubts)

    # ---- models

    def enter(self, module: Module, place: Place, name: str, row: Row | None = None, *, pretrained: Truth) -> Model:
        """Make a module a model of the history."""
        model = Model(
            number=len(self.models) + 1,
            name=name,
            library=row.library if row else "",
            pretrained=pretrained,
            classes=row.classes if row and row.classes is not None else Unknown(f"headlint doesn't know {name}"),
            slots=row.slots if row else (),
        )
        module.origin = Origin(model, place, row)
        self.models.append(module)
        return model

    def model_of(self, module: Module, place: Place) -> tuple[Module, str, Model]:
        """The model that holds a module and the path in it; the outermost module is made one if none is."""
        home, path = module.model_home()
        if home.origin is None:
            self.enter(home, place, home.kind, pretrained=Unknown("it is no published model"))
        assert home.origin is not None
        return home, path, home.origin.model

    def built(self, module: Module, place: Place, callee: str, arguments: Sequence[Argument]) -> None:
        """A model was built."""
        assert module.origin is not None
        row = module.origin.row
        legacy = row.legacy if row and row.legacy else Unknown("this builder never had `pretrained`")
        self.events.append(Built(place, module.origin.model, callee, tuple(arguments), legacy))

    # ---- surgery

    def replaced(
        self, owner: Module, name: str, old: Layer | Absent | Unknown, new: Module, place: Place, target: str
    ) -> None:
        """A module was put at a place in another one."""
        home, path = owner.model_home()
        if home.origin is None:
            return
        full = f"{path}.{name}" if path else name
        readable = readable_width(target, old)
        self.events.append(Replaced(place, home.origin.model, full, target, old, new.layer(), readable))
        home.origin.edits[full] = new
        new.installation = Installation(home, full, place)

    def wrote(
        self,
        owner: Module | Parameter,
        target: str,
        name: str,
        values: tuple[Known | Absent | Unknown, Known | Unknown],
        written: Written,
    ) -> None:
        """A plain attribute got a new value in place of an old one; again at the same statement, it is counted."""
        holder, leaf = (owner, "") if isinstance(owner, Module) else owner.holder or (None, "")
        if holder is None:
            return
        place = written.place
        _, path, model = self.model_of(holder, place)
        self.touched.add(model.number)
        path = ".".join(part for part in (path, leaf) if part)
        sort = Owner.MODULE if isinstance(owner, Module) else Owner.PARAMETER
        kind = owner.kind if isinstance(owner, Module) else "Parameter"
        event = Wrote(place, model, sort, path, kind, target, name, *values, written)
        last = self.events[-1] if self.events else None
        if isinstance(last, Wrote) and (last.place, last.model, last.name) == (place, model, name):
            self.events.pop()
            event = replace(event, path=common_path(last.path, path), kind=last.kind, count=last.count + 1)
        self.events.append(event)

    def lacked(self, module: Module, name: str, names: Sequence[str], written: Written, target: str) -> None:
        """Something was read that a module doesn't have."""
        _, path, model = self.model_of(module, written.place)
        event = Lacked(written.place, model, path, module.layer(), target, name, tuple(names), written)
        self.events.append(event)

    # ---- training

    def gradient(self, home: Module, paths: Sequence[str], to: Truth, place: Place, text: str) -> None:
        """`requires_grad` was set on parameters; again at the same statement, they are told together."""
        assert home.origin is not None
        model = home.origin.model
        self.touched.add(model.number)
        self._sets_gradients = True
        last = self.events[-1] if self.events else None
        if (
            isinstance(last, GradientSet)
            and (last.place, last.model.number, last.to) == (place, model.number, to)
            and isinstance(last.parameters, tuple)
        ):
            self.events[-1] = GradientSet(place, model, (*last.parameters, *paths), to, text)
            return
        self.events.append(GradientSet(place, model, tuple(paths), to, text))

    def optimizer(self, place: Place, name: str, text: str, parameters: Sequence[Parameter], why: str) -> int:
        """An optimizer was built; its number. `why` is why it may hold more than `parameters`."""
        self.optimizers += 1
        once = {id(one): one for one in parameters if id(one) in self._blended}
        parameters = [*once.values(), *(one for one in parameters if id(one) not in once)]
        owners = [owner for parameter in parameters if (owner := _owner(parameter)) is not None]
        holds = Unknown(why) if why else tuple(owners)
        count = Unknown(why) if why else len(parameters)
        self.events.append(OptimizerBuilt(place, self.optimizers, name, text, holds, count))
        return self.optimizers

    def group_added(self, place: Place, number: int, name: str, twice: Sequence[Parameter]) -> None:
        """An optimizer was given one more group, with so many parameters that it held already."""
        owners = [owner for one in twice if id(one) not in self._blended and (owner := _owner(one)) is not None]
        self.events.append(GroupAdded(place, number, name, tuple(owners)))

    def doubt_optimizers(self, why: str) -> None:
        """From here on, an optimizer may hold parameters that are not known."""
        self.optimizers_blurred = self.optimizers_blurred or why

    def doubt_freezing(self, why: str) -> None:
        """What is frozen, and what an optimizer holds, changes during training."""
        self.freezing_doubted = self.freezing_doubted or why
        self.doubt_optimizers(why)

    def compiled(self, module: Module, place: Place) -> None:
        """A module was compiled; only what lies in a model is told."""
        home, _ = module.model_home()
        if home.origin is not None:
            self.events.append(Compiled(place, home.origin.model))

    def escaped(self, module: Module, place: Place, to: str) -> None:
        """A model was handed to code that can't be followed."""
        home, _ = module.model_home()
        if home.origin is not None:
            home.origin.escape(f"`{to}` on line {place.line} may have changed it")
            self.events.append(Escaped(place, home.origin.model, to))


def _owner(parameter: Parameter) -> tuple[int, str] | None:
    """Model number and path of a parameter that belongs to a model."""
    if parameter.holder is None:
        return None
    home, path = parameter.holder[0].model_home()
    name = parameter.holder[1]
    return (home.origin.model.number, f"{path}.{name}" if path else name) if home.origin is not None else None
