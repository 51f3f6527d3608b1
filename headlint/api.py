r"""What programs use of headlint: the same checks as on the command line, as data.

>>> from headlint.api import check_source
>>> for judged in check_source("import torchvision\nmodel = torchvision.models.resnet18(pretrained=True)\n"):
...     print(judged.finding.rule, judged.finding.place.line, judged.verdict.value)
deprecated-pretrained 2 read
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.checker import Checker, Options, known_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headlint.results import Results
    from headlint.verdict import Judged

__all__ = ["CheckError", "check_paths", "check_source"]


class CheckError(Exception):
    """headlint could not do its job: the text is no Python, or a rule failed. The message is one clear line."""


def check_source(
    text: str, path: str = "<string>", *, run: bool = False, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> tuple[Judged, ...]:
    """The findings of a script that count, in the order of their places.

    `path` is the name that places get. `run` has the runtime witness execute parts of the script. Raises `CheckError`
    for a text that can't be read, and `ValueError` for a rule that doesn't exist.
    """
    with Checker(_options(run, select, ignore)) as checker:
        results = checker.check_data(path, text.encode())
    for trouble in results.troubles:
        raise CheckError(str(trouble))
    return tuple(judged for judged in results.judged if judged.counts)


def check_paths(
    paths: Iterable[str], *, run: bool = False, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> Results:
    """Check files and folders: findings, runs, and what could not be checked, file by file.

    `run` has the runtime witness execute parts of the scripts. Raises `ValueError` for a rule that doesn't exist.
    """
    with Checker(_options(run, select, ignore)) as checker:
        return checker.check_paths(paths)


def _options(run: bool, select: Iterable[str], ignore: Iterable[str]) -> Options:
    chosen, left_out = frozenset(select), frozenset(ignore)
    strange = (chosen | left_out) - {rule.name for rule in known_rules()}
    if strange:
        raise ValueError(f"there is no rule {min(strange)}")
    return Options(run=run, select=chosen, ignore=left_out)
