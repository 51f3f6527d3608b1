"""The walls around a script: no network, no processes, nothing written outside a temporary folder, limits on size.

They keep scripts that mean no harm from doing any, and stop the usual tricks of those that do. Native code meets those
of them alone that the system itself puts up (`landlock`): running a script's parts is like importing it.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from headlint.runtime.worker.landlock import fence

_MEMORY = {"meta": 6 << 30, "cpu": 12 << 30}
"""The bytes that a script may ask for, by device. CUDA maps more than there is, so that no limit would fit it."""
_FILE = 256 << 20
_NEW_NETWORK = 0x40000000
_NEW_USER = 0x10000000
_DIE_WITH_PARENT = 1

_REFUSED = {
    "socket.connect": "it wants to reach the network",
    "socket.bind": "it wants to open a port",
    "socket.getaddrinfo": "it wants to reach the network",
    "socket.gethostbyname": "it wants to reach the network",
    "socket.sendto": "it wants to reach the network",
    "subprocess.Popen": "it wants to start a process",
    "os.system": "it wants to start a process",
    "os.exec": "it wants to start a process",
    "os.posix_spawn": "it wants to start a process",
    "os.spawn": "it wants to start a process",
    "os.startfile": "it wants to start a process",
    "os.fork": "it wants to start a process",
    "os.forkpty": "it wants to start a process",
    "pty.spawn": "it wants to start a process",
    "os.kill": "it wants to end a process",
    "os.killpg": "it wants to end processes",
    "os.chdir": "it wants to leave its folder",
    "os.fchdir": "it wants to leave its folder",
    "signal.pthread_kill": "it wants to end a thread",
    "webbrowser.open": "it wants to open a browser",
    "pickle.find_class": "it wants to unpickle objects, which can run any code",
}
_REFUSED_KINDS = ("socket.", "ctypes.", "ftplib.", "smtplib.", "urllib.", "http.client.", "poplib.", "imaplib.")
_OTHERS_SECRETS = re.compile(r"/proc/(?!self/(?:maps|statm?|status|cgroup|mountinfo)$)(?:\d+|self|thread-self)/")
_LIBRARIES = tuple({str(Path(os.__file__).parent), *(path for path in sys.path if path.endswith("-packages"))})
_WRITING = {
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.mkdir": 1,
    "os.link": 2,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "os.utime": 1,
    "shutil.rmtree": 1,
    "shutil.move": 2,
    "shutil.copyfile": 2,
    "sqlite3.connect": 1,
    "os.setxattr": 1,
    "os.removexattr": 1,
}
_COPYING = {"shutil.copyfile"}
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class RefusedError(PermissionError):
    """A script wanted to do what headlint lets no script do."""


class Walls:
    """The audit hook of one process. `open_for_us` lets headlint's own code through."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._allowed = tuple(os.path.realpath(path) for path in (folder, os.devnull))
        self.open_for_us = False
        self.refused: list[str] = []

    def raise_up(self, seconds: float, device: str) -> None:
        """Put the walls up: they can't be taken down in this process. `seconds` is what it may compute."""
        _limit(seconds, _MEMORY.get(device))
        _leave_network()
        fence(self._folder, device)
        _close_back_doors()
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.open_for_us:
            return
        if event in _REFUSED:
            self._refuse(_REFUSED[event])
        elif event.startswith(_REFUSED_KINDS) and not _library_asks(event):
            self._refuse("it wants to reach below Python, or beyond this machine")
        elif event == "open":
            self._judge_open(*arguments)
        elif event in _WRITING:
            first = 1 if event in _COPYING else 0
            for path in arguments[first : _WRITING[event]]:
                self._judge_path(path)

    def _judge_open(self, path: Any, mode: Any, flags: Any) -> None:
        writes = bool(flags & _WRITE_FLAGS) if isinstance(flags, int) else False
        if isinstance(path, str) and _OTHERS_SECRETS.match(path):
            self._refuse("it wants to look into another process")
        if not isinstance(path, int) and (writes or (isinstance(mode, str) and set(mode) & set("wax+"))):
            self._judge_path(path)

    def _judge_path(self, path: Any) -> None:
        try:
            real = os.path.realpath(os.fspath(path))
        except (TypeError, ValueError):
            return
        name = os.fsdecode(real)
        if not any(name == allowed or name.startswith(allowed + os.sep) for allowed in self._allowed):
            self._refuse("it wants to write outside its temporary folder")

    def _refuse(self, why: str) -> None:
        self.refused.append(why)
        raise RefusedError(why)


def _library_asks(event: str) -> bool:
    """Whether it is an installed library that loads native code, as some do when they are imported."""
    if not event.startswith("ctypes."):
        return False
    frame = sys._getframe(2)
    while frame.f_back is not None and os.sep + "ctypes" + os.sep in frame.f_code.co_filename:
        frame = frame.f_back
    return frame.f_code.co_filename.startswith(_LIBRARIES)


def _limit(seconds: float, memory: int | None) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        if memory is not None:
            most = _address_space() + memory
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        longest = int(seconds * (os.cpu_count() or 1)) + 5
        resource.setrlimit(resource.RLIMIT_CPU, (longest, longest))


def _close_back_doors() -> None:
    """What leaves this process, or makes another, without an audit event."""

    def leave(code: object = 0) -> NoReturn:
        raise SystemExit(code)

    def refuse(*_: object) -> NoReturn:
        raise RefusedError("it wants to start a process")

    os._exit = leave  # type: ignore[assignment]  # a script's way out of the process becomes an exit like any other
    os.abort = leave
    with suppress(ImportError):
        import _posixsubprocess

        _posixsubprocess.fork_exec = refuse


def _address_space() -> int:
    """The bytes of address space that this process has already."""
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 64 << 30


def _leave_network() -> None:
    """Go into a network namespace of its own, where the system grants one."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None, use_errno=True)
        if library.unshare(_NEW_NETWORK) != 0:
            library.unshare(_NEW_USER | _NEW_NETWORK)


def die_with_parent() -> None:
    """Have the system end this process when its parent ends."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, 9)
