"""What tests of all libraries compare between a row and its live model."""

from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import PackageNotFoundError
from unittest import mock

import pytest

from headlint import zoo
from headlint.zoo.survey import surveyor


def why_not_surveyed(library):
    """Why the installed library is not the one that the zoo's rows were surveyed from, '' if it is."""
    try:
        installed = surveyor(library).version()
    except ModuleNotFoundError as error:
        return f"{error.name} is not installed"
    except PackageNotFoundError:
        return f"{library} is not installed"
    surveyed = zoo.version(library)
    return "" if installed == surveyed else f"the zoo's rows are of {library} {surveyed}, installed is {installed}"


def need_surveyed(library):
    """Skip a module of tests unless the installed library is the one that the zoo's rows were surveyed from."""
    if why := why_not_surveyed(library):
        pytest.skip(why, allow_module_level=True)


@contextmanager
def sharing_builds(survey):
    """Let the tests of a model share what the survey builds for them, and compute on meta what takes torch longest."""
    with mock.patch.object(survey, "on_meta", lru_cache(maxsize=24)(survey.on_meta)), quick_on_meta():
        yield


def quick_on_meta():
    """A mode in which common layers on meta give what torch works out in Python, at fifty times the cost.

    That they give the same is tested where the worker's shortcuts are.
    """
    from torch.overrides import TorchFunctionMode

    from headlint.runtime.worker.watching.shortcuts import SHORTCUTS

    class Quick(TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            quick = SHORTCUTS.get(func)
            told = quick(*args, **(kwargs or {})) if quick is not None else None
            return func(*args, **(kwargs or {})) if told is None else told

    return Quick()


def same_tree(row, model):
    """Modules, parameters, buffers, and the attributes of layers are those of the live model."""
    assert list(row.parameter_names()) == [path for path, _ in model.named_parameters()]
    live_buffers = [path for path, _ in model.named_buffers(remove_duplicate=False)]
    assert list(row.tree.buffer_names()) == live_buffers
    modules = list(model.named_modules(remove_duplicate=False))
    assert [(path, node.kind) for path, node in row.tree.modules()] == [
        (path, type(module).__name__) for path, module in modules
    ]
    assert list(row.frozen) == [path for path, parameter in model.named_parameters() if not parameter.requires_grad]
    for path, node in row.tree.modules():
        same_attributes(node, model.get_submodule(path), path)


def same_attributes(node, module, path):
    assert node.size == sum(parameter.numel() for parameter in module.parameters(recurse=False)), path
    for attribute, value in node.attributes:
        live = getattr(module, attribute, None)
        if attribute == "bias":
            assert (live is not None) == value, path
        else:
            assert _same(live) == _same(value), (path, attribute)


def _same(value):
    """One number for a setting that is the same along all axes."""
    if isinstance(value, tuple | list):
        return value[0] if len(set(value)) == 1 else list(value)
    return value
