"""On how much of what people wrote does a run reach a verdict, and what keeps it from the rest?

    python benchmarks/verdicts.py PATHS [--sample N] [--timeout SECONDS] [--jobs N] [--list KIND]

Every script and notebook with model code below PATHS is read and run. Told are the shares of

    files       that ran to their end, with an output of every model that they build;
    models      that gave an output, or whose forward pass failed at a layer that was named;
    surgeries   statements that put a module into a published model, or where another one stood: the run was there, and
                knows what arrives or whether it takes part;
    findings    by verdict: confirmed, observed, suspected, refuted.

Behind them stand the reasons for the rest, the most frequent first. A refuted finding is a mistake of headlint's own,
and an observed one is worth reading: `--list refuted`, `observed`, `suspected` and `not-run` name them.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from headlint import intake, verdict
from headlint.checker import Options
from headlint.history import Absent, Arrived, History, Replaced, Returned, TookPart, Unknown
from headlint.results import Results, Trouble
from headlint.rule import rules
from headlint.runtime.client import Outcome, Runner
from headlint.source import find
from headlint.static.screen import builds
from headlint.static.witness import Unreadable, tell
from headlint.verdict import Judged, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = tuple(rule for rule in rules() if Options().selects(rule))
KINDS = ("refuted", "observed", "confirmed", "suspected", "not-run")


class Told(NamedTuple):
    """What both witnesses told of a file."""

    path: str
    read: tuple[History, ...]
    outcome: Outcome
    judged: tuple[Judged, ...]


def candidates(paths: list[str]) -> Iterator[tuple[str, str]]:
    """The files with model code, and their texts as the witnesses see them."""
    for path in find(paths, lambda _: False):
        taken = intake.load(path, Results(), ()) if isinstance(path, str) else None
        source = intake.decode(*taken) if taken is not None else None
        if source is not None and not isinstance(source, Trouble) and builds(source.text.encode()):
            yield source.path, source.text


def examine(runner: Runner, path: str, text: str) -> Told | None:
    """Read and run one file; None if it is no Python."""
    try:
        read = tell(path, text)
    except (Unreadable, RecursionError):
        return None
    outcome = runner.run(path, text)
    run = verdict.testimony(RULES, outcome.histories) if outcome.histories else None
    why = outcome.why or next((told.stopped for told in outcome.histories if told.stopped), "")
    return Told(path, read, outcome, tuple(verdict.join(RULES, verdict.testimony(RULES, read), run, why)))


# ---- what counts


def stopped(told: Told) -> list[str]:
    """Why a file did not run through."""
    return [why for why in (*told.outcome.why.split("; "), *(one.stopped for one in told.outcome.histories)) if why]


def models(told: Told) -> Iterator[str]:
    """For each model why it gave no output, '' if it did, or if what failed was named."""
    for history in told.outcome.histories:
        for event in history.of(Returned):
            why = event.shape.why if isinstance(event.shape, Unknown) else ""
            yield "" if why.startswith("the forward pass fails at") else why


def surgeries(told: Told) -> Iterator[tuple[tuple[str, int, int], str]]:
    """Each statement that puts a module into a model, and why the run knows nothing of it, '' if it does."""
    run = told.outcome.histories
    known = {
        event.place.key
        for history in run
        for kind in (Arrived, TookPart)
        for event in history.of(kind)
        if not isinstance(event.answer if isinstance(event, TookPart) else event.shape, Unknown)
    }
    reached = {event.place.key for history in run for event in history.of(Replaced)}
    events = [event for history in (*told.read, *run) for event in history.of(Replaced)]
    places = {event.place.key for event in events if event.model.library or not isinstance(event.old, Absent)}
    for key in sorted(places):
        if key in known:
            yield key, ""
        elif key in reached:
            yield (
                key,
                next((why for why in models(told) if why), "reached, but neither what arrives nor whether it is used"),
            )
        else:
            yield key, next(iter(stopped(told)), "not reached")


def general(why: str) -> str:
    """A reason without what is this script's alone."""
    return re.sub(r"`[^`]*`|'[^']*'|\"[^\"]*\"|\b\d[\d.x, ]*\b|\[[^\]]*\]", "…", why)[:110]


def tell_share(name: str, reasons: list[str]) -> None:
    """How many have no reason against them, and the reasons of the others."""
    good = sum(not why for why in reasons)
    print(f"\n{name}: {good} of {len(reasons)} ({100 * good / max(1, len(reasons)):.1f} %)")
    for why, number in Counter(general(why) for why in reasons if why).most_common(25):
        print(f"  {number:>5}  {why}")


def tell_list(all_told: list[Told], kind: str) -> None:
    for told in all_told:
        if kind == "not-run":
            for why in dict.fromkeys([*stopped(told), *filter(None, models(told))]):
                print(f"{told.path}: {why}")
        for judged in told.judged:
            if judged.verdict.value == kind:
                finding = judged.finding
                print(f"{finding.place.path}:{finding.place.line}: {finding.rule}: {finding.message}  ({judged.why})")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--list", choices=KINDS, action="append", default=[])
    asked = parser.parse_args()
    files = sorted(dict(candidates(asked.paths)).items())
    if asked.sample:
        files = sorted(random.Random(0).sample(files, min(asked.sample, len(files))))
    with Runner(timeout=asked.timeout, jobs=asked.jobs) as runner, ThreadPoolExecutor(asked.jobs) as pool:
        all_told = [one for one in pool.map(lambda file: examine(runner, *file), files) if one is not None]
    for kind in asked.list:
        tell_list(all_told, kind)
    tell_share("files", [next(iter([*stopped(told), *filter(None, models(told))]), "") for told in all_told])
    tell_share("models", [why for told in all_told for why in models(told)])
    tell_share("surgeries", [why for told in all_told for _, why in surgeries(told)])
    verdicts = Counter(judged.verdict for told in all_told for judged in told.judged)
    print("\nfindings:", ", ".join(f"{verdicts[kind]} {kind.value}" for kind in Verdict))


if __name__ == "__main__":
    main()
