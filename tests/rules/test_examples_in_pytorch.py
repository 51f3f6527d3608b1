"""The examples of rules that the source alone can judge, run as they stand: the bad one misbehaves as its text says.

The examples of all other rules are confirmed by headlint's own run, in `test_witnesses`.
"""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

pytest.importorskip("torch")
pytest.importorskip("torchvision")

from headlint.history import Witness
from headlint.rule import rules
from headlint.zoo.survey.building import nothing_loaded
from tests.scripts import documented

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scripts import Script

pytestmark = [
    pytest.mark.runtime,
    pytest.mark.filterwarnings("ignore"),  # examples of bad habits are warned about
]

CHECKED_ELSEWHERE = {"peft-head-not-saved"}
"""Rules about libraries that tests can't count on; with peft 0.21.2, its examples were run by hand on a small ViT."""


class Ran:
    """What came of an example: its names, what it raised, and what it was warned of."""

    def __init__(self, text: str) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.error: Exception | None = None
        with ExitStack() as stack, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            stack.enter_context(nothing_loaded())
            for target, stand_in in stand_ins():
                stack.enter_context(mock.patch(target, stand_in))
            try:
                exec(compile(text, "example.py", "exec"), self.names)  # running examples is the job
            except Exception as error:
                self.error = error
        self.warned = " ".join(str(one.message) for one in caught)

    def raised(self, kind: type[Exception], part: str) -> bool:
        return isinstance(self.error, kind) and part in str(self.error)

    def __getitem__(self, name: str) -> Any:
        if self.error is not None:
            raise self.error
        return self.names[name]


class Pictures:
    """Two pictures of a data set, prepared as the example asks, with the highest label that there is."""

    classes = tuple(str(number) for number in range(100))

    def __init__(self, *_: Any, transform: Any = None, **__: Any) -> None:
        self._transform = transform

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> tuple[Any, int]:
        import torch
        from PIL import Image

        if index >= len(self):
            raise IndexError
        plain = torch.zeros(3, 64, 64)
        highest = 9 if self._transform is not None else len(self.classes) - 1
        return self._transform(Image.new("RGB", (400, 300))) if self._transform is not None else plain, highest


def stand_ins() -> list[tuple[str, Any]]:
    """Small models without weights of their own in the place of published ones, and pictures of nothing."""
    import timm
    import transformers

    def small(width: int, num_labels: int = 2) -> Any:
        sizes = {"hidden_size": width, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
        return transformers.BertConfig(vocab_size=32, num_labels=num_labels, **sizes)

    def bert(_name: str, num_labels: int = 2) -> Any:
        return transformers.BertForSequenceClassification(small(16, num_labels))

    def backbone(_name: str) -> Any:
        return transformers.BertModel(small(768))

    create = timm.create_model
    return [
        ("torchvision.datasets.ImageFolder", Pictures),
        ("torchvision.datasets.CIFAR100", Pictures),
        ("transformers.Trainer", lambda model: model),
        ("transformers.BertForSequenceClassification.from_pretrained", bert),
        ("transformers.BertModel.from_pretrained", backbone),
        ("timm.create_model", lambda name, **_: create(name)),
    ]


# ---- what each bad example does, and no good one


def moves_statistics(ran: Ran) -> bool:
    return bool(ran["model"].bn1.num_batches_tracked)


def breaks_with_another_backbone(ran: Ran) -> bool:
    import torch

    model = ran["model"]
    try:
        model(torch.zeros(2, 3, 64, 64))
    except RuntimeError as error:
        return "mat1 and mat2 shapes cannot be multiplied" in str(error)
    return False


def broadcasts(ran: Ran) -> bool:
    return "Using a target size" in ran.warned and ran["loss"] is not None


def prepares_otherwise(ran: Ran) -> bool:
    import timm
    import torch
    from PIL import Image

    picture, model = Image.new("RGB", (300, 260), (40, 90, 200)), ran["model"]
    own = timm.data.create_transform(**timm.data.resolve_model_data_config(model))
    return not torch.allclose(ran["prepare"](picture), own(picture), atol=0.05)


def refuses_labels(ran: Ran) -> bool:
    import torch

    model = ran["model"]
    try:
        model(input_ids=torch.ones(4, 3, dtype=torch.long), labels=torch.tensor([0, 9, 1, 2]))
    except ValueError as error:
        return "batch_size" in str(error)
    return False


def takes_names_for_tensors(ran: Ran) -> bool:
    import torch

    model, tokens = ran["model"], torch.ones(2, 3, dtype=torch.long)
    try:
        model(tokens, tokens)
    except TypeError as error:
        return "must be Tensor, not str" in str(error)
    return False


def begins_at_random(ran: Ran) -> bool:
    """Whether the first layer holds something else than sums of what stood there, which is the same everywhere."""
    return ran["model"].conv1.weight.flatten().unique().numel() > 1


SMALL = {"3, 224, 224": "3, 64, 64"}
ON_META = {
    ".cuda()": '.to("meta")',
    "cross_entropy(": "mse_loss(",
    ", torch.zeros(2, dtype=torch.long)": ", torch.zeros(2, 10)",
}
SYMPTOMS: dict[str, tuple[Callable[[Ran], bool], dict[str, str]]] = {
    "batchnorm-drifts": (moves_statistics, SMALL),
    "class-count-mismatch": (lambda ran: ran.raised(IndexError, "out of bounds"), {}),
    "deprecated-pretrained": (lambda ran: "'pretrained' is deprecated" in ran.warned, {}),
    "ema-before-surgery": (lambda ran: ran.raised(RuntimeError, "The size of tensor a (1000) must match"), {}),
    "fixed-input-size": (
        lambda ran: ran.raised(AssertionError, "Wrong image height! Expected 224 but got 256!"),
        {"vit_b_16": "vit_b_32"},
    ),
    "hardcoded-in-features": (breaks_with_another_backbone, {"resnet18": "resnet50"}),
    "head-dtype": (lambda ran: ran.raised(RuntimeError, "must have the same dtype, but got Half and Float"), SMALL),
    "head-on-other-device": (lambda ran: ran.raised(RuntimeError, "is not on the expected device meta"), ON_META),
    "loss-shape-mismatch": (broadcasts, SMALL),
    "output-unpacked": (takes_names_for_tensors, {}),
    "preprocessing-mismatch": (prepares_otherwise, {"vit_base_patch16_224": "vit_tiny_patch16_224"}),
    "stale-num-labels": (refuses_labels, {}),
    "stem-replaced": (
        begins_at_random,
        {'weights="IMAGENET1K_V1")': 'weights="IMAGENET1K_V1")\nnn.init.constant_(model.conv1.weight, 0.25)'},
    ),
}
"""What the bad examples of a rule do, and what is written otherwise in them to have that happen here."""


def test_every_rule_that_no_run_confirms_is_here() -> None:
    alone = {rule.name for rule in rules() if rule.witnesses == {Witness.STATIC}}
    assert alone <= SYMPTOMS.keys() | CHECKED_ELSEWHERE


EXAMPLES = [script for script in documented() if script.name.partition("/")[0] in SYMPTOMS]


@pytest.mark.parametrize("script", EXAMPLES, ids=[script.name for script in EXAMPLES])
def test_the_bad_example_misbehaves_and_the_good_one_does_not(script: Script) -> None:
    shows, otherwise = SYMPTOMS[script.name.partition("/")[0]]
    text = script.text
    for old, new in otherwise.items():
        text = text.replace(old, new)
    assert shows(Ran(text)) is script.name.endswith("_bad.py")
