"""Live models, and what their callers ask of them."""

from __future__ import annotations

import pytest

import headlint

pytestmark = pytest.mark.runtime
torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

from torch import nn  # noqa: E402 -- only where torch is
from torchvision import models  # noqa: E402 -- only where torch is


def resnet(head: nn.Module | None = None) -> nn.Module:
    with torch.device("meta"):
        model = models.resnet18(weights=None)
        model.fc = head or nn.Linear(512, 10)
    return model


def told(model: nn.Module, *args: object, **named: object) -> list[tuple[str, str]]:
    return [(finding.rule, finding.message) for finding in headlint.check_model(model, *args, **named)]


def test_a_right_model_is_clean() -> None:
    model = resnet()
    optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.1)
    assert told(model, classes=10, trainable=["fc"], optimizer=optimizer) == []


def test_a_mistake_in_the_model_itself() -> None:
    model = resnet(nn.Linear(256, 10, device="meta"))
    ((rule, message),) = told(model, classes=10, trainable=["fc"])
    assert (rule, message) == ("head-width-mismatch", "the new head takes 256 features, but resnet18 gives it 512")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("layer4", "60"),
        ("head", "`head` is to learn, but resnet18 has no parameters there; its head is `fc`"),
        ("fc", "`fc` is to learn, but 2 of its 2 parameters are frozen"),
    ],
)
def test_a_part_that_will_not_learn(path: str, why: str) -> None:
    model = resnet()
    model.fc.requires_grad_(False)
    found = told(model, trainable=[path])
    assert [why in message for _, message in found] == ([True] if why != "60" else [])


def test_a_part_that_the_optimizer_does_not_hold() -> None:
    model = resnet()
    optimizer = torch.optim.SGD([model.fc.weight], lr=0.1)
    assert told(model, trainable=["fc"], optimizer=optimizer) == [
        ("demand-unmet", "`fc` is to learn, but the SGD holds 1 of its 2 parameters")
    ]


def test_a_part_that_takes_no_part() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head = nn.Linear(8, 4), nn.Linear(4, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.body(x)

    ((rule, message),) = told(Net(), trainable=["head"])
    assert rule == "demand-unmet"
    assert "no gradient reaches it" in message


def test_the_class_count() -> None:
    assert told(resnet(), classes=10) == []
    assert told(resnet(), classes=12) == [
        ("demand-unmet", "the model is to give 12 classes, but its output has the shape (batch, 10)")
    ]
    assert told(resnet(), classes=12, ignore=["demand-unmet"]) == []


class Late(nn.Module):
    """A model that no guess can feed."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.pixels = nn.Embedding(50, 8), nn.Conv2d(1, 8, 3)
        self.head = nn.Linear(16, 3)

    def forward(self, batch: dict[str, torch.Tensor], scale: float) -> torch.Tensor:
        words = self.words(batch["words"]).mean(1)
        return self.head(torch.cat([words, self.pixels(batch["pixels"]).mean((2, 3))], 1) * scale)


def test_a_model_that_cannot_be_run_has_not_passed() -> None:
    with pytest.raises(headlint.CheckError, match="Late could not be run: its forward pass stops with"):
        headlint.check_model(Late())


@pytest.mark.parametrize("pixels", [(5, 1, 28, 28), (5, 3, 28, 28)])
def test_inputs_of_any_kind(pixels: tuple[int, ...]) -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pixels, self.words, self.head = nn.Conv2d(pixels[1], 8, 3), nn.Embedding(50, 8), nn.Linear(16, 3)

        def forward(self, image: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
            assert image.shape[1:] == pixels[1:]
            return self.head(torch.cat([self.words(words).mean(1), self.pixels(image).mean((2, 3))], 1))

    batch = torch.rand(pixels), torch.zeros(5, 7, dtype=torch.long)
    assert told(Two(), batch, classes=3) == []
    assert told(Two(), dict(zip(("image", "words"), batch, strict=True)), classes=3) == []
    assert len(told(Two(), batch, classes=4)) == 1


def test_a_model_is_left_as_it_was_and_chance_too() -> None:
    model = nn.Sequential(nn.Linear(8, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 2))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    torch.manual_seed(1)
    wanted = torch.rand(3)
    torch.manual_seed(1)
    headlint.check_model(model)
    assert torch.equal(torch.rand(3), wanted)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
