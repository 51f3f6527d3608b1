"""Holes survive what scripts do to values, and numbers that nobody knows stay marked."""

from __future__ import annotations

import math
from contextlib import nullcontext

import pytest

from headlint.runtime.worker.holes import (
    Hole,
    HoleFloat,
    HoleInt,
    HoleModule,
    counts,
    filled,
    is_hole,
    length,
    whole,
)

ACTS = {
    "attribute": lambda h: h.a.b.c,
    "call": lambda h: h(1, two=2),
    "item": lambda h: h["a"][0][1:2],
    "slice of many": lambda h: h[:, 0, ...],
    "arithmetic": lambda h: (h + 1) * 2 / h - 3 // h % 2,
    "reflected": lambda h: 1 + (2 * (3 - h)),
    "matrix": lambda h: h @ h,
    "bits": lambda h: ~(h & 1) ^ h | h,
    "negative": lambda h: -h,
    "absolute": abs,
    "power": lambda h: h**2,
    "next": lambda h: next(iter(h)),
    "context": lambda h: h.__enter__(),
    "round": round,
}


@pytest.mark.parametrize("act", list(ACTS))
def test_what_is_done_to_a_hole_gives_a_hole(act: str) -> None:
    assert is_hole(ACTS[act](Hole("thing")))


def test_a_hole_unpacks_into_as_many_as_are_wanted() -> None:
    one, (two, three), *rest = Hole()
    assert all(map(is_hole, (one, two, three, *rest)))
    many = tuple(Hole())
    assert len(many) == 1
    first, _, _, _, _, _, _, _, _, last = Hole()
    assert is_hole(first)
    assert is_hole(last)


def test_a_hole_that_is_handed_on_by_name_names_nothing() -> None:
    def take(**named: object) -> dict[str, object]:
        return named

    assert take(**Hole()) == {}
    assert take(a=1, **Hole()) == {"a": 1}


@pytest.mark.runtime
def test_an_unknown_kernel_size_has_as_many_axes_as_its_layer() -> None:
    utils = pytest.importorskip("torch.nn.modules.utils")
    assert len(utils._pair(Hole())) == 2
    assert len(utils._triple(Hole())) == 3


def test_a_loop_over_a_hole_turns_once() -> None:
    assert len([pair for pair in Hole()]) == 1  # noqa: C416 -- the loop is what is tested


@pytest.mark.parametrize("other", [1, "x", None, (), Hole()])
def test_a_hole_is_neither_equal_nor_unequal(other: object) -> None:
    assert not (Hole() == other)  # noqa: SIM201 -- both operators are tested
    assert not (Hole() != other)  # noqa: SIM202 -- both operators are tested


def test_a_hole_passes_the_checks_of_learning_rates() -> None:
    rate = Hole("lr")
    assert 0.0 <= rate < 1.0
    assert not rate < 0.0
    assert not rate > 1


def test_a_hole_is_false_so_that_optional_parts_stay_out() -> None:
    assert not Hole()


def test_a_hole_keeps_what_is_written_to_it() -> None:
    config = Hole("config")
    config.rate = 3
    config["size"] = 4
    assert (config.rate, config["rate"], config.size) == (3, 3, 4)
    assert config.other is config.other


def test_a_hole_can_be_a_base_class_a_decorator_and_a_context() -> None:
    class Callback(Hole("pl").Callback):  # type: ignore[misc]
        def own(self) -> int:
            return 1

    @Hole("hydra").main(config_path="conf")
    def main(config: object, count: int) -> tuple[object, object]:
        return config, count

    with Hole("autocast")(), nullcontext():
        pass
    assert Callback().own() == 1
    assert is_hole(Callback().elsewhere)
    assert [type(value) for value in main()] == [Hole, HoleInt]


def test_what_is_only_wrapped_comes_back() -> None:
    model, optimizer = object(), object()
    assert Hole("accelerator").prepare(model, optimizer) == (model, optimizer)
    assert Hole("accelerator").prepare(model) is model


MARKED = {
    "sum": HoleInt() + 1,
    "reflected": 2 * HoleInt(),
    "whole division": HoleInt() // 2,
    "division": HoleInt() / 2,
    "negative": -HoleInt(),
    "power": HoleInt() ** 2,
    "round": round(HoleInt() / 2),
    "ceiling": math.ceil(HoleInt() / 2),
    "int of a fraction": whole(HoleInt() / 2),
    "int of a hole": whole(Hole()),
    "length of a hole": length(Hole()),
    "length of what was filled from one": length([Hole(), Hole()]),
    "length of a dictionary": length({"a": Hole()}.values() and {Hole(): 1}),
    "remainder and quotient": divmod(HoleInt(), 2)[0],
    "largest": max(HoleInt(), 3),
}


@pytest.mark.parametrize("case", list(MARKED))
def test_what_is_calculated_from_an_unknown_number_is_marked(case: str) -> None:
    assert isinstance(MARKED[case], (HoleInt, HoleFloat))
    assert is_hole(MARKED[case])


@pytest.mark.parametrize("value", [0, 7, 1.5, "x", None, (), [], print])
def test_real_values_are_no_holes(value: object) -> None:
    assert not is_hole(value)


def test_int_and_len_of_real_values_are_what_they_are() -> None:
    assert whole("12") == 12
    assert whole("ff", 16) == 255
    assert whole() == 0
    assert length([1, 2, 3]) == 3
    assert not is_hole(length([1, 2, 3]))


@pytest.mark.parametrize("name", ["num_classes", "NUM_CLASSES", "n_classes", "num_labels"])
def test_names_of_class_counts_give_numbers(name: str) -> None:
    assert counts(name)
    assert isinstance(getattr(Hole("config"), name), HoleInt)


def test_a_missing_package_has_everything() -> None:
    package = HoleModule("wandb")
    assert is_hole(package.init(project="x"))
    with pytest.raises(AttributeError):
        package.__nothing__  # noqa: B018 -- the access is what is tested


def test_a_filled_function_keeps_its_defaults_and_its_given_arguments() -> None:
    @filled
    def build(name: str, num_classes, size: int = 3, *rest: int, flag: bool, **more: int) -> tuple[object, ...]:  # type: ignore[no-untyped-def]
        return name, num_classes, size, rest, flag, more

    name, count, size, rest, flag, more = build("vgg")
    assert (name, size, rest, more) == ("vgg", 3, (), {})
    assert isinstance(count, HoleInt)
    assert is_hole(flag)
