"""Scripts in newer syntax than the Python that headlint runs on are read all the same, each character at its place."""

from __future__ import annotations

import ast

import pytest

from headlint import check_source
from headlint.newer_syntax import older
from headlint.parsing import parse
from headlint.static.blocks import Unreadable, pieces

REWRITTEN = [
    ("type Width = int", "Width      = int"),
    ("type Pair[T] = tuple[T, T]", "Pair         = tuple[T, T]"),
    ("def first[T](items: list[T]) -> T: ...", "def first   (items: list[T]) -> T: ..."),
    ("async def run[T: (int, str), *Ts](x): ...", "async def run                    (x): ..."),
    ("class Box[\n    T,\n](Base): ...", "class Box\\\n     \\\n (Base): ..."),
    ('print(f"{names["kind"]}")', "print(f\"{names['kind']}\")"),
    ("print(f'{names['kind']!r:>9} {{it}}')  # it's", "print(f'{names[\"kind\"]!r:>9} {{it}}')  # it's"),
    ('print(f"{"\\n".join(names)}")', 'print(f"{________________}")'),
    ('print(f"{f"{name}"}")', 'print(f"{_________}")'),
]
ALREADY_READABLE = [
    "type = 3\ntype(x) == int\ntype[0] = 3\n",
    'names = {\'a\': f\'{kind["b"]}\', "c": f"""{kind["b"]}"""}\n',
    "f'{width:>{\"9\"}}' 'it''s' # it's a def f[T]\n",
    "r'\\' f'{x}' b''\n",
]


@pytest.mark.parametrize(("text", "plain"), REWRITTEN)
def test_newer_syntax_is_made_readable_in_place(text, plain):
    assert older(text) == plain
    assert len(plain) == len(text)
    assert ast.parse(plain)


@pytest.mark.parametrize("text", ALREADY_READABLE)
def test_what_every_python_reads_stays(text):
    assert older(text) == text


@pytest.mark.parametrize("text", ["def f[T(x): ...", "f'{x", "print 'old'", "type X[", 'f"{a["b"'])
def test_a_broken_text_is_refused_as_it_stands(text):
    with pytest.raises(SyntaxError):
        parse(text)
    with pytest.raises(Unreadable, match="it is not valid Python"):
        pieces(text)


def test_a_mistake_behind_newer_syntax_is_found_where_it_stands():
    text = (
        "from torchvision import models\nimport torch.nn as nn\ntype Model = nn.Module\n"
        "class Box[T]:\n    def __init__(self, inside: T):\n        self.inside = inside\n"
        'kind = {"name": "a box"}\nprint(f"{kind["name"]}")\n'
        'net = Box(models.resnet18()).inside; print(f"{kind["name"]}"); net.fc = nn.Linear(2048, 4)\n'
    )
    (judged,) = check_source(text)
    found = judged.finding
    line = text.splitlines()[found.place.line - 1]
    assert found.rule == "head-width-mismatch"
    assert line[found.place.span.column - 1 :].startswith("2048")
