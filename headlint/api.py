r"""What programs use of headlint: the same checks as on the command line, as data.

A text or files, which are read, and run where that is asked for:

>>> import headlint
>>> for judged in headlint.check_source("import torchvision\nmodel = torchvision.models.resnet18(pretrained=True)\n"):
...     print(judged.finding.rule, judged.finding.place.line, judged.verdict.value)
deprecated-pretrained 2 read

A live model, without any source; `headlint.api.check_model` says what can be asked of it:

    model = torchvision.models.resnet50()
    model.fc = torch.nn.Linear(512, 10)
    headlint.check_model(model, classes=10, trainable=["fc"])[0].message
    # 'the new head takes 512 features, but resnet50 gives it 2048'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint.checker import Checker, Options, known_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import nn
    from torch.optim import Optimizer

    from headlint.finding import Finding
    from headlint.results import Results
    from headlint.verdict import Judged

__all__ = ["CheckError", "check_model", "check_paths", "check_source"]


class CheckError(Exception):
    """headlint could not do its job: the text is no Python, a rule failed, a model can't be run. One clear line."""


def check_source(
    text: str,
    path: str = "<string>",
    *,
    run: bool = False,
    entry: str = "",
    arguments: Mapping[str, Any] | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> tuple[Judged, ...]:
    """The findings of a script that count, in the order of their places.

    `path` is the name that places get. `run` has the runtime witness execute parts of the script; `entry` names the one
    function or class to call with `arguments`, in place of those that headlint finds itself. Raises `CheckError` for a
    text that can't be read, and `ValueError` for a rule that doesn't exist.
    """
    with Checker(_options(run or bool(entry), select, ignore, entry, arguments)) as checker:
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


def check_model(
    model: nn.Module,
    inputs: Any = None,
    *,
    classes: int | None = None,
    trainable: Iterable[str] = (),
    optimizer: Optimizer | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> tuple[Finding, ...]:
    """What is wrong with a live model, which is left as it was.

    `inputs` is one batch: a tensor, a tuple of what `forward` takes by position, or a dictionary of what it takes by
    name; without it, headlint feeds what the published model in it takes, or what its first layer reads. `classes` is
    how many the model is to tell apart. `trainable` are the paths of the modules that are new and are to learn, and
    `optimizer` is what is to train them: what keeps them from it is a finding. The places of findings name the model,
    and have no lines worth reading.

    Raises `CheckError` for a model that can't be run, of which it is not known whether anything is wrong, and
    `ValueError` for a rule that doesn't exist.
    """
    from headlint import demands
    from headlint.runtime.worker.live import history_of
    from headlint.verdict import testimony

    parts = tuple(trainable)
    options = _options(True, select, ignore)
    history = history_of(model, inputs, parts, optimizer)
    told = testimony((rule for rule in known_rules() if options.selects(rule)), [history])
    for crash in told.crashes:
        raise CheckError(f"the rule {crash.rule} failed on it ({crash.error})")
    found = list(told.findings.values())
    if options.selects(demands.RULE):
        found += demands.unmet(history, parts, classes, found)
    if not found and (why := demands.could_not_run(history)):
        raise CheckError(f"{type(model).__name__} could not be run: {why}")
    return tuple(sorted(found, key=lambda finding: (finding.place, finding.rule)))


def _options(
    run: bool,
    select: Iterable[str],
    ignore: Iterable[str],
    entry: str = "",
    arguments: Mapping[str, Any] | None = None,
) -> Options:
    chosen, left_out = frozenset(select), frozenset(ignore)
    strange = (chosen | left_out) - {rule.name for rule in known_rules()}
    if strange:
        raise ValueError(f"there is no rule {min(strange)}")
    return Options(run=run, select=chosen, ignore=left_out, entry=entry, arguments=tuple((arguments or {}).items()))
