"""What `headlint check` does: settings, the check itself, fixes, the report, and the exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from headlint.checker import Checker, Options, known_rules
from headlint.config import BadConfigError, common_folder, settings
from headlint.record import Record
from headlint.refusal import RefusedError
from headlint.report import FORMATS, Style, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from headlint.results import Checked, Results

FOUND = 1
FAILED = 2
STDIN = "-"
_SEVERITIES = ("error", "warning", "note")
_DEVICES = ("meta", "cpu", "cuda")
_CHOICES = {"fail-on": _SEVERITIES, "device": _DEVICES, "output-format": FORMATS}


class Request(Record):
    """The command's arguments. What is None was not given, and comes from the settings, or else is the default."""

    paths: tuple[str, ...]
    static: bool | None
    select: frozenset[str]
    ignore: frozenset[str]
    exclude: tuple[str, ...]
    fail_on: str | None
    exit_zero: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    output_format: str | None
    statistics: bool
    show_refuted: bool
    quiet: bool
    color: str
    device: str | None
    timeout: float | None
    jobs: int | None
    require_run: bool | None
    stdin_filename: str | None

    @property
    def mends(self) -> bool:
        return self.fix or self.unsafe_fixes or self.diff


def check(request: Request) -> int:
    """Check what was asked for, report it, and say how to exit.

    Raises `RefusedError` for arguments or settings that can't be used.
    """
    found = _settings(request)
    options = _options(request, found)
    form = request.output_format or found.get("output-format", "text")
    with Checker(options, _progress(request)) as checker:
        given = sys.stdin.buffer.read() if STDIN in request.paths else b""
        results = _results(checker, request, found, given)
        changed = _mend(checker, results, request) if request.mends else ""
    if request.mends and STDIN in request.paths and not results.files and not request.diff:
        sys.stdout.buffer.write(given)
    _clear(request)
    _say(results, request, form, changed)
    return _exit_code(results, request, found, is_diff=bool(changed) and request.diff)


def _settings(request: Request) -> dict[str, Any]:
    named = tuple(path for path in request.paths if path != STDIN) or (request.stdin_filename or ".",)
    try:
        found = settings(common_folder(named))
    except BadConfigError as error:
        raise RefusedError(str(error)) from None
    for key, choices in _CHOICES.items():
        if found.get(key, choices[0]) not in choices:
            raise RefusedError(f"{key} in the settings must be one of {', '.join(choices)}")
    return found


def _options(request: Request, found: dict[str, Any]) -> Options:
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
    )


def _refuse_unknown(names: Iterable[str]) -> None:
    known = [rule.name for rule in known_rules()]
    for name in names:
        if name not in known:
            from headlint.handbook import unknown

            raise RefusedError(unknown(name))


def _results(checker: Checker, request: Request, found: dict[str, Any], given: bytes) -> Results:
    if STDIN in request.paths:
        if len(request.paths) > 1:
            raise RefusedError("standard input ('-') can't be checked together with files")
        return checker.check_data(request.stdin_filename or "<stdin>", given)
    return checker.check_paths(request.paths or (".",), _excluder((*request.exclude, *found.get("exclude", ()))))


def _excluder(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a path found under a folder is left out: by a pattern for all of it, or for its last name."""
    if not patterns:
        return lambda _: False
    from fnmatch import fnmatch

    def is_excluded(path: str) -> bool:
        name = path.rpartition(os.sep)[2]
        return any(fnmatch(path, pattern.rstrip("/")) or fnmatch(name, pattern.rstrip("/")) for pattern in patterns)

    return is_excluded


def _mend(checker: Checker, results: Results, request: Request) -> str:
    """Apply fixes to every file, and give what they changed: a difference, or the new text of standard input."""
    from headlint.finding import Safety
    from headlint.fixes import difference, mend

    least = Safety.UNSAFE if request.unsafe_fixes else Safety.SAFE
    changed: list[str] = []
    for position, checked in enumerate(results.files):
        mended = mend(checked, least, checker.check_again)
        results.files[position] = mended
        if request.diff:
            changed.append(difference(checked.source, mended.source))
        elif STDIN in request.paths:
            changed.append(mended.source.text)
        elif mended.fixed:
            _write(mended)
    return "".join(changed)


def _write(mended: Checked) -> None:
    from headlint.results import Trouble

    try:
        with open(mended.path, "wb") as file:  # noqa: PTH123 -- a plain string, as everywhere on this path
            file.write(mended.source.data)
    except OSError as error:
        mended.troubles.append(Trouble(mended.path, 0, f"not fixed: the file can't be written ({error.strerror})"))


def _say(results: Results, request: Request, form: str, changed: str) -> None:
    """Print the report: to standard error where standard output carries code, or the troubles of people's formats."""
    if request.mends and (request.diff or STDIN in request.paths):
        click.echo(changed, nl=False, color=True)
    is_code = request.mends and (request.diff or STDIN in request.paths)
    stream = sys.stderr if is_code else sys.stdout
    if form in {"text", "concise"}:
        for trouble in results.troubles:
            click.echo(f"headlint: {trouble}", err=True)
    if request.diff:
        fixed = sum(checked.fixed for checked in results.files)
        click.echo(f"{fixed} {'finding' if fixed == 1 else 'findings'} would be fixed.", err=True)
        return
    text = render(form, results, _style(request, stream.isatty()))
    if text:
        click.echo(text, file=stream, color=True)


def _style(request: Request, is_terminal: bool) -> Style:
    from shutil import get_terminal_size

    return Style(
        colour=_is_coloured(request.color, is_terminal),
        refuted=request.show_refuted,
        statistics=request.statistics,
        quiet=request.quiet,
        width=max(get_terminal_size().columns, 80) if is_terminal else 120,
    )


def _is_coloured(when: str, is_terminal: bool) -> bool:
    """What was asked for; else NO_COLOR, then FORCE_COLOR; else whether a terminal that knows colours listens."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal and os.environ.get("TERM") != "dumb"


def _progress(request: Request) -> Callable[[str], None]:
    """Tells a person at a terminal what is being done, on one line that is written over and over."""
    if request.quiet or not sys.stderr.isatty():
        return lambda _: None
    return lambda text: click.echo(f"\r\033[K{text[:100]}", nl=False, err=True, color=True)


def _clear(request: Request) -> None:
    _progress(request)("")


def _exit_code(results: Results, request: Request, found: dict[str, Any], *, is_diff: bool) -> int:
    if any(True for _ in results.troubles):
        return FAILED
    if _lacks_run(results) and (request.require_run or (request.require_run is None and found.get("require-run"))):
        click.echo("headlint: not everything could be run (--require-run)", err=True)
        return FAILED
    if request.exit_zero:
        return 0
    if request.diff:
        return FOUND if is_diff else 0
    least = _SEVERITIES.index(request.fail_on or found.get("fail-on", "warning"))
    counts = results.counted()
    return FOUND if any(_SEVERITIES.index(severity.value) <= least for severity in counts) else 0


def _lacks_run(results: Results) -> bool:
    if results.files and results.not_run:
        return True
    return any(checked.run is not None and checked.run.why for checked in results.files)
