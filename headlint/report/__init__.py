"""Verdicts, written out for people and for programs."""
