"""Errors of a script's or a model's, in plain words. Nothing here imports torch."""

from __future__ import annotations

import sys

NO_ROOM = "it doesn't fit into the memory"


def lacks_room(error: BaseException) -> bool:
    """Whether an error says that memory is used up. PyTorch has a class for that on GPUs, and a text on CPUs."""
    torch = sys.modules.get("torch")
    is_full = isinstance(error, MemoryError) or (torch is not None and isinstance(error, torch.OutOfMemoryError))
    return is_full or "DefaultCPUAllocator" in str(error)


def named(error: BaseException) -> str:
    """An error's class with its article."""
    name = type(error).__name__
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
