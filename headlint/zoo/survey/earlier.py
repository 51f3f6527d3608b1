"""What earlier versions of timm build as the surveyed one does; of others, heads moved and parameters were renamed.

`python -m headlint.zoo earlier FOLDER…` compares the versions that lie in folders (`pip install --target FOLDER
--no-deps timm==0.4.12`) with the rows, each in a process of its own, and writes `data/versions/timm.jsonl`.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import types
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from headlint import zoo
from headlint.history import Unknown
from headlint.zoo.options import class_layers, with_classes
from headlint.zoo.survey.building import parameters_on_meta
from headlint.zoo.survey.places import ancestors, own_shapes
from headlint.zoo.versions import FILE, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

COUNT = 17
"""A class count that no width is by chance: a layer whose parameters have it is a class layer."""


def enter(folder: str) -> None:
    """Make the timm in a folder the one that is imported, on a torch that is younger than it."""
    import collections.abc

    lost = types.ModuleType("torch._six")
    lost.__dict__.update(container_abcs=collections.abc, string_classes=(str,), int_classes=(int,), inf=float("inf"))
    sys.modules["torch._six"] = lost
    sys.path.insert(0, folder)


def digest(owned: list[Any], layers: list[str], kinds: dict[str, str]) -> str:
    """What a script can see of a model: its parameters, its class layers, and what these lie in."""
    around = [kinds[path] for layer in layers for path in (layer, *ancestors(layer))]
    return hashlib.sha256(json.dumps([owned, layers, around]).encode()).hexdigest()[:16]


def digest_of_model(name: str) -> str:
    """The digest of a model that the imported timm builds."""
    import timm

    with parameters_on_meta():
        model = timm.create_model(name, pretrained=False, num_classes=COUNT)
    modules = dict(model.named_modules())
    owned = []
    for path, module in modules.items():
        own = {key: value.numel() for key, value in module._parameters.items() if value is not None}
        if own:
            owned.append([path, list(own), sum(own.values())])
    layers = [path for path, own in own_shapes(model).items() if any(COUNT in shape for shape in own)]
    return digest(owned, layers, {path: type(module).__name__ for path, module in modules.items()})


def digest_of_row(name: str) -> str:
    """The digest of a model as its row tells it, '' where that can't be told."""
    row = zoo.find("timm", name)
    told = row if isinstance(row, Unknown) else with_classes(row, COUNT)
    if isinstance(told, Unknown):
        return ""
    modules = dict(told.tree.modules())
    owned = [[path, list(node.parameters), node.size] for path, node in modules.items() if node.parameters]
    return digest(owned, list(class_layers(told)), {path: node.kind for path, node in modules.items()})


def digests(folder: str, only: Sequence[str]) -> dict[str, Any]:
    """The version of the timm in a folder, and the digests of the models that have a row and match a pattern.

    One is '' for one that can't be built any more: an earlier version may ask torch for what it no longer has.
    """
    enter(folder)
    import timm

    known = frozenset(zoo.names("timm"))
    found: dict[str, str] = {}
    for name in wanted(timm.list_models(), only) & known:
        try:
            found[name] = digest_of_model(name)
        except Exception:  # whatever a constructor on a younger torch raises, the model is not known to be the same
            found[name] = ""
    return {"version": timm.__version__, "models": found}


def wanted(names: Iterable[str], only: Sequence[str]) -> set[str]:
    """The names that match one of some shell patterns."""
    return {name for name in names if any(fnmatchcase(name, pattern) for pattern in only)}


def _elsewhere(folder: str, only: Sequence[str]) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "headlint.zoo", "digests", folder, "--only", *only]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 -- this very program
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def earlier(folders: Iterable[str], only: Sequence[str]) -> Iterator[str]:
    """Compare earlier versions with the rows, and write which models they build alike."""
    rows = {row["version"]: row["alike"] for row in map(json.loads, FILE.read_text(encoding="utf-8").splitlines())}
    for before in (_elsewhere(folder, only) for folder in folders):
        models, version = before["models"], before["version"]
        alike = {name for name, told in models.items() if told and told == digest_of_row(name)}
        kept = set(rows.get(version, ()))
        rows[version] = sorted(alike | (kept - wanted(kept, only)))
        FILE.write_text("".join(_line(*row) for row in sorted(rows.items(), key=_age)), encoding="utf-8")
        yield f"timm {version}: {len(alike)} of {len(models)} models are built alike"


def _age(row: tuple[str, list[str]]) -> tuple[int, ...]:
    return parsed(row[0])


def _line(version: str, alike: list[str]) -> str:
    return json.dumps({"version": version, "alike": alike}, separators=(",", ":")) + "\n"
