"""Decides from the bytes of a file whether any rule could have something to say about it, before anything is parsed.

Searches for literal words come first: they cost a hundredth of what a regular expression does. Each expression begins
with a literal and gives nothing back, which makes it three times as fast. A file is dropped only if it can hold none
of what rules look at: a published model that is built, a gradient that is switched, a module that is put on something
other than `self`.
"""

from __future__ import annotations

import re

_LIBRARIES = (b"torch", b"timm", b"transformers", b"pretrainedmodels")
_BUILDERS = (b"create_model", b"hub.load", b"hub import", b"efficientnet_pytorch", b"pretrainedmodels")
_HEADED = (b"num_labels", b"id2label", b"Linear(")
_SETTERS = (b".add_module(", b".register_module(")

_MODELS_OF_TORCHVISION = re.compile(
    rb"torchvision(?:\s*\.\s*models|\s+as\s|\s+import\s+(?:\*|\([^)]*\bmodels\b|(?:[^\n(\\]|\\\r?\n)*\bmodels\b)|[\"'])"
)
_WRITTEN = re.compile(rb"\.(\w{9,19})[ \t]*+=[^=]")
_FLAG = b"requires_grad"
_BORROWED = re.compile(rb"\nfrom (?!torch|numpy|PIL|sklearn|tqdm|typing|collections|pathlib|__future__)[\w.]++ import")
_COUNT_WRITTEN = re.compile(rb"\.(?:in|out)_(?:features|channels)[ \t]*+=[^=]")
_PUT = (
    rb"(?!(?:self|cls)\.\w+[ \t]*=)[A-Za-z_]\w*+(?:\[[^\]\n]*\])*+\.(?:[\w.]++|\[[^\]\n]*\])++"  # all but `self.name`
    rb"[ \t]*+=[ \t]*+((?:\w++\.)*+)(\w++)\("  # becomes what a call gives
)
_PUT_ON_A_LINE = re.compile(rb"\n[ \t]*+" + _PUT)
_PUT_BEHIND_A_COLON = re.compile(rb": (?![\w.]*\.[A-Z]\w*+[ \t]*=)" + _PUT)  # an annotation names a class


def mentions(data: bytes) -> bool:
    """Whether a file names a library of models at all."""
    return any(library in data for library in _LIBRARIES)


def matters(data: bytes) -> bool:
    """Whether a file can hold surgery on a model."""
    if not mentions(data):
        return False
    if b"\n" not in data:
        return True
    return builds(data) or _switches(data) or _operates(data) or _borrows(data)


def builds(data: bytes) -> bool:
    """Whether a file speaks of published models."""
    if b"torchvision" in data and _MODELS_OF_TORCHVISION.search(data):
        return True
    return any(word in data for word in _BUILDERS) or _loads_checkpoints(data)


def _loads_checkpoints(data: bytes) -> bool:
    """Whether a file loads checkpoints of transformers, for labels of its own or into a head of its own."""
    return b"transformers" in data and b".from_pretrained(" in data and any(word in data for word in _HEADED)


def _borrows(data: bytes) -> bool:
    """Whether a file trains a model that it may get from another file of its project."""
    return (b"optim" in data or b".fit(" in data) and _BORROWED.search(data) is not None


def _switches(data: bytes) -> bool:
    """Whether a file writes to `requires_grad`, or to a name that looks like it."""
    if b'"requires_grad"' in data or b"'requires_grad'" in data:
        return True
    return any(name == b"trainable" or _is_like_the_flag(name) for name in set(_WRITTEN.findall(data)))


def _is_like_the_flag(name: bytes) -> bool:
    """Whether a name shares so many letters with `requires_grad` that difflib may find the two four fifths alike."""
    shared = sum(min(name.count(letter), _FLAG.count(letter)) for letter in set(_FLAG))
    return shared * 5 >= (len(name) + len(_FLAG)) * 2


def _operates(data: bytes) -> bool:
    """Whether a file changes an object that isn't `self` in a way that matters if it is a model."""
    trains = b"optim" in data
    for expression in (_PUT_ON_A_LINE, _PUT_BEHIND_A_COLON):
        for put in expression.finditer(data):
            # a function can make a module as well as a class can: that matters to scripts that train
            if put[1] != b"torch." and (put[2][:1].isupper() or trains):
                return True
    if any(data.count(setter) > data.count(b"self" + setter) for setter in _SETTERS):
        return True
    if trains and b"setattr(" in data:
        return True
    return any(data[max(found.start() - 4, 0) : found.start()] != b"self" for found in _COUNT_WRITTEN.finditer(data))
