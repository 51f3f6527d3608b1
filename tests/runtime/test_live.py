"""Live models without source: what they were built as, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytestmark = pytest.mark.runtime
torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

from torch import nn  # noqa: E402 -- only where torch is
from torchvision import models  # noqa: E402 -- only where torch is

from headlint import verdict  # noqa: E402 -- beside the others
from headlint.history import Readied, Replaced, Returned, Shape, Unknown  # noqa: E402 -- beside the others
from headlint.rule import rules  # noqa: E402 -- beside the others
from headlint.runtime.worker.live import history_of, row_of  # noqa: E402 -- imports torch

if TYPE_CHECKING:
    from headlint.history import History


def built(name: str) -> nn.Module:
    with torch.device("meta"):
        return models.get_model(name, weights=None)


def found(history: History) -> set[str]:
    told = verdict.testimony(rules(), [history])
    assert not told.crashes
    return {finding.rule for finding in told.findings.values()}


@pytest.mark.parametrize("name", ["resnet50", "wide_resnet50_2", "resnext50_32x4d", "vgg16", "vgg16_bn", "vit_b_16"])
def test_siblings_with_the_same_names_are_told_apart_even_with_another_head(name: str) -> None:
    model = built(name)
    assert getattr(row_of(model), "name", "") == name
    last = [path for path, module in model.named_modules() if isinstance(module, nn.Linear)][-1]
    model.get_submodule(last.rpartition(".")[0]).register_module(last.rpartition(".")[2], nn.Linear(3, 3))
    assert getattr(row_of(model), "name", "") == name


def test_a_head_of_the_wrong_width_is_found() -> None:
    model = built("resnet18")
    model.fc = nn.Linear(256, 10, device="meta")
    assert found(history_of(model)) == {"head-width-mismatch"}


def test_a_head_that_nothing_calls_is_found() -> None:
    model = built("vgg16")
    model.fc = nn.Linear(4096, 10, device="meta")
    assert found(history_of(model)) == {"head-never-called"}


def test_a_head_that_the_optimizer_does_not_hold_is_found() -> None:
    model = built("resnet18")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model.fc = nn.Linear(512, 10, device="meta")
    assert found(history_of(model, trainable=["fc"], optimizer=optimizer)) == {"head-not-optimized"}


def test_a_right_model_is_clean_and_returns_its_classes() -> None:
    model = built("resnet18")
    model.fc = nn.Linear(512, 10, device="meta")
    history = history_of(model)
    assert found(history) == set()
    assert [event.path for event in history.of(Replaced)] == ["fc"]
    assert [event.shape for event in history.of(Returned)] == [Shape(("batch", 10))]


def test_an_untouched_model_has_no_surgery() -> None:
    assert not list(history_of(built("resnet18")).of(Replaced))


def test_what_was_loaded_into_a_model_is_not_claimed_unless_the_user_says_so() -> None:
    model = built("resnet18")
    model.fc = nn.Linear(512, 10, device="meta")
    for trainable, wanted in (((), Unknown), (("fc",), bool)):
        ready = next(history_of(model, trainable=trainable).of(Readied))
        assert isinstance(ready.parameters, tuple)
        assert all(isinstance(state.fresh, wanted) for state in ready.parameters if state.path.startswith("fc."))


def test_a_model_is_left_as_it_was() -> None:
    model = nn.Sequential(nn.Linear(8, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    model[0].requires_grad_(False)
    model.train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    history_of(model)
    assert model.training
    assert [parameter.requires_grad for parameter in model[0].parameters()] == [False, False]
    assert all(parameter.grad is None for parameter in model.parameters())
    assert not any(module._forward_pre_hooks or module._forward_hooks for module in model.modules())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
