from __future__ import annotations

import pytest

from headlint.finding import Severity
from headlint.history import Purpose, Unknown
from tests.rules.histories import (
    RESNET18,
    conv,
    finding,
    findings,
    is_fine,
    optimizer,
    readied,
    replaced,
    resnet,
    state,
)

RULE = "stem-replaced"


def stem(channels: int = 1):
    return replaced(path="conv1", new=conv(channels, 64), old=conv(3, 64))


def test_the_weights_are_lost() -> None:
    found = finding(RULE, stem(), optimizer(), readied((state("conv1.weight", fresh=True),)))
    assert found.message == "the new first layer for 1 channel loses the pretrained weights of resnet18"
    assert found.severity is Severity.WARNING


def test_they_are_lost_for_good() -> None:
    found = finding(RULE, stem(3), optimizer(), readied((state("conv1.weight", trainable=False, fresh=True),)))
    assert found.message.endswith("of resnet18, and is frozen with random ones")
    assert found.severity is Severity.ERROR


@pytest.mark.parametrize("fresh", [False, Unknown("what values it is made of is not known")])
def test_silent_where_values_are_written(fresh) -> None:
    assert not findings(RULE, stem(), optimizer(), readied((state("conv1.weight", fresh=fresh),)))


def test_silent_about_as_many_channels() -> None:
    assert is_fine(RULE, stem(3), optimizer(), readied((state("conv1.weight", fresh=True),)))


def test_silent_without_training() -> None:
    ready = readied((state("conv1.weight", fresh=True),), purpose=Purpose.UNSEEN)
    assert is_fine(RULE, stem(), ready)


def test_silent_about_random_weights() -> None:
    random = resnet(pretrained=False)
    put = replaced(random, path="conv1", new=conv(1, 64), old=conv(3, 64))
    assert not findings(RULE, put, optimizer(random), readied((state("conv1.weight", fresh=True),), model=random))
    assert RESNET18.pretrained is True
