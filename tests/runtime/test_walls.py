"""Each wall by itself, in a process that has no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headlint.runtime.worker.landlock import version
from tests.runtime.children import in_child

if TYPE_CHECKING:
    from pathlib import Path

START = """
import os, socket, subprocess, sys, shutil, ctypes, sqlite3, signal, _posixsubprocess
from headlint.runtime.worker.walls import Walls
folder, outside = {folder!r}, {outside!r}
opened = os.open(outside, os.O_RDONLY)
native = ctypes.CDLL(None)
known = [getattr(native, name) for name in ("open", "creat", "unlink", "mkdir", "kill", "execl")]
Walls(folder).raise_up(20.0, "meta")
"""

NATIVE = {
    "an old file": "native.open(os.fsencode(outside + '/old'), os.O_WRONLY)",
    "a new file": "native.creat(os.fsencode(outside + '/new'), 0o644)",
    "a removal": "native.unlink(os.fsencode(outside + '/old'))",
    "a folder": "native.mkdir(os.fsencode(outside + '/new'), 0o755)",
    "a signal": "native.kill(os.getppid(), 0)",
    "a program": "native.execl(b'/bin/true', b'true', None)",
}

REFUSED = {
    "a socket": "socket.socket()",
    "a name": "socket.getaddrinfo('localhost', 80)",
    "a process": "subprocess.run(['true'])",
    "a shell": "os.system('true')",
    "a fork": "os.fork()",
    "a process by the back door": "_posixsubprocess.fork_exec()",
    "an exec": "os.execv('/bin/true', ['true'])",
    "a signal": "os.kill(os.getppid(), 0)",
    "a signal to a group": "os.killpg(0, 0)",
    "native code": "ctypes.CDLL(None)",
    "memory": "ctypes.string_at(0)",
    "a new file": "open(outside + '/new', 'w')",
    "a new file by number": "os.open(outside + '/new', os.O_CREAT | os.O_WRONLY)",
    "an old file": "open(outside + '/old', 'a')",
    "an old file by a way around": "open(folder + '/../' + os.path.basename(outside) + '/old', 'r+')",
    "a file beside the script": "open('new', 'w')",
    "a removal": "os.remove(outside + '/old')",
    "a removal by descriptor": "os.remove('old', dir_fd=opened)",
    "a move out": "(open(folder + '/x', 'w').close(), os.rename(folder + '/x', outside + '/x'))",
    "a move in": "os.rename(outside + '/old', folder + '/old')",
    "a folder": "os.mkdir(outside + '/new')",
    "a tree": "shutil.rmtree(outside)",
    "a copy": "shutil.copy(outside + '/old', outside + '/copy')",
    "a link": "os.symlink('/etc', outside + '/link')",
    "a mode": "os.chmod(outside + '/old', 0)",
    "a database": "sqlite3.connect(outside + '/db')",
    "another folder": "os.chdir(outside)",
    "another process's secrets": "open('/proc/%d/environ' % os.getppid())",
}


def behind(folder: Path, act: str) -> str:
    inside, outside = folder / "inside", folder / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "old").write_text("mine")
    return in_child(START.format(folder=str(inside), outside=str(outside)) + act)


@pytest.mark.parametrize("case", list(REFUSED))
def test_it_is_refused(tmp_path: Path, case: str) -> None:
    act = f"try:\n    {REFUSED[case]}\n    print('done')\nexcept PermissionError as error:\n    print('refused')\n"
    assert behind(tmp_path, act) == "refused"
    assert (tmp_path / "outside" / "old").read_text() == "mine"
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["old"]


@pytest.mark.skipif(version() < 6, reason="this system's Landlock keeps less from native code")
@pytest.mark.parametrize("case", list(NATIVE))
def test_the_system_refuses_it_to_native_code(tmp_path: Path, case: str) -> None:
    assert behind(tmp_path, f"print({NATIVE[case]})") == "-1"
    assert (tmp_path / "outside" / "old").read_text() == "mine"
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["old"]


def test_native_code_may_write_into_the_temporary_folder(tmp_path: Path) -> None:
    act = "path = os.fsencode(folder + '/x')\nprint(native.creat(path, 0o644) >= 0, native.unlink(path))"
    assert behind(tmp_path, act) == "True 0"


ALLOWED = {
    "reading": "open(outside + '/old').read()",
    "writing into the temporary folder": "open(folder + '/x', 'w').write('x')",
    "a folder in it": "os.makedirs(folder + '/a/b')",
    "removing from it": "(open(folder + '/x', 'w').close(), os.remove(folder + '/x'))",
    "writing to nowhere": "open(os.devnull, 'w').write('x')",
    "importing": "__import__('xml.dom.minidom')",
    "looking": "os.listdir(outside), os.path.exists('/etc'), os.getpid(), os.environ",
}


@pytest.mark.parametrize("case", list(ALLOWED))
def test_it_is_let_through(tmp_path: Path, case: str) -> None:
    assert behind(tmp_path, f"{ALLOWED[case]}\nprint('done')") == "done"


def test_memory_has_an_end(tmp_path: Path) -> None:
    act = "try:\n    bytearray(64 << 30)\n    print('had')\nexcept MemoryError:\n    print('ended')\n"
    assert behind(tmp_path, act) == "ended"


def test_files_have_an_end(tmp_path: Path) -> None:
    act = (
        "try:\n    f = open(folder + '/x', 'wb')\n    f.truncate(1 << 40)\n    print('had')\n"
        "except OSError:\n    print('ended')\n"
    )
    assert behind(tmp_path, act) == "ended"


def test_leaving_the_process_is_an_exit_like_any_other(tmp_path: Path) -> None:
    act = "try:\n    os._exit(0)\nexcept SystemExit:\n    print('still here')\n"
    assert behind(tmp_path, act) == "still here"
