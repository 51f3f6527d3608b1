"""Takes files through the pipeline: bytes, screen, the two witnesses, rules, verdicts, suppressions.

All candidates are read before the first one is run, so that the worker's import of torch goes on meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint import intake
from headlint import source as files
from headlint.finding import Severity
from headlint.homes import bring_home
from headlint.record import Record
from headlint.results import STATIC, Checked, Ran, Results, Run, Trouble
from headlint.static.screen import builds, matters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from headlint.finding import Place
    from headlint.history import History, Returned
    from headlint.rule import Rule
    from headlint.runtime.client import Runner
    from headlint.source import Source
    from headlint.verdict import Judged, Testimony


class Options(Record):
    """What to check, and how. `run` is false for `--static`; an empty `select` selects every rule but the notes.

    `entry` is the one function or class to call with `arguments`, in place of those that headlint finds itself.
    """

    run: bool = True
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    device: str = "meta"
    timeout: float = 60.0
    jobs: int = 1
    entry: str = ""
    arguments: tuple[tuple[str, Any], ...] = ()

    def selects(self, rule: Rule) -> bool:
        """Whether a rule is to be heard: one that was named, or, if none was, one that is more than a note."""
        asked = rule.name in self.select if self.select else rule.severity is not Severity.NOTE
        return asked and rule.name not in self.ignore


class Reading:
    """What the static witness told of one source."""

    def __init__(self, checked: Checked, histories: tuple[History, ...], testimony: Testimony) -> None:
        self.checked = checked
        self.histories = histories
        self.testimony = testimony


class Checker:
    """Checks files with one set of rules and at most one runtime worker; used as a context, which ends the worker."""

    def __init__(self, options: Options, progress: Callable[[str], None] = lambda _: None) -> None:
        self.options = options
        self._progress = progress
        self._runner: Runner | None = None
        self._not_run = "" if options.run else STATIC
        self._rules: tuple[Rule, ...] = ()

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *_: object) -> None:
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def check_paths(self, paths: Iterable[str], is_excluded: Callable[[str], bool] = lambda _: False) -> Results:
        """Check files and folders."""
        results = Results()
        named = tuple(paths)
        candidates = [one for path in files.find(named, is_excluded) if (one := intake.load(path, results, named))]
        return self._check(candidates, results)

    def check_data(self, path: str, data: bytes) -> Results:
        """Check a text under a name."""
        results = Results()
        results.count = 1
        taken = intake.take(path, data, results, is_named=True)
        return self._check([taken] if taken is not None else [], results)

    def check_again(self, source: Source) -> Checked:
        """Check a source that was edited; what it finds in files that it imports is told there already."""
        checked = self._judge_all([self._read(source)])[0]
        checked.judged = [judged for judged in checked.judged if judged.finding.place.path == source.path]
        return checked

    def _check(self, candidates: Sequence[tuple[str, bytes]], results: Results) -> Results:
        if candidates:
            self._start()
        readings: list[Reading | Checked] = []
        for path, data in candidates:
            self._progress(f"reading {path}")
            source = intake.decode(path, data)
            if isinstance(source, Trouble):
                results.lost.append(source)
            elif intake.is_notebook(path) and not source.troubles and not matters(source.text.encode()):
                results.idle += 1
            else:
                readings.append(self._read(source))
        results.files = bring_home(self._judge_all(readings), intake.visit)
        results.not_run = self._not_run
        return results

    def _start(self) -> None:
        """Load the rules, and let a worker import torch while the sources are read."""
        if self.options.run and self._runner is None:
            from headlint.runtime.client import Runner, missing

            self._not_run = missing()
            if not self._not_run:
                options = self.options
                self._runner = Runner(device=options.device, timeout=options.timeout, jobs=options.jobs)
                self._runner.start()
        self._rules = tuple(rule for rule in _rules() if self.options.selects(rule))

    def _read(self, source: Source) -> Reading | Checked:
        """Let the static witness tell, unless the text can't be read."""
        from headlint.static.witness import Unreadable, tell
        from headlint.verdict import testimony

        checked = Checked(source)
        try:
            histories = tell(source.path, source.text)
        except Unreadable as error:
            checked.troubles.append(_at(source, error.line, error.why))
            return checked
        except Exception as error:  # one file's failure must not hide another's findings
            checked.troubles.append(_internal(source, error))
            return checked
        return Reading(checked, histories, testimony(self._rules, histories))

    def _judge_all(self, readings: Sequence[Reading | Checked]) -> list[Checked]:
        read = [reading for reading in readings if isinstance(reading, Reading)]
        for reading, told in zip(read, self._run_all(read), strict=True):
            self._judge(reading, told)
        return [reading.checked if isinstance(reading, Reading) else reading for reading in readings]

    def _run_all(self, readings: Sequence[Reading]) -> Iterable[tuple[History, ...]]:
        if self.options.jobs == 1 or len(readings) < 2:
            return map(self._run, readings)
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(self.options.jobs) as pool:
            return list(pool.map(self._run, readings))

    def _judge(self, reading: Reading, told: tuple[History, ...]) -> None:
        from headlint.verdict import join, testimony

        checked = reading.checked
        run = testimony(self._rules, told) if told else None
        for crash in [*reading.testimony.crashes, *(run.crashes if run else ())]:
            checked.troubles.append(Trouble(checked.path, 0, f"the rule {crash.rule} failed on it ({crash.error})"))
        why = checked.run.why if checked.run else self._not_run
        judged = list(join(self._rules, reading.testimony, run, why))
        self._finish(checked, judged, _Settled(self._rules, reading.testimony, checked.run))

    def _run(self, reading: Reading) -> tuple[History, ...]:
        """Run a script that builds or operates on models, or that may do so where reading can't follow."""
        checked = reading.checked
        if self._runner is None or not _is_worth_running(reading):
            return ()
        self._progress(f"running {checked.path}")
        try:
            outcome = self._runner.run(
                checked.path, checked.source.text, self.options.entry, dict(self.options.arguments)
            )
        except Exception as error:  # as in reading: a failure of ours costs one script's run
            checked.troubles.append(_internal(checked.source, error))
            return ()
        why = outcome.why or next((told.stopped for told in outcome.histories if told.stopped), "")
        checked.run = Run(tuple(_models(outcome.histories)), why, outcome.seconds, outcome.memory)
        return outcome.histories

    def _finish(self, checked: Checked, judged: list[Judged], settled: _Settled) -> None:
        """Take out what is suppressed, and put everything in order at the places that the user knows."""
        from headlint.suppression import RULE, Suppressions
        from headlint.verdict import Judged, Verdict

        suppressions = Suppressions(checked.path, checked.source.text)
        shown = [one for one in judged if not suppressions.silence(one.finding)]
        checked.suppressed = len(judged) - len(shown)
        if self.options.selects(RULE):
            known = [rule.name for rule in _rules()]
            notes = {rule.name for rule in _rules() if rule.severity is Severity.NOTE}
            shown += [Judged(finding, Verdict.READ) for finding in suppressions.unused(known, notes, settled)]
        placed = [_placed(checked.source, one) for one in shown]
        checked.judged = sorted(placed, key=lambda one: (one.finding.place, one.finding.rule))


class _Settled:
    """Whether a rule is known to find nothing in a statement, however the file were to be checked."""

    def __init__(self, rules: Iterable[Rule], read: Testimony, run: Run | None) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._read = read
        self._ran_through = run is not None and not run.why

    def __call__(self, name: str, place: Place) -> bool:
        from headlint.history import Witness

        rule = self._rules.get(name)
        if rule is None:
            return False
        key = (name, place.key)
        return self._ran_through or Witness.RUNTIME not in rule.witnesses or key in self._read.fine


def known_rules() -> tuple[Rule, ...]:
    """Every rule that can be selected: those of `rules/`, and what is told of comments and of a caller's demands."""
    from headlint import demands, suppression

    return tuple(sorted((*_rules(), suppression.RULE, demands.RULE), key=lambda rule: rule.name))


def _rules() -> tuple[Rule, ...]:
    from headlint.rule import rules

    return rules()


def _is_worth_running(reading: Reading) -> bool:
    return any(history.events for history in reading.histories) or builds(reading.checked.source.text.encode())


def _models(histories: Iterable[History]) -> Iterator[Ran]:
    """The models that a run took through a forward pass, each outcome once."""
    from headlint.history import Returned, Unknown

    seen: set[Ran] = set()
    for history in histories:
        for event in history.of(Returned):
            shape, name = event.shape, event.model.name
            ran = (
                Ran(name, "", "", shape.why)
                if isinstance(shape, Unknown)
                else Ran(name, str(shape), event.traced, images=_images(event))
            )
            if ran not in seen:
                seen.add(ran)
                yield ran


def _images(returned: Returned) -> str:
    """With which images a model gives what it gives, where others of a usual size don't fit."""
    sizes = returned.sizes
    if sizes is None or not isinstance(sizes.works, int):
        return ""
    return f"with images of {sizes.works} x {sizes.works}, not of {sizes.fails} x {sizes.fails}"


def _at(source: Source, line: int, why: str) -> Trouble:
    from headlint.finding import Place, Span

    place = source.placed(Place(source.path, Span(line, 1, line, 1), line))
    return Trouble(source.path, place.line, why, place.cell)


def _internal(source: Source, error: Exception) -> Trouble:
    return Trouble(source.path, 0, f"headlint fails on it ({type(error).__name__}: {error}); please report this")


def _placed(source: Source, judged: Judged) -> Judged:
    """A finding with every place as the user knows it."""
    from headlint.verdict import Judged

    finding = source.relocated(judged.finding)
    return judged if finding is judged.finding else Judged(finding, judged.verdict, judged.observed, judged.why)
