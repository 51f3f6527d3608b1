"""The command `headlint zoo`."""

from __future__ import annotations

import click


@click.command("zoo")
@click.argument("model", required=False)
@click.option("--list", "pattern", metavar="PATTERN", help="List the models whose name matches a shell pattern.")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON.")
def zoo_command(model: str | None, pattern: str | None, *, json_: bool) -> None:
    """Say where MODEL's head is, what it takes, and the lines to write.

    MODEL is a name (resnet50), or a library and a name (timm/resnet50).
    """
    if (model is None) == (pattern is None):
        raise click.UsageError("name one MODEL, or a pattern with --list")
    if pattern is not None:
        _show_list(pattern, json_=json_)
    elif model is not None:
        _show(model, json_=json_)


def _show_list(pattern: str, *, json_: bool) -> None:
    import json

    from headlint.zoo.answer import listed

    found = listed(pattern)
    if json_:
        click.echo(json.dumps(list(found), indent=2))
    elif found:
        click.echo("\n".join(found))
    else:
        click.echo(f"no model's name matches {pattern}", err=True)
    raise SystemExit(0 if found else 2)


def _show(model: str, *, json_: bool) -> None:
    from headlint.zoo.answer import NotFound, answer
    from headlint.zoo.telling import as_json, as_text

    found = answer(model)
    missing = isinstance(found, NotFound)
    click.echo(as_json(found) if json_ else as_text(found), err=missing and not json_)
    raise SystemExit(2 if missing else 0)
