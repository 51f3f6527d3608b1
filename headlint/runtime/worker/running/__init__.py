"""Runs the models that a script built, and tells what they do: the closing events."""
