"""How many values the code that runs in a frame is about to unpack: what a hole has to give then."""

from __future__ import annotations

import opcode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

_UNPACK = {opcode.opmap["UNPACK_SEQUENCE"]: 0, opcode.opmap["UNPACK_EX"]: 1}
_MERGE = {opcode.opmap["DICT_MERGE"], opcode.opmap["DICT_UPDATE"]}
_WIDE = opcode.opmap["EXTENDED_ARG"]


def wanted(frame: FrameType) -> int:
    """How many items the statement that iterates over a hole unpacks; 1 where it is a loop.

    It is none where a hole is handed on by name, `model(**batch)`: the names are not known.
    """
    if frame.f_code.co_name == "parse" and frame.f_code.co_freevars == ("n",):
        return int(frame.f_locals["n"])  # torch makes a kernel size a tuple: of two for a Conv2d
    code, at = frame.f_code.co_code, frame.f_lasti
    if at >= 0 and code[at] in _MERGE:
        return 0
    if at < 0 or code[at] not in _UNPACK:
        return 1
    count = code[at + 1]
    if _UNPACK[code[at]]:
        return count
    return count | (code[at - 1] << 8) if at >= 2 and code[at - 2] == _WIDE else count
