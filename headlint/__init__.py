"""headlint: the linter for PyTorch model surgery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headlint.api import CheckError, check_model, check_paths, check_source

__version__ = "0.1.0"
__all__ = ["CheckError", "__version__", "check_model", "check_paths", "check_source"]


def __getattr__(name: str) -> Any:
    """What `headlint.api` offers, imported when it is asked for: the command line needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("headlint.api"), name)


def __dir__() -> list[str]:
    return __all__
