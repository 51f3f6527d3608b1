"""Takes files through the pipeline: bytes, screen, the two witnesses, rules, verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headlint import source
from headlint.source import Trouble
from headlint.static.screen import matters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from headlint.history import History
    from headlint.rule import Rule
    from headlint.runtime.client import Runner
    from headlint.verdict import Judged


@dataclass(frozen=True, slots=True)
class Options:
    """What to check, and how. `run` is false for `--static`."""

    run: bool = True
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    device: str = "meta"
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to. `models` are the models that ran through: name, output shape, and how they were traced."""

    path: str
    models: tuple[tuple[str, str, str], ...]
    why: str
    seconds: float = 0.0


@dataclass(slots=True)
class Checked:
    """One file, checked."""

    path: str
    text: str
    data: bytes = b""
    judged: list[Judged] = field(default_factory=list)
    run: Run | None = None
    troubles: list[Trouble] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """All that a check came to. `not_run` is why nothing at all was run, where a run was asked for."""

    files: list[Checked] = field(default_factory=list)
    count: int = 0
    not_run: str = ""

    @property
    def judged(self) -> Iterator[Judged]:
        return (judged for file in self.files for judged in file.judged)

    @property
    def troubles(self) -> list[Trouble]:
        return [trouble for file in self.files for trouble in file.troubles]


class Checker:
    """Checks files with one set of rules and at most one runtime worker."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.report = Report()
        self._rules: tuple[Rule, ...] | None = None
        self._runner: Runner | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The selected rules."""
        if self._rules is None:
            from headlint.rule import rules

            select, ignore = self.options.select, self.options.ignore
            self._rules = tuple(
                rule for rule in rules() if (not select or rule.name in select) and rule.name not in ignore
            )
        return self._rules

    def check_paths(self, paths: Iterable[str]) -> Report:
        """Check files and folders."""
        try:
            named = tuple(paths)
            candidates = [one for path in source.find(named) if (one := self._load(path, path in named)) is not None]
            self._start(candidates)
            for path, data in candidates:
                self._check(path, data)
        finally:
            self.close()
        return self.report

    def check_text(self, path: str, data: bytes) -> Report:
        """Check a text under a name."""
        try:
            self.report.count += 1
            if matters(data):
                self._start([(path, data)])
                self._check(path, data)
        finally:
            self.close()
        return self.report

    def close(self) -> None:
        """End the worker."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _load(self, path: str | Trouble, named: bool) -> tuple[str, bytes] | None:
        data = path if isinstance(path, Trouble) else source.load(path)
        if isinstance(data, Trouble):
            self.report.files.append(Checked(data.path, "", troubles=[data]))
            return None
        assert isinstance(path, str)
        self.report.count += 1
        if b"\0" in data[:8192] and not path.endswith(".ipynb"):
            self._trouble(Trouble(path, 0, "it is a binary file, not Python"))
            return None
        if matters(data):
            return path, data
        if named and path.endswith(".py"):
            self._only_parse(path, data)
        return None

    def _only_parse(self, path: str, data: bytes) -> None:
        """Say of a file that is named on the command line, and holds no surgery, at least whether it is Python."""
        import ast

        text = source.decode(path, data)
        if isinstance(text, Trouble):
            self._trouble(text)
            return
        try:
            ast.parse(text)
        except SyntaxError as error:
            self._trouble(Trouble(path, error.lineno or 1, f"it is not valid Python ({error.msg})"))
        except (ValueError, RecursionError, MemoryError) as error:
            self._trouble(Trouble(path, 1, f"Python's parser gives up on it ({error})"))

    def _trouble(self, trouble: Trouble) -> None:
        self.report.files.append(Checked(trouble.path, "", troubles=[trouble]))

    def _start(self, candidates: Sequence[object]) -> None:
        """Let a worker import torch while the static pass reads."""
        if not candidates or not self.options.run:
            return
        from headlint.runtime.client import Runner, missing

        self.report.not_run = missing()
        if not self.report.not_run:
            self._runner = Runner(device=self.options.device, timeout=self.options.timeout)
            self._runner.start()

    def _check(self, path: str, data: bytes) -> None:
        text = source.decode(path, data)
        if isinstance(text, Trouble):
            self._trouble(text)
            return
        checked = Checked(path, text, data)
        self.report.files.append(checked)
        try:
            self._judge(checked)
        except Exception as error:  # one file's failure must not hide another's findings
            why = f"headlint fails on it ({type(error).__name__}: {error}); please report this"
            checked.troubles.append(Trouble(path, 0, why))

    def _judge(self, checked: Checked) -> None:
        from headlint.static.witness import Unreadable, tell
        from headlint.suppression import Suppressions
        from headlint.verdict import join, testimony

        try:
            histories = tell(checked.path, checked.text)
        except Unreadable as error:
            checked.troubles.append(Trouble(checked.path, error.line, error.why))
            return
        read = testimony(self.rules, histories)
        checked.run, told = self._run(checked, histories)
        run = testimony(self.rules, told) if told else None
        for crash in [*read.crashes, *(run.crashes if run else ())]:
            checked.troubles.append(Trouble(checked.path, 0, f"the rule {crash.rule} failed on it ({crash.error})"))
        why = checked.run.why if checked.run else self.report.not_run
        suppressions = Suppressions(checked.path, checked.text)
        judged = [one for one in join(self.rules, read, run, why) if not suppressions.silences(one.finding)]
        judged += suppressions.unused(frozenset(rule.name for rule in self.rules))
        checked.judged = sorted(judged, key=lambda one: (one.finding.place, one.finding.rule))

    def _run(self, checked: Checked, histories: Sequence[History]) -> tuple[Run | None, tuple[History, ...]]:
        """Run a script that builds or operates on models."""
        if self._runner is None or not any(history.events for history in histories):
            return None, ()
        outcome = self._runner.run(checked.path, checked.text)
        why = outcome.why or next((told.stopped for told in outcome.histories if told.stopped), "")
        return Run(checked.path, _models(outcome.histories), why, outcome.seconds), outcome.histories


def _models(histories: Iterable[History]) -> tuple[tuple[str, str, str], ...]:
    """The whole models that a run took through a forward pass."""
    from headlint.history import Returned, Shape

    told: dict[tuple[str, str, str], None] = {}
    for history in histories:
        for event in history.of(Returned):
            if isinstance(event.shape, Shape):
                told[(event.model.name, str(event.shape), event.traced)] = None
    return tuple(told)
