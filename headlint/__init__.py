"""headlint: the linter for PyTorch model surgery."""

__version__ = "0.1.0"
