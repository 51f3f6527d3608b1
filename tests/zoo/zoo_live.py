"""What tests of all libraries compare between a row and its live model."""

import os
import random
from importlib.metadata import PackageNotFoundError, version

import pytest

from headlint import zoo


def need_surveyed(library):
    """Skip a module of tests unless the installed library is the one that the zoo's rows were surveyed from."""
    surveyed = zoo.version(library)
    try:
        installed = version(library).partition("+")[0]
    except PackageNotFoundError:
        pytest.skip(f"{library} is not installed", allow_module_level=True)
    if installed != surveyed:
        pytest.skip(f"the zoo's rows are of {library} {surveyed}, installed is {installed}", allow_module_level=True)


def sample(names, count):
    """A seeded sample; everything with HEADLINT_FULL=1."""
    if os.environ.get("HEADLINT_FULL"):
        return list(names)
    return random.Random(0).sample(list(names), min(count, len(names)))


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
