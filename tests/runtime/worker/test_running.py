"""A run goes on where it can, stops where the script does, and never reaches out."""

from __future__ import annotations

import pytest

from headlint.history import Arrived, Built, Loaded, OptimizerBuilt, Readied, Returned, Shape
from tests.runtime.worker.histories import FIRST, events, only, told

pytestmark = pytest.mark.runtime
pytest.importorskip("torch")
pytest.importorskip("torchvision")


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("raise ValueError('no such data')", f"line {FIRST + 1} raises ValueError: no such data"),
        ("exit(3)", f"line {FIRST + 1} ends the script"),
        ("raise KeyboardInterrupt", f"line {FIRST + 1} raises KeyboardInterrupt"),
    ],
)
def test_a_script_that_ends_early_is_told_as_far_as_it_came(statement: str, why: str) -> None:
    history = told(f"model = models.resnet18()\n{statement}\nmodel.fc = None")

    assert history.stopped == why
    assert only(history, Returned).shape == Shape(("batch", 1000))


def test_an_entry_point_is_called_and_names_the_scenario() -> None:
    history = told("def build(name):\n    return getattr(models, name)()", call="build('alexnet')")

    assert history.scenario == "build('alexnet')"
    assert only(history, Built).place.statement == FIRST + 1


@pytest.mark.parametrize(
    "statement",
    [
        "model.load_state_dict(torch.load('best.pth'))",
        "model.load_state_dict(torch.load('best.pth')['state_dict'], strict=True)",
        "model.load_state_dict(torch.hub.load_state_dict_from_url('https://somewhere'))",
    ],
)
def test_a_checkpoint_is_never_opened(statement: str) -> None:
    history = told(f"model = models.resnet18()\nmodel.fc = nn.Linear(512, 10)\n{statement}")
    ready = only(history, Readied)

    assert history.stopped == ""
    assert only(history, Loaded).strict is True
    assert isinstance(ready.parameters, tuple)
    assert not any(state.fresh for state in ready.parameters)


def test_an_optimizer_without_parameters_ends_nothing() -> None:
    history = told("model = models.resnet18()\noptimizer = torch.optim.Adam([])\noptimizer.step()")

    assert history.stopped == ""
    assert only(history, OptimizerBuilt).count == 0


def test_an_optimizer_holds_parameters_by_identity() -> None:
    history = told(
        """
        model = models.resnet18()
        groups = [{"params": model.fc.parameters()}, {"params": model.parameters(), "lr": 1e-4}]
        optimizer = torch.optim.SGD(groups, lr=0.1)
        """
    )
    built = only(history, OptimizerBuilt)

    assert isinstance(built.holds, tuple)
    assert (built.count, built.text, built.holds.count((1, "fc.weight"))) == (64, "groups", 2)


def test_tensors_of_the_script_meet_parameters_on_meta() -> None:
    history = told(
        """
        model = models.resnet18().to("cuda").half()
        image = torch.zeros(1, 3, 224, 224).cuda().half()
        out = model(image)
        model.fc.weight.data = torch.zeros(1000, 512)
        weight = torch.zeros(1000, 512)
        weight[:10] = model.fc.weight[:10]
        model.fc.weight = nn.Parameter(weight)
        """
    )

    assert history.stopped == ""


def test_a_copy_has_the_history_of_its_original() -> None:
    history = told(
        """
        import copy
        teacher = models.resnet18(weights="DEFAULT")
        student = copy.deepcopy(teacher)
        student.fc = nn.Linear(1024, 10)
        """
    )

    assert [(built.model.name, built.model.pretrained) for built in events(history, Built)] == [("resnet18", True)] * 2
    assert only(history, Arrived).model.number == 2


@pytest.mark.parametrize("name", ["regnet_y_400mf", "swin_t", "googlenet"])
def test_real_numbers_tell_the_same_as_meta(name: str) -> None:
    text = f"model = models.{name}()\nmodel.unused = nn.Linear(3, 3)"

    assert told(text, device="cpu").events == told(text).events
