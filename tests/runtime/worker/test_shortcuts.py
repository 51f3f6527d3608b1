"""What a shortcut gives on meta is what torch gives there."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from headlint.runtime.worker.running.audit import reached  # noqa: E402
from headlint.runtime.worker.watching.mixing import Mixing  # noqa: E402

pytestmark = pytest.mark.runtime


def tensor(*shape: int, **options):
    return torch.empty(shape, device="meta", **options)


def weight(*shape: int):
    return nn.Parameter(tensor(*shape))


CALLS = {
    "relu": (functional.relu, weight(2, 3)),
    "gelu": (functional.gelu, weight(2, 3)),
    "dropout": (lambda one: functional.dropout(one, 0.5), weight(2, 3)),
    "relu in place": (lambda one: functional.relu(one * 1, inplace=True), weight(2, 3)),
    "sum": (lambda one, other: one + other, weight(2, 3), weight(2, 3)),
    "sum over another shape": (lambda one, other: one + other, weight(2, 3), weight(4, 2, 3)),
    "product": (lambda one, other: one * other, weight(2, 3), weight(2, 3)),
    "product with a number": (lambda one: one * 2.5, weight(2, 3)),
    "attention": (functional.scaled_dot_product_attention, weight(2, 4, 5, 8), weight(2, 4, 7, 8), weight(2, 4, 7, 6)),
    "multi-head attention": (lambda one: nn.MultiheadAttention(8, 2, device="meta")(one, one, one)[0], weight(5, 2, 8)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_shapes_and_the_way_back(call) -> None:
    function, *given = call
    expected = function(*given)
    with Mixing():
        found = function(*given)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    assert {id(one) for one in given} <= reached([found])
    assert {id(one) for one in given} <= reached([expected])


@pytest.mark.parametrize(
    "fill",
    [
        nn.init.normal_,
        nn.init.uniform_,
        nn.init.trunc_normal_,
        nn.init.kaiming_normal_,
        nn.init.xavier_uniform_,
        lambda one: nn.init.constant_(one, 0.5),
    ],
)
def test_an_initialiser_gives_what_it_was_given(fill) -> None:
    filled = weight(4, 3)
    with Mixing():
        assert fill(filled) is filled


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: functional.relu(weight(2), inplace=True), RuntimeError),
        (lambda: weight(2).normal_(), RuntimeError),
        (lambda: tensor(2, dtype=torch.long).normal_(), RuntimeError),
        (lambda: nn.init.kaiming_normal_(weight(2)), ValueError),
        (lambda: tensor(2, 3) + tensor(2, 4), RuntimeError),
        (
            lambda: functional.scaled_dot_product_attention(tensor(2, 5, 8), tensor(2, 7, 6), tensor(2, 7, 6)),
            RuntimeError,
        ),
    ],
)
def test_what_torch_refuses_is_refused(call, error) -> None:
    with pytest.raises(error):
        call()
    with Mixing(), pytest.raises(error):
        call()
