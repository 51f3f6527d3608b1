"""The program's own files are followed."""

from __future__ import annotations

import textwrap

import pytest

from headlint import verdict
from headlint.history import Replaced
from headlint.rule import rules
from headlint.static.witness import tell

FACTORY = """
import torch.nn as nn
from torchvision import models


def build_model(name, classes):
    net = getattr(models, name)(weights="DEFAULT")
    net.fc = nn.Linear(512, classes)
    return net


if __name__ == "__main__":
    build_model("resnet101", 3)
"""


def project(folder, files):
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text))


def findings(script):
    told = verdict.testimony(rules(), tell(str(script), script.read_text()))
    assert not told.crashes
    return [(finding.place.path, finding.place.line, finding.rule) for finding in told.findings.values()]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("models/factory.py", "from models.factory import build_model"),
        ("models/__init__.py", "from models import build_model"),
        ("src/zoo/build.py", "from zoo.build import build_model"),
        ("models/factory.py", "from models.factory import *"),
        ("models/factory.py", "from models import factory; build_model = factory.build_model"),
        ("factory.py", "import factory as f; build_model = f.build_model"),
    ],
)
def test_a_wrong_head_in_another_file(tmp_path, place, line):
    project(tmp_path, {place: FACTORY, "train.py": f"import torch\n{line}\nmodel = build_model('resnet50', 5)\n"})
    assert findings(tmp_path / "train.py") == [(str(tmp_path / place), 8, "head-width-mismatch")]


def test_a_relative_import(tmp_path):
    project(
        tmp_path,
        {"pkg/factory.py": FACTORY, "pkg/train.py": "from .factory import build_model\nbuild_model('vgg16', 2)\n"},
    )
    assert [rule for _, _, rule in findings(tmp_path / "pkg" / "train.py")] == ["head-never-called"]


def test_a_model_that_another_file_gets_right(tmp_path):
    text = "from factory import build_model\nmodel = build_model('resnet18', 5)\n"
    project(tmp_path, {"factory.py": FACTORY.replace("512", "net.fc.in_features"), "train.py": text})
    assert findings(tmp_path / "train.py") == []


def test_circles_missing_files_and_broken_ones_are_harmless(tmp_path):
    project(
        tmp_path,
        {
            "a.py": "from b import wrap\nfrom torchvision import models\n\ndef make():\n    return models.resnet18()\n",
            "b.py": "import a\nfrom nowhere import x\nfrom broken import y\n\ndef wrap(m):\n    return m\n",
            "broken.py": "def (:\n",
            "train.py": "import torch.nn as nn\nfrom a import make\nnet = make()\nnet.fc = nn.Linear(512, 2)\n",
        },
    )
    script = tmp_path / "train.py"
    told = tell(str(script), script.read_text())
    assert [event.model.name for history in told for event in history.of(Replaced)] == ["resnet18"]


def test_a_library_is_not_shadowed_by_a_file_of_its_name(tmp_path):
    project(
        tmp_path,
        {"torchvision.py": "models = None\n", "train.py": "from torchvision import models\nm = models.resnet18()\n"},
    )
    script = tmp_path / "train.py"
    assert any(history.events for history in tell(str(script), script.read_text()))


def test_a_layer_that_another_file_calls(tmp_path):
    network = """
        import torch.nn as nn
        from torchvision import models


        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.trunk = models.resnet18(weights="DEFAULT")
                self.trunk.narrow = nn.Linear(1000, 64)
                self.trunk.fc2 = nn.Linear(64, 5)

            def forward(self, x):
                return self.trunk.narrow(self.trunk(x))
        """
    project(tmp_path, {"network.py": network, "train.py": "from network import Network\nmodel = Network()\n"})
    found = findings(tmp_path / "train.py")
    assert [(line, rule) for _, line, rule in found] == [(11, "head-never-called")]


@pytest.mark.parametrize("start", ["import zoo\nbuild_model = zoo.build_model", "from zoo import build_model"])
def test_names_that_packages_pass_on_by_star(tmp_path, start):
    files = {
        "zoo/__init__.py": "from .all import *\n",
        "zoo/all.py": "from .nets import *\nfrom . import nets\n",
        "zoo/nets.py": f"from .all import *\n{FACTORY}",
        "train.py": f"{start}\nbuild_model('resnet50', 5)\n",
    }
    project(tmp_path, files)
    assert findings(tmp_path / "train.py") == [(str(tmp_path / "zoo/nets.py"), 9, "head-width-mismatch")]


def test_a_library_that_a_package_passes_on_by_star(tmp_path):
    head = "net.fc = nn.Linear(512, 5)"
    script = f"import zoo\nfrom torch import nn\nnet = zoo.resnet50()\n{head}\nnet = zoo.no_model()\n{head}\n"
    project(tmp_path, {"zoo/__init__.py": "from torchvision.models import *\n", "train.py": script})
    assert findings(tmp_path / "train.py") == [(str(tmp_path / "train.py"), 4, "head-width-mismatch")]


@pytest.mark.parametrize(
    "head", [b"\xef\xbb\xbf", b"# coding: latin-1\nNAME = '\xe9'\n", b"# -*- coding: no-such -*-\n", b"'\xe9'\n"]
)
def test_encodings_of_imported_files(tmp_path, head):
    (tmp_path / "factory.py").write_bytes(head + FACTORY.encode())
    project(tmp_path, {"train.py": "from factory import build_model\nbuild_model('resnet50', 5)\n"})
    found = [rule for *_, rule in findings(tmp_path / "train.py")]
    assert found == ([] if b"no-such" in head or head == b"'\xe9'\n" else ["head-width-mismatch"])
