from __future__ import annotations

from dataclasses import replace

from headlint.history import Known, Layer, Shape, Slot, Unknown
from tests.rules.histories import (
    CONVNEXT,
    VGG16,
    arrived,
    finding,
    findings,
    is_fine,
    linear,
    replaced,
    why_silent,
)

RULE = "whole-head-replaced"
NORM = Layer("LayerNorm2d", Known(768), Known(768), axis=1, parameters=("weight", "bias"))
FLATTEN = Layer("Flatten", Known(768), Known(768))
HEAD = Layer(
    "Sequential",
    Known(768),
    Known(1000),
    children=(("0", NORM), ("1", FLATTEN), ("2", linear(768, 1000))),
    parameters=("0.weight", "0.bias", "2.weight", "2.bias"),
)


def sequential(*layers: Layer) -> Layer:
    names = tuple(f"{number}.weight" for number, layer in enumerate(layers) if layer.parameters)
    children = tuple((str(number), layer) for number, layer in enumerate(layers))
    return Layer("Sequential", Known(768), Known(10), children=children, parameters=names)


def put(new: Layer | Unknown, model=CONVNEXT, old: Layer = HEAD):
    return replaced(model, path="classifier", new=new, old=old)


def test_the_norm_is_lost() -> None:
    found = finding(RULE, put(sequential(FLATTEN, linear(768))))
    assert found.message == "the pretrained LayerNorm2d of `classifier` is lost with the old head"
    assert found.fix is not None
    assert found.fix.title == "replace `classifier[2]` alone"


def test_silent_where_the_new_head_has_a_norm() -> None:
    norm = Layer("LayerNorm", Known(768), Known(768), parameters=("weight", "bias"))
    assert is_fine(RULE, put(sequential(FLATTEN, norm, linear(768))))


def test_silent_where_the_last_layer_alone_is_replaced() -> None:
    assert not findings(RULE, replaced(CONVNEXT, path="classifier.2", new=linear(768)))


def test_silent_where_features_are_wanted() -> None:
    assert is_fine(RULE, put(FLATTEN))


def test_silent_about_lost_dropout() -> None:
    dropout = Layer("Dropout", Known(4096), Known(4096))
    assert not findings(RULE, put(linear(25088), VGG16, sequential(dropout, linear(4096))))


def test_silent_about_random_weights() -> None:
    assert not findings(RULE, put(sequential(FLATTEN, linear(768)), replace(CONVNEXT, pretrained=False)))


def test_silent_where_the_head_can_not_read_what_arrives() -> None:
    meets = arrived(linear(768), 768, 1, 1, model=CONVNEXT, path="classifier")
    assert is_fine(RULE, put(linear(768)), meets)


def test_silent_outside_heads() -> None:
    stage = replace(CONVNEXT, slots=(Slot("features", HEAD, Shape(()), Shape(())),))
    assert not findings(RULE, put(linear(768), stage))


def test_silent_where_the_new_head_is_unknown() -> None:
    assert why_silent(RULE, put(Unknown("`make_head` comes from another file")))
