"""The screen must let through every file in which a rule can speak, and few others."""

from __future__ import annotations

import random
import string

import pytest

from headlint.reading.freezing import is_misspelt_flag
from headlint.static.screen import builds, matters
from tests.scripts import documented, fixtures

EXPECTED = [
    script for script in [*fixtures(), *documented()] if "# error:" in script.text or "# warning:" in script.text
]


@pytest.mark.parametrize("script", EXPECTED, ids=lambda script: script.name)
def test_a_script_with_a_mistake_gets_through(script) -> None:
    assert matters(script.text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "import torchvision.models as models\n",
        "import torchvision\nm = torchvision.models.resnet18()\n",
        "import torchvision as tv\nm = tv.models.resnet18()\n",
        "from torchvision import models\n",
        "from torchvision import transforms, models\n",
        "from torchvision import datasets, \\\n    models\n",
        "from torchvision import (\n    datasets,\n    models,\n)\n",
        "from torchvision.models.resnet import resnet18\n",
        "from torchvision import *\n",
        "import importlib\nm = importlib.import_module('torchvision').models\n",
        "import timm\nm = timm.create_model('resnet18')\n",
        "import torch\nm = torch.hub.load('pytorch/vision', 'resnet18')\n",
        "from transformers import ViTForImageClassification as V\nm = V.from_pretrained('v', num_labels=3)\n",
    ],
)
def test_ways_to_get_at_published_models(text: str) -> None:
    assert builds(text.encode())
    assert matters(text.encode())


@pytest.mark.parametrize(
    "line",
    [
        "net.fc.requires_grad = False",
        "p.trainable = False",
        "setattr(p, 'requires_grad', False)",
        "net.fc = nn.Linear(9, 3)",
        "net.fc=Linear(9, 3)",
        "    self.net.fc = torch.nn.Linear(9, 3)",
        "net.classifier[6] = nn.Linear(9, 3)",
        "net.blocks[0].fc = nn.Identity()",
        "if args.small: net.fc = nn.Linear(9, 3)",
        "net.add_module('fc', nn.Linear(9, 3))",
        "net.fc.out_features = 3",
    ],
)
def test_surgery_on_a_model_of_ones_own(line: str) -> None:
    assert matters(f"import torch\nfrom torch import nn\n{line}\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import os\nmodel.fc = Linear(1, 2)\n",
        "import torch\nclass Net(torch.nn.Module):\n    def __init__(self):\n        self.fc = torch.nn.Linear(1, 2)\n",
        "import torch\nfrom torchvision import transforms\nfrom models import Net\n",
        "import torch\nx = torch.ones(3, requires_grad=True)\n",
        "import torch\nargs.device = torch.device('cpu')\n",
    ],
)
def test_files_that_do_not_matter(text: str) -> None:
    assert not matters(text.encode())


def test_every_misspelling_that_a_rule_knows_gets_through() -> None:
    chance = random.Random(0)
    tried = 0
    while tried < 3000:
        name = "requires_grad"
        for _ in range(chance.randint(1, 2)):
            name = _slip(name, chance)
        if name.isidentifier() and is_misspelt_flag(name):
            tried += 1
            assert matters(f"import torch\np.{name} = False\n".encode()), name


def _slip(name: str, chance: random.Random) -> str:
    at = chance.randrange(len(name))
    letter = chance.choice(string.ascii_lowercase + "_")
    match chance.randrange(4):
        case 0:
            return name[:at] + name[at + 1 :]
        case 1:
            return name[:at] + letter + name[at:]
        case 2:
            return name[:at] + letter + name[at + 1 :]
        case _:
            return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def test_a_script_that_trains_what_another_file_of_its_project_builds_gets_through() -> None:
    text = "import torch\nfrom nets.factory import build\n\noptimizer = torch.optim.Adam(build().parameters())\n"

    assert matters(text.encode())
    assert not matters(text.replace("nets.factory", "torch.utils").encode())
