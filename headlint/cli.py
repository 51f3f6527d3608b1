"""The command line: arguments in, exit code out."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from contextlib import suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn

gc.set_threshold(200_000)  # trees of syntax nodes hold few cycles: looking for them costs a fifth of the reading

import click  # noqa: E402 -- below the setting

from headlint import __version__  # noqa: E402 -- as above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

FAILED = 2
INTERRUPTED = 130

_LAZY = {"zoo": ("headlint.zoo_command", "zoo_command", "Show where a published model's head is, and what it takes.")}


class _Later(click.Group):
    """A group that knows its other rooms' commands by name, and imports one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_LAZY])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LAZY:
            return super().get_command(ctx, cmd_name)
        from importlib import import_module

        module, attribute, _ = _LAZY[cmd_name]
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        own = [(name, command.get_short_help_str(80)) for name, command in self.commands.items()]
        lazy = [(name, text) for name, (_, _, text) in _LAZY.items()]
        with formatter.section("Commands"):
            formatter.write_dl(sorted([*own, *lazy]))


@click.group(cls=_Later, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="headlint %(version)s")
def cli() -> None:
    """Find wrong, dead and frozen heads in PyTorch model surgery before training does."""


def _names(_: click.Context, __: click.Parameter, value: Iterable[str]) -> frozenset[str]:
    """Rule names, given repeatedly or with commas."""
    return frozenset(name.strip() for part in value for name in part.split(",") if name.strip())


def _rule_names(name: str, text: str) -> Callable[[Any], Any]:
    return click.option(name, multiple=True, metavar="RULES", callback=_names, help=text)


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--static", is_flag=True, default=None, help="Read the code only; run nothing of it.")
@_rule_names("--select", "Check these rules only, by name with commas.")
@_rule_names("--ignore", "Leave out these rules.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out what is found under a folder by this name.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "note"]), help="The least severity for exit code 1.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even where there are findings.")
@click.option("--fix", is_flag=True, help="Apply fixes that change nothing else.")
@click.option("--unsafe-fixes", is_flag=True, help="Apply, beside those, fixes that may change what the code does.")
@click.option("--diff", is_flag=True, help="Show what fixes would change, and write nothing.")
@click.option(
    "--output-format",
    type=click.Choice(["text", "concise", "json", "github", "gitlab", "junit", "sarif"]),
    help="How to report.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--show-refuted", is_flag=True, help="Show findings that the run refuted, too.")
@click.option("-q", "--quiet", is_flag=True, help="Report findings only.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colours.")
@click.option("--device", type=click.Choice(["meta", "cpu", "cuda"]), help="Where to run models.  [default: meta]")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="Limit for a script's run.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="How many scripts to run at once.  [default: 1]")
@click.option("--require-run", is_flag=True, default=None, help="Exit with 1 if a script or a model could not be run.")
@click.option("--entry", metavar="MODULE:NAME", help="Check this module, and run this function or class of it alone.")
@click.option("--arg", multiple=True, metavar="NAME=VALUE", help="An argument for what --entry names; repeatable.")
@click.option("--stdin-filename", metavar="PATH", help="The name of what comes from standard input.")
@click.option("--explain-silence", metavar="FILE:LINE", help="Say what kept headlint from speaking there, and stop.")
def check(explain_silence: str | None, **given: Any) -> None:
    """Check files, folders and notebooks ('-' is standard input).

    Exit codes: 0 nothing found, 1 findings, 2 headlint could not do its job.
    """
    if explain_silence is not None:
        from headlint.silence import explain

        click.echo("\n".join(explain(explain_silence)))
        return
    from headlint.check_command import Request, check

    sys.exit(check(Request(**given)))


@cli.command()
def rules() -> None:
    """List all rules."""
    from headlint.handbook import table

    click.echo(table())


@cli.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Explain a rule: what goes wrong, what it looks like, what to do."""
    from headlint.handbook import page, unknown
    from headlint.refusal import RefusedError

    text = page(rule)
    if text is None:
        raise RefusedError(unknown(rule))
    click.echo(text)


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script. Whatever goes wrong is one line and exit code 2, so that 1 always means findings."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # what Python thinks of the user's literals is not asked here
        code = _survive(arguments)
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End at once: taking the syntax trees' classes down one by one costs a tenth of what loading them did."""
    with suppress(OSError):  # nobody listens any more
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _survive(arguments: Sequence[str] | None) -> int:
    try:
        code = cli.main(arguments, prog_name="headlint", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else FAILED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("HEADLINT_TRACEBACK"):
            raise
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        click.echo(f"headlint: internal error ({what}); set HEADLINT_TRACEBACK=1 for all of it", err=True)
        return FAILED
