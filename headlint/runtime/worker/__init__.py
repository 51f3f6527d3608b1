"""The worker: the only code of headlint that imports torch. It runs in a process of its own, behind walls."""
