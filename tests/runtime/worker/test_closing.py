"""What the finished models do: what arrives, what takes part, what comes out, and how they go into training."""

from __future__ import annotations

import pytest

from headlint.history import Arrived, Built, Purpose, Readied, Returned, Shape, Sizes, TookPart, Unknown
from tests.runtime.worker.histories import FIRST, events, only, told

pytestmark = pytest.mark.runtime
pytest.importorskip("torch")
pytest.importorskip("torchvision")


@pytest.mark.parametrize("width", [512, 2048])
def test_the_shape_that_arrives_is_seen_whether_it_fits_or_not(width: int) -> None:
    arrived = only(told(f"model = models.resnet50()\nmodel.fc = nn.Linear({width}, 10)"), Arrived)

    assert arrived.shape == Shape(("batch", 2048))
    assert (arrived.giver, arrived.path, arrived.index) == ("resnet50", "fc", "")


def test_what_comes_after_a_mismatch_is_seen_as_well() -> None:
    history = told(
        """
        model = models.resnet18()
        model.fc = nn.Sequential(nn.Linear(2048, 64), nn.ReLU(), nn.Linear(32, 10))
        """
    )
    first, second = events(history, Arrived)

    assert (first.shape, first.giver, first.index) == (Shape(("batch", 512)), "resnet18", "0")
    assert (second.shape, second.giver, second.index) == (Shape(("batch", 64)), "Linear", "2")
    assert only(history, Returned).shape == Unknown("the forward pass fails at `fc.0`")


UNPOOLED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = models.mobilenet_v2().features
        self.head = nn.Sequential(nn.Flatten(), nn.Linear({width}, 10))

    def forward(self, images):
        return self.head(self.features(images))

net = Net()
"""


def test_a_layer_that_another_size_of_the_images_would_fit_is_told_with_both_sizes() -> None:
    history = told(UNPOOLED.format(width=1280 * 4))

    arrived = next(event for event in events(history, Arrived) if event.path == "head.1")
    assert arrived.shape == Unknown("it fits images of 64 x 64, and not of 224 x 224")
    assert (arrived.giver, arrived.giver_path) == ("mobilenet_v2", "features")
    assert arrived.sizes == Sizes(224, 64, 1280 * 49)
    assert events(history, Returned)[0].sizes == arrived.sizes
    assert events(history, Returned)[0].shape == Shape(("batch", 10))


def test_a_model_of_which_a_part_alone_is_kept_is_never_called_as_a_whole() -> None:
    history = told(
        """
        features = models.squeezenet1_1().features
        features[12] = nn.Conv2d(512, 64, 1)
        whole = models.squeezenet1_1()
        whole.features[12] = nn.Conv2d(512, 64, 1)
        """
    )
    clashes = [event.place.line - FIRST for event in events(history, Arrived) if event.path == "classifier.1"]
    assert clashes == [3]
    assert [event.place.line - FIRST for event in events(history, Returned)] == [2]


def test_a_module_without_parameters_is_no_model_that_gives_something() -> None:
    history = told(
        """
        class Focal(nn.Module):
            def forward(self, scores, labels):
                return nn.functional.cross_entropy(scores, labels)

        criterion = Focal()
        """
    )
    assert not events(history, Returned)


def test_what_gives_lies_at_a_place_in_the_users_own_model() -> None:
    history = told(
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.backbone = models.resnet18()
                self.backbone.fc = nn.Identity()
                self.head = nn.Sequential(nn.Linear(2048, 64), nn.Linear(32, 10))

            def forward(self, images):
                return self.head(self.backbone(images))

        net = Net()
        """
    )
    first, second = events(history, Arrived)[-2:]

    assert (first.giver, first.giver_path) == ("resnet18", "backbone")
    assert first.giver_model == next(built.model.number for built in events(history, Built) if built.model.library)
    assert (second.giver, second.giver_path, second.giver_model) == ("Linear", "head.0", 0)


def test_a_model_that_fits_returns_its_shape() -> None:
    history = told("model = models.vit_b_16()\nmodel.heads.head = nn.Linear(768, 3)")

    assert only(history, Returned).shape == Shape(("batch", 3))
    assert only(history, Returned).traced == "torch.fx"


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        ("model.fc = nn.Linear(512, 10)", True),
        ("model.fc = nn.Identity()", True),
        ("model.head = nn.Linear(512, 10)", False),
        ("model.extra = nn.Dropout(0.5)", False),
    ],
)
def test_a_module_takes_part_or_not(statement: str, answer: bool) -> None:
    assert only(told(f"model = models.resnet18()\n{statement}"), TookPart).answer is answer


def test_the_projection_of_an_attention_takes_part_though_nothing_calls_it() -> None:
    history = told(
        """
        model = models.vit_b_16()
        attention = model.encoder.layers[0].self_attention
        attention.out_proj = nn.modules.linear.NonDynamicallyQuantizableLinear(768, 768)
        """
    )

    assert only(history, TookPart).answer is True


def test_an_auxiliary_head_is_seen_in_training() -> None:
    arrived = only(told("model = models.inception_v3()\nmodel.AuxLogits.fc = nn.Linear(2048, 3)"), Arrived)

    assert arrived.shape == Shape(("batch", 768))


def test_a_width_that_depends_on_the_size_of_images_is_unknown() -> None:
    history = told(
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = nn.Conv2d(3, 8, 3)
                self.head = nn.Linear(8 * 98 * 98, 10)

            def forward(self, x):
                return self.head(self.body(x).flatten(1))

        net = Net()
        """
    )
    shapes = {arrived.path: arrived.shape for arrived in events(history, Arrived)}

    assert isinstance(shapes["body"], Shape)
    assert isinstance(shapes["head"], Unknown)


def test_a_layer_that_reads_the_input_decides_what_it_is() -> None:
    history = told("model = models.resnet18()\nmodel.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)")

    assert events(history, Arrived) == []
    assert only(history, Returned).shape == Shape(("batch", 1000))


def test_a_way_that_depends_on_numbers_is_taken_with_numbers() -> None:
    history = told(
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.head = nn.Linear(4, 3)

            def forward(self, x):
                return self.head(x) if x.sum() > -1 else x

        net = Net()
        """
    )

    assert only(history, Returned).shape == Shape(("batch", 3))
    assert only(history, Returned).traced == "hooks"


def test_parameters_are_told_with_their_state() -> None:
    history = told(
        """
        model = models.resnet18(weights="DEFAULT")
        model.requires_grad_(False)
        model.fc = nn.Linear(512, 10)
        model.head = nn.Linear(512, 10)
        optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.1)
        """
    )
    ready = only(history, Readied)
    assert isinstance(ready.parameters, tuple)
    states = {state.path: state for state in ready.parameters}

    assert ready.purpose is Purpose.TRAINING
    assert (states["fc.weight"].trainable, states["fc.weight"].optimized, states["fc.weight"].fresh) == (True,) * 3
    assert states["conv1.weight"].set_at is not None
    assert states["conv1.weight"].set_at.statement == FIRST + 1
    assert [path for path, state in states.items() if state.gradient is False] == ["head.weight", "head.bias"]


@pytest.mark.parametrize(
    ("statement", "purpose"),
    [("model.eval()", Purpose.INFERENCE), ("pass", Purpose.UNSEEN), ("torch.optim.Adam([])", Purpose.TRAINING)],
)
def test_the_purpose_is_what_the_script_goes_on_to_do(statement: str, purpose: Purpose) -> None:
    assert only(told(f"model = models.resnet18()\n{statement}"), Readied).purpose is purpose


def test_the_state_is_that_of_the_first_training() -> None:
    history = told(
        """
        model = models.resnet18()
        model.requires_grad_(False)
        __headlint__.training(6)
        model.requires_grad_(True)
        """
    )
    ready = only(history, Readied)
    assert isinstance(ready.parameters, tuple)

    assert {state.trainable for state in ready.parameters} == {False}
    assert ready.place.statement == FIRST + 2


def test_a_backbone_is_no_whole_model() -> None:
    history = told(
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.backbone = models.resnet18()

            def forward(self, x):
                return self.backbone(x)

        net = nn.DataParallel(Net()).cuda()
        """
    )

    assert {ready.model.name: ready.whole for ready in events(history, Readied)} == {"Net": True, "resnet18": False}
