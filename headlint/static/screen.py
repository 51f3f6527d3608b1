"""Decides from the bytes of a file whether any rule could have something to say about it, before anything is parsed.

Plain searches for literal words come first: they cost a hundredth of what a regular expression does. A file is
dropped only if it can hold none of what rules look at: a published model being built, a gradient being switched, a
module being put on a model.
"""

from __future__ import annotations

import re

_LIBRARIES = (b"torch", b"timm", b"transformers", b"pretrainedmodels")
_BUILDERS = (b"create_model", b"hub.load", b"hub import", b"efficientnet_pytorch", b"pretrainedmodels", b"open_clip")

_MODELS_OF_TORCHVISION = re.compile(
    rb"torchvision(?:\s*\.\s*models|\s+as\s|\s+import\s+(?:\*|\([^)]*\bmodels\b|(?:[^\n(\\]|\\\r?\n)*\bmodels\b)|[\"'])"
)
_GRADIENT = re.compile(rb"(?:requ|reuq|rqui|trainable)\w*\s*(?:=[^=]|\()")
_SURGERY = re.compile(
    rb"\n[ \t]*(?!self\b|cls\b)[A-Za-z_]\w*[.\[][^\n=#]*=[^=\n][^\n]*\(|setattr|add_module|register_module|_modules\b"
)


def matters(data: bytes) -> bool:
    """Whether a file can hold surgery on a model."""
    if not any(library in data for library in _LIBRARIES):
        return False
    return builds(data) or _GRADIENT.search(data) is not None or _operates(data)


def builds(data: bytes) -> bool:
    """Whether a file speaks of published models."""
    if b"torchvision" in data and _MODELS_OF_TORCHVISION.search(data):
        return True
    return any(word in data for word in _BUILDERS)


def _operates(data: bytes) -> bool:
    """Whether a file puts something on an object that isn't `self`, and trains: then order matters."""
    return b"optim" in data and _SURGERY.search(data) is not None
