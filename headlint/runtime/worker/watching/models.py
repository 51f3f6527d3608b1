"""Which live modules are models of the history, and which of them a module or a parameter belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from torch import nn

from headlint.history import Model, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from headlint.finding import Place
    from headlint.zoo import Row

WRAPPERS = (nn.DataParallel, nn.parallel.DistributedDataParallel)


class Description(NamedTuple):
    """What is known of a model when it comes up; `classes` is None where it was built for its default ones."""

    name: str
    pretrained: bool | Unknown
    library: str = ""
    row: Row | None = None
    classes: int | Unknown | None = None

    def model(self, number: int) -> Model:
        """The model of the history, under the name that its library has for it."""
        row, classes = self.row, self.classes
        name, slots = (row.name, row.slots) if row is not None else (self.name, ())
        if classes is None and row is not None:
            classes = row.classes
        if classes is None:
            classes = Unknown(f"headlint doesn't know {name}")
        return Model(number, name, self.library, self.pretrained, classes, slots)


@dataclass(slots=True, eq=False)
class Origin:
    """A module that is a model of the history. `stages` are what was done to it as a whole: eval, loaded.

    `apart`: the script keeps a part of it alone, and never calls the whole. `lacking` are the names of modules that
    it should have, and that are holes.
    """

    model: Model
    module: nn.Module
    place: Place
    row: Row | None = None
    stages: set[str] = field(default_factory=set)
    lacking: list[str] = field(default_factory=list)
    readied: bool = False
    apart: bool = False


@dataclass(slots=True, eq=False)
class Installation:
    """A module that the user put into a model. `replaces` is false for one that came along in a new Sequential."""

    child: nn.Module
    origin: Origin
    path: str
    place: Place
    replaces: bool = True
    told: bool = False

    @property
    def stands(self) -> bool:
        """Whether it still is where it was put."""
        return module_at(self.origin.module, self.path) is self.child


def module_at(root: nn.Module, path: str) -> nn.Module | None:
    """The module at a dotted path."""
    found: nn.Module | None = root
    for name in path.split(".") if path else ():
        found = found._modules.get(name) if found is not None else None
    return found


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


class Registry:
    """The models, in the order in which they came up, and an index of what they hold."""

    def __init__(self) -> None:
        self.origins: list[Origin] = []
        self.installed: list[Installation] = []
        self.version = 0
        self._by_id: dict[int, Origin] = {}
        self._indexed_at = -1
        self._modules: dict[int, tuple[Origin, str, nn.Module]] = {}
        self._parameters: dict[int, tuple[Origin, str, nn.Module]] = {}
        self._containers: list[nn.Module] = []
        self._published: dict[int, Tensor | nn.Module] = {}
        self.set_at: dict[int, tuple[Tensor, Place]] = {}

    def enter(self, module: nn.Module, place: Place, what: Description) -> Origin:
        """Make a module a model. The parameters that one of a library comes with are no fresh ones."""
        model = what.model(len(self.origins) + 1)
        origin = Origin(model, module, place, what.row)
        self.origins.append(origin)
        self._by_id[id(module)] = origin
        if model.library:
            self._published.update((id(parameter), parameter) for parameter in module.parameters())
            self._published.update((id(inner), inner) for inner in module.modules())
        self.version += 1
        return origin

    def origin_of(self, module: nn.Module) -> Origin | None:
        """The model that a module itself is."""
        return self._by_id.get(id(module))

    def keep(self, container: nn.Module) -> None:
        """Remember a container that the user built, in which the owner of a module may be found."""
        self._containers.append(container)
        self.version += 1

    # ---- belonging

    def home(self, module: nn.Module) -> tuple[Origin, str] | None:
        """The innermost model that holds a module, and the path in it."""
        own = self.origin_of(module)
        if own is not None:
            return own, ""
        found = self._looked_up(self._modules, id(module))
        if found is None or module_at(found[0].module, found[1]) is not module:
            return None
        return found[0], found[1]

    def home_of_parameter(self, parameter: Tensor) -> tuple[Origin, str] | None:
        """The innermost model that holds a parameter, and the parameter's path in it."""
        found = self._looked_up(self._parameters, id(parameter))
        if found is None or found[2]._parameters.get(found[1].rpartition(".")[2]) is not parameter:
            return None
        return found[0], found[1]

    def _looked_up(
        self, table: dict[int, tuple[Origin, str, nn.Module]], key: int
    ) -> tuple[Origin, str, nn.Module] | None:
        if self._indexed_at != self.version:
            self._index()
        return table.get(key)

    def _index(self) -> None:
        self._modules.clear()
        self._parameters.clear()
        for origin in sorted(self.origins, key=lambda origin: not origin.model.library):
            self._index_below(origin, origin.module, "")
        self._indexed_at = self.version

    def _index_below(self, origin: Origin, module: nn.Module, path: str) -> None:
        """What a model published comes first, and what its parts are used for elsewhere does not move them."""
        if id(module) in self._modules:
            return
        self._modules[id(module)] = (origin, path, module)
        for name, parameter in module._parameters.items():
            if parameter is not None:
                self._parameters.setdefault(id(parameter), (origin, _joined(path, name), module))
        for name, child in module._modules.items():
            if child is not None and id(child) not in self._by_id:
                self._index_below(origin, child, _joined(path, name))

    def outermost(self, module: nn.Module) -> nn.Module:
        """The container of the user's that holds a module of no model; the module itself if none does."""
        holders = (box for box in self._containers if any(inner is module for inner in box.modules()))
        return next(reversed(list(holders)), module)

    def container_of(self, parameter: Tensor) -> nn.Module | None:
        """The container of the user's that holds a parameter of no model."""
        holders = [box for box in self._containers if any(own is parameter for own in box.parameters())]
        return holders[-1] if holders else None

    # ---- the user's surgery

    def install(self, origin: Origin, path: str, child: nn.Module, place: Place, *, replaces: bool = True) -> None:
        """Note that the user put a module into a model."""
        self.installed = [one for one in self.installed if (one.origin, one.path) != (origin, path)]
        self.installed.append(Installation(child, origin, path, place, replaces))
        self.version += 1

    def standing(self) -> list[Installation]:
        """What the user put into models and is still there."""
        return [one for one in self.installed if one.stands]

    def is_fresh(self, parameter: Tensor) -> bool:
        """Whether the user made a parameter, rather than the builder of a published model."""
        return id(parameter) not in self._published

    def is_published(self, module: nn.Module) -> bool:
        """Whether a module came with a model of a library, wherever it stands now."""
        return id(module) in self._published

    def repeat(self, original: nn.Module, copy: nn.Module, place: Place) -> list[Origin]:
        """Make models of the copies of models; what was new in the originals is new in the copies."""
        twins = dict(copy.named_modules(remove_duplicate=False))
        made = []
        for path, module in list(original.named_modules()):
            known = self.origin_of(module)
            if known is not None and path in twins:
                model = known.model
                what = Description(model.name, model.pretrained, model.library, known.row, model.classes)
                made.append(self.enter(twins[path], place, what))
        self._repeat_history(original, twins, copy)
        return made

    def _repeat_history(self, original: nn.Module, twins: dict[str, nn.Module], copy: nn.Module) -> None:
        copies = dict(copy.named_parameters(remove_duplicate=False))
        for name, parameter in original.named_parameters():
            twin = copies[name]
            if self.is_fresh(parameter):
                self._published.pop(id(twin), None)
            if id(parameter) in self.set_at:
                self.set_at[id(twin)] = (twin, self.set_at[id(parameter)][1])
        paths = {id(module): path for path, module in original.named_modules()}
        for one in self.standing():
            home = self.origin_of(twins[paths[id(one.origin.module)]]) if id(one.origin.module) in paths else None
            child = module_at(home.module, one.path) if home is not None else None
            if home is not None and child is not None:
                for module in child.modules():
                    self._published.pop(id(module), None)
                self.install(home, one.path, child, one.place, replaces=one.replaces)

    def settle(self, module: nn.Module) -> None:
        """Something was loaded into a module: its parameters are fresh no more."""
        self._published.update((id(parameter), parameter) for parameter in module.parameters())

    # ---- nesting

    def roots(self) -> list[Origin]:
        """The models that lie in no other one."""
        return [origin for origin in self.origins if not any(self.holders(origin))]

    def holders(self, origin: Origin) -> Iterator[Origin]:
        """The models that hold a model."""
        for other in self.origins:
            if other is not origin and any(inner is origin.module for inner in other.module.modules()):
                yield other
