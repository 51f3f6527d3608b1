"""The command line: arguments in, exit code out."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

gc.disable()  # a short run makes little garbage, and collecting during the imports costs a tenth of them

import click  # noqa: E402 -- see above

from headlint import __version__  # noqa: E402 -- see above

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.checker import Options

_FORMATS = ("text", "concise", "json")
_SEVERITIES = ("error", "warning", "note")


class _Lazy(click.Group):
    """A group whose `zoo` is imported only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "zoo"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "zoo":
            from headlint.zoo.command import zoo_command

            return zoo_command
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="headlint")
def main() -> None:
    """Find what is wrong with the new head of a pretrained PyTorch model, before training does."""


def _split(values: Sequence[str]) -> list[str]:
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


def _known_rules(names: Sequence[str]) -> frozenset[str]:
    """The names of rules, checked; an unknown one ends the command."""
    from headlint.rule import rules

    known = {rule.name for rule in rules()}
    for name in names:
        if name not in known:
            raise click.UsageError(f"there is no rule `{name}`{_near(name, sorted(known))}")
    return frozenset(names)


def _near(name: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=2)
    return f"; did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else ""


def _settings() -> dict[str, Any]:
    from pathlib import Path

    from headlint.config import ConfigError, load

    try:
        return load(Path.cwd())
    except ConfigError as error:
        raise click.UsageError(str(error)) from None


@main.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--static", is_flag=True, default=None, help="Only read the scripts; run nothing of them.")
@click.option("--select", multiple=True, metavar="RULES", help="Check these rules only.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Leave these rules out.")
@click.option("--output-format", type=click.Choice(_FORMATS), help="How to report.  [default: text]")
@click.option("--fail-on", type=click.Choice(_SEVERITIES), help="The mildest finding that makes the exit code 1.")
@click.option("--device", type=click.Choice(("meta", "cpu", "cuda")), help="Where models are run.  [default: meta]")
@click.option("--timeout", type=click.FloatRange(min=0.1), metavar="SECONDS", help="How long a script may run.")
@click.option("--show-refuted", is_flag=True, help="Show findings that the run refuted, too.")
@click.option("--fix", is_flag=True, help="Apply the fixes that are safe.")
@click.option("--unsafe-fixes", is_flag=True, help="Apply the other fixes, too.")
@click.option("--diff", is_flag=True, help="Show what the fixes would change, and change nothing.")
@click.option("--require-run", is_flag=True, help="Fail if a script with surgery could not be run.")
@click.option("--stdin-filename", default="<stdin>", metavar="PATH", help="The name of what `-` reads.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", help="When to use colours.")
@click.option("--quiet", "-q", is_flag=True, help="Show findings only.")
def check(paths: tuple[str, ...], **flags: Any) -> None:
    """Check scripts, folders, or `-` for standard input; the working folder if none is named."""
    from headlint import session

    settings = {**{key.replace("-", "_"): value for key, value in _settings().items()}}
    settings.update({key: value for key, value in flags.items() if value not in (None, ())})
    report = session.check(paths or (".",), _options(settings), settings["stdin_filename"])
    sys.exit(session.finish(report, settings))


def _options(settings: dict[str, Any]) -> Options:
    from headlint.checker import Options

    return Options(
        run=not settings.get("static", False),
        select=_known_rules(names) if (names := _split(settings.get("select", ()))) else frozenset(),
        ignore=_known_rules(names) if (names := _split(settings.get("ignore", ()))) else frozenset(),
        device=settings.get("device", "meta"),
        timeout=float(settings.get("timeout", 60.0)),
    )


@main.command(name="rules")
def list_rules() -> None:
    """List the rules."""
    from headlint.rule import rules

    width = max(len(rule.name) for rule in rules())
    for rule in rules():
        click.echo(f"{rule.name:<{width}}  {rule.severity:<7}  {rule.summary}")


@main.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Say what a rule finds, why it matters, and what to do."""
    from headlint.rule import rules

    known = {one.name: one for one in rules()}
    if rule not in known:
        raise click.UsageError(f"there is no rule `{rule}`{_near(rule, sorted(known))}")
    click.echo(f"{rule} ({known[rule].severity})\n\n{known[rule].documentation.strip()}")
