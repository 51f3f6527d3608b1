"""What a script writes on models is told, with places, paths and what stood there."""

from __future__ import annotations

import pytest

from headlint.history import Absent, Built, GradientSet, Known, Layer, Owner, Replaced, Unknown, Wrote
from tests.runtime.worker.histories import FIRST, events, only, told

pytestmark = pytest.mark.runtime
pytest.importorskip("torch")
pytest.importorskip("torchvision")


@pytest.mark.parametrize(
    ("call", "name", "pretrained"),
    [
        ("models.resnet18()", "resnet18", False),
        ("models.resnet18(pretrained=True)", "resnet18", True),
        ("models.vgg11(weights='DEFAULT')", "vgg11", True),
        ("models.vgg11(weights=models.VGG11_Weights.IMAGENET1K_V1)", "vgg11", True),
        ("models.get_model('ResNet18', weights=None)", "resnet18", False),
        ("getattr(models, 'alexnet')(False)", "alexnet", False),
        ("models.quantization.resnet18(quantize=False)", "quantized_resnet18", False),
    ],
)
def test_a_builder_tells_what_it_builds(call: str, name: str, pretrained: bool) -> None:
    built = only(told(f"model = {call}"), Built)

    assert (built.model.library, built.model.name, built.model.pretrained) == ("torchvision", name, pretrained)
    assert built.place.statement == FIRST
    assert built.callee == call.rpartition("(")[0]


def test_a_builder_called_by_another_builder_is_no_model_of_its_own() -> None:
    history = told("model = models.detection.fasterrcnn_resnet50_fpn()")

    assert [built.model.name for built in events(history, Built)] == ["fasterrcnn_resnet50_fpn"]


@pytest.mark.parametrize(
    ("statement", "path", "target"),
    [
        ("model.classifier = nn.Linear(9216, 10)", "classifier", "model.classifier"),
        ("model.classifier[6] = nn.Linear(4096, 10)", "classifier.6", "model.classifier[6]"),
        ("setattr(model.classifier, '6', nn.Linear(4096, 10))", "classifier.6", "model.classifier.6"),
        ("model.classifier.add_module('6', nn.Linear(4096, 10))", "classifier.6", "model.classifier.6"),
        ("model.classifier.append(nn.Linear(1000, 10))", "classifier.7", "model.classifier[7]"),
        ("model._modules['classifier'][6] = nn.Linear(4096, 10)", "classifier.6", "model._modules['classifier'][6]"),
    ],
)
def test_a_replacement_is_told_with_its_path(statement: str, path: str, target: str) -> None:
    replaced = only(told(f"model = models.alexnet()\n{statement}"), Replaced)

    assert (replaced.path, replaced.target, replaced.place.statement) == (path, target, FIRST + 1)


def test_a_replacement_tells_both_layers() -> None:
    replaced = only(told("model = models.resnet18()\nmodel.fc = nn.Linear(512, 10)"), Replaced)

    assert replaced.old == Layer("Linear", Known(512), Known(1000), parameters=("weight", "bias"))
    assert replaced.new == Layer("Linear", Known(512), Known(10), parameters=("weight", "bias"))
    assert replaced.readable == "model.fc.in_features"


def test_a_new_attribute_had_nothing_before() -> None:
    replaced = only(told("model = models.resnet18()\nmodel.head = nn.Linear(512, 10)"), Replaced)

    assert isinstance(replaced.old, Absent)


OWN = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = 2
            self.backbone = models.resnet18()
            self.backbone.fc = nn.Identity()
            self.head = nn.Linear(512, 10)

        def forward(self, x):
            return self.head(self.backbone(x))

    net = Net()
"""


def test_a_backbone_in_an_own_class_is_a_model_of_its_own() -> None:
    history = told(OWN)

    assert [(built.model.name, built.place.statement) for built in events(history, Built)] == [
        ("Net", FIRST + 11),
        ("resnet18", FIRST + 4),
    ]
    assert [(event.model.name, event.path) for event in events(history, Replaced)] == [
        ("Net", "backbone"),
        ("resnet18", "fc"),
        ("Net", "head"),
    ]
    assert events(history, Wrote) == []


def test_writes_on_modules_and_parameters_are_told_and_counted() -> None:
    history = told(
        """
        model = models.resnet18()
        model.fc.out_features = 10
        model.fc.requires_grad = True
        for p in model.layer4.parameters():
            p.require_grad = False
        """
    )
    width, flag, typo = events(history, Wrote)

    assert (width.path, width.kind, width.before, width.value) == ("fc", "Linear", Known(1000), Known(10))
    assert (flag.owner, flag.target, flag.before) == (Owner.MODULE, "model.fc", Absent())
    assert (typo.owner, typo.path, typo.count, typo.name) == (Owner.PARAMETER, "layer4", 15, "require_grad")


def test_a_property_of_an_own_class_is_no_made_up_attribute() -> None:
    history = told(
        """
        class Gate(nn.Linear):
            @property
            def open(self):
                return True

            @open.setter
            def open(self, value):
                self.bias.requires_grad_(value)

        gate = Gate(3, 3)
        gate.open = False
        """
    )

    assert events(history, Wrote) == []


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("model.requires_grad_(False)", "model"),
        ("for p in model.parameters(): p.requires_grad = False", "model.parameters()"),
        ("for p in model.parameters(): p.requires_grad_(False)", "model.parameters()"),
        ("for name, p in model.named_parameters(): setattr(p, 'requires_grad', False)", "model.named_parameters()"),
    ],
)
def test_freezing_is_told_once_with_all_parameters(statement: str, text: str) -> None:
    frozen = only(told(f"model = models.resnet18()\n{statement}"), GradientSet)

    assert isinstance(frozen.parameters, tuple)
    assert len(frozen.parameters) == 62
    assert (frozen.to, frozen.text, frozen.place.statement) == (False, text, FIRST + 1)


def test_a_width_that_nobody_knows_is_unknown() -> None:
    history = told(
        """
        from headlint.runtime.worker.holes import HoleInt
        model = models.resnet18()
        model.fc = nn.Linear(HoleInt(), HoleInt())
        """
    )
    new = only(history, Replaced).new

    assert isinstance(new, Layer)
    assert isinstance(new.takes, Unknown)
    assert isinstance(new.gives, Unknown)


def test_everything_is_as_before_when_a_run_is_over() -> None:
    import torch
    from torch import nn
    from torchvision import models

    watched = [
        (nn.Module, "__setattr__"),
        (nn.Module, "load_state_dict"),
        (nn.Parameter, "__setattr__"),
        (torch.Tensor, "to"),
        (torch.optim.Optimizer, "__init__"),
        (models, "resnet18"),
        (torch, "load"),
    ]
    before = [getattr(owner, name) for owner, name in watched]
    told("model = models.resnet18()")

    assert [getattr(owner, name) for owner, name in watched] == before
    assert not nn.Linear(1, 1).weight.is_meta
