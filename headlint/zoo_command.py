"""The command `headlint zoo`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.built_there import BuiltThere
    from headlint.history import Model


@click.command("zoo")
@click.argument("model", required=False)
@click.option("--list", "pattern", metavar="PATTERN", help="List the models whose name matches a shell pattern.")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON.")
def zoo_command(model: str | None, pattern: str | None, *, json_: bool) -> None:
    """Say where MODEL's head is, what it takes, and the lines to write.

    MODEL is a name (resnet50), a library and a name (timm/resnet50), a checkpoint of transformers
    (google/vit-base-patch16-224), an entry of torch.hub (facebookresearch/dino:dino_vits16), or a place in a script,
    for the model that is built there (train.py:12; in a notebook, cell and line: train.ipynb:3:2).
    """
    from headlint.spot import is_spot

    if (not model) == (pattern is None):
        raise click.UsageError("name one MODEL, or a pattern with --list")
    if pattern is not None:
        _show_list(pattern, json_=json_)
    elif model is not None and is_spot(model):
        _show_built(model, json_=json_)
    elif model is not None:
        _show(model, json_=json_)


def _show_list(pattern: str, *, json_: bool) -> None:
    from headlint.zoo.answer import listed

    found = listed(pattern)
    if json_:
        click.echo(json.dumps(list(found), indent=2))
    elif found:
        click.echo("\n".join(found))
    else:
        click.echo(f"headlint: no model's name matches {pattern}", err=True)
    raise SystemExit(0 if found else 2)


def _show(model: str, *, json_: bool) -> None:
    from headlint.zoo.answer import NotFound, answer
    from headlint.zoo.plain import as_json
    from headlint.zoo.telling import as_text

    found = answer(model)
    missing = isinstance(found, NotFound)
    click.echo(as_json(found) if json_ else as_text(found), err=missing and not json_)
    raise SystemExit(2 if missing else 0)


def _show_built(place: str, *, json_: bool) -> None:
    from headlint.built_there import built_there

    found = built_there(place)
    if json_:
        click.echo(json.dumps([_built_as_json(there) for there in found], indent=2))
    else:
        click.echo("\n\n\n".join("\n".join(_built_as_text(there)) for there in found))


def _built_as_text(there: BuiltThere) -> Iterator[str]:
    from headlint.history import Unknown
    from headlint.zoo.answer import Answer
    from headlint.zoo.lines import expression
    from headlint.zoo.telling import answer_lines, widths

    cell = f"cell {there.place.cell}:" if there.place.cell else ""
    yield f"{there.place.path}:{cell}{there.place.line}: {there.text}"
    yield f"  asks for  {_weights(there.model)}"
    if isinstance(there.model.classes, Unknown) and there.row.classes:
        yield f"  classes   not known here: {there.model.classes.why}"
    yield ""
    yield from answer_lines(Answer(there.row, is_built=True), there.name)
    if there.replaced:
        yield "\nput into it afterwards:"
    for change in there.replaced:
        new = change.new
        layer = f"? ({new.why})" if isinstance(new, Unknown) else f"{new.kind}, {widths(new)}"
        where = f"cell {change.place.cell}, line" if change.place.cell else "line"
        yield f"    {where} {change.place.line}: {expression(change.path, there.name)} = {layer}"


def _weights(model: Model) -> str:
    match model.pretrained:
        case True:
            return "pretrained weights"
        case False:
            return "random weights"
    return f"weights that are not known here: {model.pretrained.why}"


def _built_as_json(there: BuiltThere) -> dict[str, Any]:
    from headlint.zoo.answer import Answer
    from headlint.zoo.plain import as_data

    place = there.place
    return {
        "place": {"path": place.path, "cell": place.cell, "line": place.line},
        "text": there.text,
        "variable": there.name,
        "pretrained": there.model.pretrained if isinstance(there.model.pretrained, bool) else None,
        **as_data(Answer(there.row, is_built=True), there.name),
        "classes": there.model.classes if isinstance(there.model.classes, int) else None,
        "replaced": [
            {"path": change.path, "cell": change.place.cell, "line": change.place.line} for change in there.replaced
        ],
    }
