"""What `headlint check` does: settings, the check itself, fixes, the report, and the exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from headlint.checker import Checker, Options, known_rules
from headlint.config import BadConfigError, common_folder, settings
from headlint.finding import Safety
from headlint.record import Record
from headlint.refusal import RefusedError
from headlint.report import FORMATS, render
from headlint.results import STATIC, Trouble, counted
from headlint.terminal import Progress, style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from headlint.results import Checked, Results
    from headlint.source import Source

FOUND = 1
FAILED = 2
STDIN = "-"
_SEVERITIES = ("error", "warning", "note")
_DEVICES = ("meta", "cpu", "cuda")
_CHOICES = {"fail-on": _SEVERITIES, "device": _DEVICES, "output-format": FORMATS}


class Request(Record):
    """The command's arguments. What is None was not given, and comes from the settings, or else is the default."""

    paths: tuple[str, ...] = ()
    static: bool | None = None
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    exclude: tuple[str, ...] = ()
    fail_on: str | None = None
    exit_zero: bool = False
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    output_format: str | None = None
    statistics: bool = False
    show_refuted: bool = False
    quiet: bool = False
    color: str = "auto"
    device: str | None = None
    timeout: float | None = None
    jobs: int | None = None
    require_run: bool | None = None
    stdin_filename: str | None = None
    entry: str | None = None
    arg: tuple[str, ...] = ()

    @property
    def mends(self) -> bool:
        return self.fix or self.unsafe_fixes or self.diff


def check(request: Request) -> int:
    """Check what was asked for, report it, and say how to exit.

    Raises `RefusedError` for arguments or settings that can't be used.
    """
    paths, entry = _entered(request)
    found = settings_of(paths, request.stdin_filename)
    options = options_of(request, found, entry)
    given = sys.stdin.buffer.read() if STDIN in request.paths else b""
    progress = Progress(request.quiet)
    with Checker(options, progress.tell) as checker:
        results = _results(checker, request, paths, found, given)
        before = [checked.source for checked in results.files]
        if request.mends:
            _mend(checker, results, Safety.UNSAFE if request.unsafe_fixes else Safety.SAFE)
    progress.clear()
    code = _deliver(request, results, before, given) if request.mends else None
    _report(request, results, request.output_format or found.get("output-format", "text"), code)
    if _asks_for_run(request, found):
        for line in _unproven(results):
            click.echo(f"headlint: {line} (--require-run)", err=True)
    return exit_code(results, request, found)


def _entered(request: Request) -> tuple[tuple[str, ...], str]:
    """The paths to check, and what to call in the one that `--entry` names, '' without it."""
    if request.entry is None:
        if request.arg:
            raise RefusedError("--arg is for what --entry calls")
        return request.paths, ""
    if request.paths or request.static:
        raise RefusedError("--entry names the file and runs it: no paths beside it, and no --static")
    from headlint.entry import located

    path, name = located(request.entry)
    return (path,), name


def settings_of(paths: Sequence[str], given_name: str | None = None) -> dict[str, Any]:
    """The settings that hold for paths, or for standard input under a name. Raises `RefusedError` for unusable ones."""
    named = tuple(path for path in paths if path != STDIN) or (given_name or ".",)
    try:
        found = settings(common_folder(named))
    except BadConfigError as error:
        raise RefusedError(str(error)) from None
    for key, choices in _CHOICES.items():
        if found.get(key, choices[0]) not in choices:
            raise RefusedError(f"{key} in the settings must be one of {', '.join(choices)}")
    return found


def options_of(request: Request, found: dict[str, Any], entry: str = "") -> Options:
    """How to check: by the command line, then by the settings."""
    select = request.select or frozenset(found.get("select", ()))
    ignore = request.ignore or frozenset(found.get("ignore", ()))
    if select or ignore:
        _refuse_unknown([*select, *ignore])
    static = request.static if request.static is not None else found.get("static", False)
    return Options(
        run=not static,
        select=select,
        ignore=ignore,
        device=request.device or found.get("device", "meta"),
        timeout=request.timeout or found.get("timeout", 60.0),
        jobs=request.jobs or found.get("jobs", 1),
        entry=entry,
        arguments=_arguments(request),
    )


def _arguments(request: Request) -> tuple[tuple[str, Any], ...]:
    if not request.arg:
        return ()
    from headlint.entry import parsed

    return parsed(request.arg)


def _refuse_unknown(names: Iterable[str]) -> None:
    known = [rule.name for rule in known_rules()]
    for name in names:
        if name not in known:
            from headlint.handbook import unknown

            raise RefusedError(unknown(name))


def _results(checker: Checker, request: Request, paths: Sequence[str], found: dict[str, Any], given: bytes) -> Results:
    if STDIN in paths:
        if len(paths) > 1:
            raise RefusedError("standard input ('-') can't be checked together with files")
        return checker.check_data(request.stdin_filename or "<stdin>", given)
    return checker.check_paths(paths or (".",), _excluder((*request.exclude, *found.get("exclude", ()))))


def _excluder(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a path found under a folder is left out: by a pattern for all of it, or for its last name."""
    if not patterns:
        return lambda _: False
    from fnmatch import fnmatch

    def is_excluded(path: str) -> bool:
        name = path.rpartition(os.sep)[2]
        return any(fnmatch(path, pattern.rstrip("/")) or fnmatch(name, pattern.rstrip("/")) for pattern in patterns)

    return is_excluded


def _mend(checker: Checker, results: Results, least: Safety) -> None:
    from headlint.fixes import mend

    results.files = [mend(checked, least, checker.check_again) for checked in results.files]


def _deliver(request: Request, results: Results, before: Sequence[Source], given: bytes) -> bytes | None:
    """Write mended files; what goes to standard output instead, where that was asked for."""
    if request.diff:
        from headlint.fixes import difference

        return "".join(map(difference, before, (checked.source for checked in results.files))).encode()
    if STDIN in request.paths:
        return results.files[0].source.data if results.files else given
    for checked in results.files:
        if checked.fixed:
            _write(checked)
    return None


def _write(mended: Checked) -> None:
    try:
        with open(mended.path, "wb") as file:  # noqa: PTH123 -- a plain string, as everywhere on this path
            file.write(mended.source.data)
    except OSError as error:
        mended.troubles.append(Trouble(mended.path, 0, f"not fixed: the file can't be written ({error.strerror})"))


def _report(request: Request, results: Results, form: str, code: bytes | None) -> None:
    """Print the report, to standard error where standard output carries code."""
    if code is not None:
        sys.stdout.buffer.write(code)
        sys.stdout.buffer.flush()
    stream = sys.stdout if code is None else sys.stderr
    if form in {"text", "concise"}:
        for trouble in results.troubles:
            click.echo(f"headlint: {trouble}", err=True)
    if request.diff:
        click.echo(f"{counted(_fixed(results), 'finding')} would be fixed.", err=True)
        return
    look = style(
        request.color,
        stream,
        refuted=request.show_refuted,
        statistics=request.statistics,
        quiet=request.quiet,
    )
    if text := render(form, results, look):
        click.echo(text, file=stream, color=True)


def _fixed(results: Results) -> int:
    return sum(checked.fixed for checked in results.files)


def exit_code(results: Results, request: Request, found: dict[str, Any]) -> int:
    """How to exit after a check."""
    if any(True for _ in results.troubles):
        return FAILED
    if request.exit_zero:
        return 0
    if _asks_for_run(request, found) and any(True for _ in _unproven(results)):
        return FOUND
    if request.diff:
        return FOUND if _fixed(results) else 0
    least = _SEVERITIES.index(request.fail_on or found.get("fail-on", "warning"))
    counts = results.counted()
    return FOUND if any(_SEVERITIES.index(severity.value) <= least for severity in counts) else 0


def _unproven(results: Results) -> Iterator[str]:
    if results.not_run == STATIC and results.files:
        yield f"Nothing was run: {STATIC}."
    yield from map(str, results.unproven())


def _asks_for_run(request: Request, found: dict[str, Any]) -> bool:
    return found.get("require-run", False) if request.require_run is None else request.require_run
