"""headlint in a test suite: `pytest --headlint` checks each file, and the `headlint` fixture checks a live model.

    def test_the_model(headlint):
        headlint(build_model(classes=10), classes=10, trainable=["fc"])

Without the option and the fixture, nothing of headlint is imported but this file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.checker import Checker
    from headlint.results import Results

SUFFIXES = (".py", ".ipynb")
SESSION = pytest.StashKey["Session"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--headlint`."""
    group = parser.getgroup("headlint")
    group.addoption("--headlint", action="store_true", help="Check Python files and notebooks with headlint.")


def pytest_configure(config: pytest.Config) -> None:
    """Get ready to check files, where that is asked for."""
    if config.getoption("--headlint"):
        config.stash[SESSION] = Session()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the process that ran models."""
    session = config.stash.get(SESSION, None)
    if session is not None:
        session.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Make a file one to check."""
    if file_path.suffix not in SUFFIXES or SESSION not in parent.config.stash:
        return None
    made: pytest.Collector = HeadlintFile.from_parent(parent, path=file_path)
    return made


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Name what could not be run: it has not passed."""
    session = config.stash.get(SESSION, None)
    if session is not None and session.not_run:
        terminalreporter.section("headlint")
        for line in session.not_run:
            terminalreporter.line(line)


class FoundError(Exception):
    """What is wrong, as a report for people."""


class Session:
    """The checks of one run of pytest, which share a process that runs models."""

    def __init__(self) -> None:
        self.not_run: list[str] = []
        self._checkers: dict[Any, Checker] = {}

    def check(self, path: str) -> None:
        """Check a file by the settings that hold for it. Raises `FoundError`."""
        from headlint.check_command import Request, exit_code, options_of, settings_of
        from headlint.refusal import RefusedError

        request = Request()
        try:
            found = settings_of((path,))
            options = options_of(request, found)
        except RefusedError as error:
            raise FoundError(str(error)) from None
        results = self._checker(options).check_paths([path])
        self.not_run += [line for one in results.unproven() if (line := str(one)) not in self.not_run]
        if exit_code(results, request, found):
            raise FoundError(_report(results))

    def _checker(self, options: Any) -> Checker:
        from headlint.checker import Checker

        if options not in self._checkers:
            self._checkers[options] = Checker(options)
        return self._checkers[options]

    def close(self) -> None:
        for checker in self._checkers.values():
            checker.__exit__()


def _report(results: Results) -> str:
    from headlint.report import Style, render

    troubles = [f"headlint: {trouble}" for trouble in results.troubles]
    return "\n".join([*troubles, render("text", results, Style())])


class HeadlintFile(pytest.File):
    """A file to check."""

    def collect(self) -> Iterator[pytest.Item]:
        yield HeadlintItem.from_parent(self, name="headlint")


class HeadlintItem(pytest.Item):
    """The check of one file."""

    def runtest(self) -> None:
        path = self.path
        if path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        self.config.stash[SESSION].check(str(path))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, FoundError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, "headlint"


class ModelCheck:
    """What the fixture is: called with a live model, it fails the test if something is wrong with it."""

    def __call__(self, model: Any, inputs: Any = None, **demands: Any) -> None:
        """Check a model; the arguments are those of `headlint.check_model`."""
        __tracebackhide__ = True
        from headlint.api import CheckError, check_model

        try:
            found = check_model(model, inputs, **demands)
        except CheckError as error:
            pytest.fail(f"headlint: {error}", pytrace=False)
        if found:
            lines = [f"{finding.severity.value}[{finding.rule}] {finding.message}" for finding in found]
            pytest.fail("\n".join(lines), pytrace=False)


@pytest.fixture(scope="session")
def headlint() -> ModelCheck:
    """Fails a test if something is wrong with a model: `headlint(model, classes=10, trainable=["fc"])`."""
    return ModelCheck()
