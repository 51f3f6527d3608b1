"""The rules, one file each. A new file is a new rule; `headlint.rule` says what it holds."""
