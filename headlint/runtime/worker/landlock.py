"""Has Linux itself keep a process from writing elsewhere, starting programs, opening connections and signalling others.

Python's audit events say nothing of what native code does: `torch.from_file` maps a file, and libraries written in
other languages open their own. Landlock binds the whole process, and can't be undone in it. Systems that don't have it
grant less, or nothing; then the other walls stand alone.
"""

from __future__ import annotations

import ctypes
import os
import struct
from contextlib import suppress

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_BENEATH = 1
_NO_NEW_PRIVILEGES = 38

_EXECUTE, _WRITE_FILE, _REFER, _TRUNCATE = 1 << 0, 1 << 1, 1 << 13, 1 << 14
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_CONNECTIONS = 0b11
_SCOPES = 0b11
"""Signals and abstract sockets, which then reach the process itself alone."""


def version() -> int:
    """Which Landlock the system has, 0 if it has none."""
    with suppress(OSError, AttributeError):
        return max(0, int(ctypes.CDLL(None).syscall(_CREATE, None, 0, _ASK_VERSION)))
    return 0


def fence(folder: str, device: str) -> None:
    """Let this process write below `folder` alone, as far as the system can see to that."""
    known = version()
    if not known:
        return
    files = _WRITE_FILE | (_TRUNCATE if known >= 3 else 0)
    tree = files | _REMOVE_AND_MAKE | (_REFER if known >= 2 else 0)
    wanted = [tree | _EXECUTE, *([_CONNECTIONS] if known >= 4 else []), *([_SCOPES] if known >= 6 else [])]
    rules = {folder: tree, os.devnull: files}
    if device == "cuda":
        rules |= {"/dev": files, "/proc/self": files}
    library = ctypes.CDLL(None, use_errno=True)
    attributes = struct.pack(f"={len(wanted)}Q", *wanted)
    ruleset = library.syscall(_CREATE, attributes, len(attributes), 0)
    if ruleset < 0:
        return
    try:
        for path, allowed in rules.items():
            _allow(library, ruleset, path, allowed)
        library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        library.syscall(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(library: ctypes.CDLL, ruleset: int, path: str, allowed: int) -> None:
    with suppress(OSError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            library.syscall(_ADD, ruleset, _BENEATH, struct.pack("=Qi", allowed, descriptor), 0)
        finally:
            os.close(descriptor)
