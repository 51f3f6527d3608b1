"""Watches a script while it runs: what it builds, replaces, writes, freezes, loads and hands to optimizers."""
