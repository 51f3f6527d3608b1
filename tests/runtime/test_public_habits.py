"""What people really write, small: each of these once kept a run from its verdict, or made it tell an untruth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headlint.history import LossMet, Normalized, OptimizerBuilt, Readied, Replaced, Returned, Shape, Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from headlint.history import Event, History
    from headlint.runtime.client import Outcome, Runner

pytestmark = pytest.mark.runtime
pytest.importorskip("torch")

HEAD = "import sys\nimport torch\nimport torch.nn as nn\nfrom torchvision import models\n"
BUILD = "    model = models.resnet18(weights=None)\n    model.fc = nn.Linear(512, 10)\n"


def events(outcome: Outcome, kind: type[Event]) -> list[Event]:
    return [event for history in outcome.histories for event in history.of(kind)]


def shapes(outcome: Outcome) -> list[str]:
    return [str(getattr(event.shape, "why", event.shape)) for event in events(outcome, Returned)]


@pytest.mark.parametrize("ending", ["sys.exit(main())", "raise SystemExit(main())", "exit(main())"])
def test_a_script_that_ends_with_what_its_main_returns(runner: Runner, ending: str) -> None:
    outcome = runner.run(
        "train.py", f"{HEAD}def main():\n{BUILD}    return 0\n\nif __name__ == '__main__':\n    {ending}\n"
    )
    assert (outcome.why, shapes(outcome)) == ("", ["(batch, 10)"])


def test_a_script_that_ends_early_where_something_is_missing_goes_on(runner: Runner) -> None:
    check = "if not os.path.exists('data'):\n    raise SystemExit('no data')\n"
    text = f"{HEAD}import os\n{check}def main():\n{BUILD}\nmain()\n"
    assert shapes(runner.run("train.py", text)) == ["(batch, 10)"]


def test_a_model_for_another_image_size_than_its_backbone(runner: Runner) -> None:
    text = f"""{HEAD}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = models.densenet121(weights=None).features
        self.head = nn.Linear(1024, 10)
    def forward(self, x):
        return self.head(nn.functional.avg_pool2d(self.features(x), 8).flatten(1))
model = Net()
"""
    assert "(batch, 10)" in shapes(runner.run("net.py", text))


def test_a_model_of_images_and_captions(runner: Runner) -> None:
    text = f"""{HEAD}
class Captioner(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = models.resnet18(weights=None)
        self.encoder.fc = nn.Linear(512, 32)
        self.words = nn.Embedding(100, 32)
        self.rnn = nn.LSTM(32, 64, batch_first=True)
        self.out = nn.Linear(64, 100)
    def forward(self, images, captions, lengths):
        first = self.encoder(images).unsqueeze(1)
        steps = torch.cat([first, self.words(captions)], 1)
        return self.out(self.rnn(steps)[0])
model = Captioner()
"""
    assert "(batch, 17, 100)" in shapes(runner.run("captions.py", text))


def test_a_count_of_what_an_unknown_file_would_have_filled_is_unknown(runner: Runner) -> None:
    text = f"""{HEAD}
names = []
for line in open('classes.txt').readlines():
    if line.strip():
        names.append(line)
model = models.resnet18(weights=None)
model.fc = nn.Linear(512, len(names))
"""
    (event,) = events(runner.run("train.py", text), Replaced)
    assert isinstance(event.new.gives, Unknown)


def test_an_optimizer_that_is_handed_something_unknown_may_hold_anything(runner: Runner) -> None:
    text = f"""{HEAD}from nowhere import more_parameters
model = models.resnet18(weights=None)
model.fc = nn.Linear(512, 10)
optimizer = torch.optim.SGD(list(model.layer4.parameters()) + [more_parameters()], lr=0.1)
"""
    outcome = runner.run("train.py", text)
    (built,) = events(outcome, OptimizerBuilt)
    assert isinstance(built.holds, Unknown)
    (ready,) = events(outcome, Readied)
    assert all(isinstance(one.optimized, Unknown) for one in ready.parameters if one.path.startswith("fc."))


def test_a_part_that_nobody_knows_is_named_as_the_reason(runner: Runner) -> None:
    text = f"""{HEAD}from nowhere import backbone
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = backbone()
        self.head = nn.Linear(512, 10)
    def forward(self, x):
        return self.head(self.body(x))
model = Net()
"""
    outcome = runner.run("net.py", text)
    assert "what its `body` is depends on a value that only exists when the script really runs" in shapes(outcome)[0]
    assert all(isinstance(ready.parameters, Unknown) for ready in events(outcome, Readied))


def test_a_relative_import_out_of_a_folder_that_is_no_package(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "pkg" / "train").mkdir(parents=True)
    (tmp_path / "pkg" / "net.py").write_text(f"{HEAD}def build():\n{BUILD}    return model\n")
    text = "from ..net import build\n\ndef run():\n    return build()\n"
    outcome = runner.run(str(tmp_path / "pkg" / "train" / "run.py"), text)
    assert shapes(outcome) == ["(batch, 10)"]


def test_a_module_that_the_script_finds_by_itself_is_as_tolerant_as_the_script(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "nets.py").write_text(
        f"{HEAD}import pandas as pd\nimport nowhere\ndef build():\n{BUILD}    return model\n"
    )
    (tmp_path / "scripts").mkdir()
    text = f"import sys\nsys.path.append({str(tmp_path / 'lib')!r})\nfrom nets import build\nmodel = build()\n"
    outcome = runner.run(str(tmp_path / "scripts" / "run.py"), text)
    assert (outcome.why, shapes(outcome)) == ("", ["(batch, 10)"])


def test_comparing_what_is_unknown_gives_what_is_unknown(runner: Runner) -> None:
    text = f"""{HEAD}from nowhere import labels, outputs
right = (outputs.argmax(1) == labels).sum().item()
model = models.resnet18(weights=None if labels != outputs else None)
model.fc = nn.Linear(512, 10)
"""
    outcome = runner.run("train.py", text)
    assert (outcome.why, shapes(outcome)) == ("", [str(Shape(("batch", 10)))])


def told(history: History) -> str:
    return history.scenario


@pytest.mark.parametrize("test", ["name in NETS", "name not in NETS"])
def test_the_names_that_a_list_of_constructors_allows(runner: Runner, test: str) -> None:
    text = f"""{HEAD}
NETS = {{'small': models.resnet18, 'large': models.resnet34}}
def build(name):
    if {test}:
        pass
    model = NETS[name](weights=None)
    model.fc = nn.Linear(512, 10)
    return model
"""
    assert {'build(name="large")', 'build(name="small")'} <= set(map(told, runner.run("nets.py", text).histories))


def test_what_a_script_would_have_called_is_called_where_it_came_to_nothing(runner: Runner) -> None:
    text = f"""{HEAD}from nowhere import Base
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = models.resnet18(weights=None)
        self.body.fc = nn.Linear(512, 10)
    def forward(self, x):
        return self.body(x)
class Experiment(Base):
    def start(self):
        self.net = Net()
Experiment().start
"""
    outcome = runner.run("experiment.py", text)
    assert "(batch, 10)" in shapes(outcome)


@pytest.mark.parametrize(("width", "is_known"), [("1024 * 7 * 5", False), ("1000 * 7 * 5", True)])
def test_a_width_that_an_unusual_image_size_would_give_is_not_called_wrong(
    runner: Runner, width: str, is_known: bool
) -> None:
    from headlint.history import Arrived

    text = f"""{HEAD}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = models.densenet121(weights=None).features
        self.head = nn.Linear({width}, 10)
    def forward(self, x):
        return self.head(torch.flatten(self.features(x), 1))
net = Net()
print(net(torch.randn(1, 3, 224, 224)).shape)
"""
    told = [event.shape for event in events(runner.run("net.py", text), Arrived) if event.path == "head"]
    assert [not isinstance(shape, Unknown) for shape in told] == [is_known]


def test_an_optimizer_of_what_an_unknown_condition_picks_is_not_called_empty(runner: Runner) -> None:
    text = f"""{HEAD}from nowhere import wanted
model = models.resnet18(weights=None)
picked = []
for name, parameter in model.named_parameters():
    if name in wanted:
        picked.append(parameter)
optimizer = torch.optim.SGD(picked, lr=0.1)
"""
    (built,) = events(runner.run("train.py", text), OptimizerBuilt)
    assert isinstance(built.count, Unknown)


def test_a_width_that_a_smaller_image_gives_is_left_open(runner: Runner) -> None:
    from headlint.history import Arrived

    text = f"""{HEAD}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(*list(models.densenet121(weights=None).children())[:-1])
        self.head = nn.Linear(1024, 10)
    def forward(self, x):
        return self.head(torch.flatten(self.trunk(x), 1))
net = Net()
"""
    told = [event.shape for event in events(runner.run("net.py", text), Arrived) if event.path == "head"]
    assert [type(shape) for shape in told] == [Unknown]


def test_a_choice_of_the_command_line_is_taken_behind_the_guard_as_well(runner: Runner) -> None:
    text = f"""{HEAD}import argparse

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="small", choices=["small", "large"])
    args = parser.parse_args()
    if args.model == "small":
        model = models.resnet18(weights=None)
        model.fc = nn.Linear(512, 10)
    else:
        model = models.resnet50(weights=None)
        model.fc = nn.Linear(512, 10)

if __name__ == "__main__":
    main()
"""
    outcome = runner.run("train.py", text)
    assert [history.scenario for history in outcome.histories] == ["", "--model large"]
    assert shapes(outcome) == ["(batch, 10)", "the forward pass fails at `fc`"]


OWN_ENDING = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = models.resnet18(weights=None)
        self.trunk.fc = nn.Linear(512, 5)

    def forward(self, images):
        weights = torch.exp(self.trunk(images))
        return {ending}

def train(loader):
    model = Net()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for images, labels in loader:
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
"""


def test_rows_that_sum_to_one_are_a_softmax_whatever_code_makes_them(runner: Runner) -> None:
    text = HEAD + OWN_ENDING.format(ending="weights / weights.sum(dim=1, keepdim=True)")
    (met,) = events(runner.run("net.py", text), LossMet)
    (last,) = met.activations
    assert (last.kind, last.text) == ("Softmax", "weights / weights.sum(dim=1, keepdim=True)")
    assert last.place.line == text[: text.index("return weights")].count("\n") + 1


def test_rows_that_sum_to_something_else_are_none(runner: Runner) -> None:
    (met,) = events(runner.run("net.py", HEAD + OWN_ENDING.format(ending="weights / weights.max()")), LossMet)
    assert isinstance(met.activations, Unknown)


TRAINED_BY_A_TRAINER = """
import lightning
class Net(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.body = models.resnet18(weights="IMAGENET1K_V1")
        self.body.requires_grad_(False)
        self.body.fc = nn.Linear(512, 4)
    def on_train_epoch_start(self):
        {hook}
    def forward(self, x):
        return self.body(x)
    def training_step(self, batch, index):
        images, labels = batch
        return nn.functional.cross_entropy(self(images), labels)
    def configure_optimizers(self):
        return torch.optim.Adam(self.body.fc.parameters())
lightning.Trainer().fit(Net())
"""


@pytest.mark.parametrize(("hook", "knows"), [("pass", True), ("self.body.eval()", False)])
def test_a_model_that_is_made_for_its_trainer(runner: Runner, hook: str, knows: bool) -> None:
    outcome = runner.run("net.py", HEAD + TRAINED_BY_A_TRAINER.format(hook=hook))
    assert [event.count for event in events(outcome, OptimizerBuilt)] == [2]
    assert [not isinstance(event.moving, Unknown) for event in events(outcome, Normalized)] == [knows]


WITHOUT_FORWARD = """
import lightning
class Net(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.body = models.resnet50(weights="IMAGENET1K_V1")
        self.body.fc = nn.Linear(512, 4)
    def training_step(self, batch, index):
        images, labels = batch
        return nn.functional.cross_entropy(self.body(images), labels)
    def configure_optimizers(self):
        return torch.optim.Adam(self.body.parameters())
net = Net()
"""


def test_what_a_training_step_calls_is_run_where_there_is_no_forward_pass(runner: Runner) -> None:
    outcome = runner.run("net.py", HEAD + WITHOUT_FORWARD)
    assert shapes(outcome) == ["the forward pass fails at `fc`"]


@pytest.mark.parametrize(("width", "told"), [(256, "(batch, 10)"), (128, "the forward pass fails at `head`")])
def test_a_network_that_looks_at_frames_one_by_one(runner: Runner, width: int, told: str) -> None:
    text = f"""{HEAD}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.frames = models.resnet18(weights=None)
        self.frames.fc = nn.Identity()
        self.memory = nn.LSTM(512, 128, batch_first=True, bidirectional=True)
        self.head = nn.Linear({width}, 10)
    def forward(self, clip):
        count, length, channels, height, width = clip.shape
        features = self.frames(clip.reshape(count * length, channels, height, width))
        states, _ = self.memory(features.view(count, length, -1))
        return self.head(states[:, -1])
model = Net()
"""
    assert told in shapes(runner.run("net.py", text))
