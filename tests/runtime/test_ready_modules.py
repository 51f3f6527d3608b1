"""A module of the user's is made tolerant once for all ways through a script."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from headlint.runtime.slices.modules import make_ready, tolerant_module

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "from torch import nn\n\n\nclass Net(nn.Module):\n    def forward(self, x):\n        return self.body(x)\n"


def test_it_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(TEXT)
    make_ready([str(path)])
    made = tolerant_module(str(path), TEXT)
    assert tolerant_module(str(path), TEXT) is made
    assert made.parts == {"body"}
    assert made.file.known_as("models/net.py").at(6).path == "models/net.py"
    assert made.file.path == str(path)


def test_it_is_made_anew_where_its_text_has_changed(tmp_path: Path) -> None:
    path = str(tmp_path / "net.py")
    made = tolerant_module(path, TEXT)
    assert tolerant_module(path, TEXT.replace("body", "head")) is not made


def test_paths_that_are_none_hurt_nobody(tmp_path: Path) -> None:
    broken, pipe = tmp_path / "broken.py", tmp_path / "pipe.py"
    broken.write_text("def (")
    os.mkfifo(pipe)
    make_ready([str(broken), str(pipe), str(tmp_path), "/dev/zero", "nowhere.py", 7, None])
