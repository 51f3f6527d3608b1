"""Packages that aren't there, or that no model needs, imported as holes; and packages that end up half real.

Only the script's own imports are answered so: what a library tries to import is the library's business.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headlint.project import is_whole, roots
from headlint.runtime.worker.holes import HoleModule
from headlint.runtime.worker.scripts.local import Loader
from headlint.zoo import libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType, ModuleType

IDLE = frozenset(
    """wandb tensorboard tensorboardX tensorflow keras matplotlib mpl_toolkits seaborn plotly bokeh cv2 pandas polars
    sklearn skimage imgaug albumentations kaggle kagglehub google IPython ipywidgets mlflow comet_ml neptune clearml
    optuna ray gradio streamlit flask fastapi uvicorn requests httpx boto3 botocore azure onnx onnxruntime tensorrt
    datasets evaluate accelerate torchsummary torchinfo torchmetrics torchviz thop ptflops fvcore nltk spacy gdown wget
    tkinter pygame pyautogui h5py pydicom nibabel SimpleITK openslide librosa soundfile tqdm colorama rich loguru
    coloredlogs termcolor prettytable tabulate psutil GPUtil pynvml deepspeed horovod apex ignite catalyst fastai
    joblib pycocotools lmdb webdataset medmnist captum shap lime grad_cam pytorch_grad_cam torchcam scikitplot
    hydra click typer fire absl tap jsonargparse simple_parsing pytorch_lightning lightning""".split()
)
"""Packages that build no model, or that do more than a run may see: never imported for real."""
_PARTS = ("site-packages", "dist-packages", f"{os.sep}lib{os.sep}python3")
_OURS = f"{Path(__file__).resolve().parents[3]}{os.sep}"
_LIBRARIES = frozenset({"torch", "headlint", *libraries()})
_IDLE_PARTS = frozenset({"torch.utils.tensorboard", "torch.utils.bottleneck", "torchvision.datasets.utils"})


asked_in_vain: list[tuple[str, int]] = []
"""The parts of libraries of models that the script imported and that aren't there, with its lines."""


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers the script's imports. `made` makes the modules that are more than holes, by their top-level name."""

    def __init__(self, folder: str, path: str, made: dict[str, Callable[[], dict[str, Any]]]) -> None:
        self._folder = folder
        self._roots = own_roots(folder)
        self._path = path
        self._made = made
        self._asking = False

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,  # noqa: ARG002 -- the import system's interface
    ) -> importlib.machinery.ModuleSpec | None:
        if self._asking:
            return None
        own = self._own(name, path)
        if own is not None:
            return own
        if not self._is_wanted(name):
            return None
        self._note(name, sys._getframe(1))
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def _own(self, name: str, path: Sequence[str] | None) -> importlib.machinery.ModuleSpec | None:
        """A module of the user's own."""
        if name.partition(".")[0] in _LIBRARIES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        file = spec.origin if spec else None
        if spec is None or file is None or not file.endswith(".py") or not is_users(file, self._path):
            return None
        spec.loader = Loader(name, file, self._path, self._folder)
        return spec

    def _is_wanted(self, name: str) -> bool:
        top = name.partition(".")[0]
        if isinstance(sys.modules.get(name.rpartition(".")[0]), HoleModule):
            return True
        if not self._comes_from_script(sys._getframe(2)) or any(_lies_in(root, top) for root in self._roots):
            return False
        return top in IDLE or name in _IDLE_PARTS or not self._exists(name)

    def _note(self, name: str, frame: FrameType | None) -> None:
        """Remember what a library of models was asked for in vain."""
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        if name.startswith("torchvision.models.") and frame is not None and frame.f_code.co_filename == self._path:
            asked_in_vain.append((name, frame.f_lineno))

    def _exists(self, name: str) -> bool:
        self._asking = True
        try:
            return importlib.util.find_spec(name) is not None
        except (ImportError, ValueError, AttributeError):
            return False
        finally:
            self._asking = False

    def _comes_from_script(self, frame: FrameType | None) -> bool:
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        return frame is not None and is_users(frame.f_code.co_filename, self._path)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = HoleModule(spec.name, "a stand-in for a package that is not imported")
        module.__path__ = []
        return module

    def exec_module(self, module: ModuleType) -> None:
        make = self._made.get(module.__name__.partition(".")[0])
        if make is not None:
            vars(module).update(make())


def own_roots(folder: str) -> list[str]:
    """The folders from which a script's own modules come: those of its project, where something marks it as one."""
    return roots(folder) if is_whole(folder) else [folder, str(Path(folder) / "src")]


def is_users(filename: str, path: str) -> bool:
    """Whether a file is the script, or another one that is not installed: a module of the user's own."""
    if filename == path:
        return True
    is_file = not filename.startswith("<")
    return is_file and not filename.startswith(_OURS) and not any(part in filename for part in _PARTS)


def _lies_in(folder: str, top: str) -> bool:
    """Whether a module of the user's own lies beside the script."""
    if not folder:
        return False
    here = Path(folder)
    return (here / f"{top}.py").is_file() or (here / top / "__init__.py").is_file()
