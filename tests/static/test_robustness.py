"""Nothing that stands in a file may make the static witness crash or hang: real scripts, damaged at random."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from headlint.static.witness import Unreadable, tell

FIXTURES = sorted((Path(__file__).parent.parent.parent / "fixtures").rglob("*.py"))
REVEALED = sorted((Path(__file__).parent / "revealed").glob("*.py"))
SAMPLE = random.Random(4).sample(FIXTURES + REVEALED, 40)
WORDS = """model self None 0 -1 [] {} () lambda: not yield await *args **options ... nn.Linear models.resnet18()
    'fc'""".split()


def damaged(text, chance):
    """A script with a few lines, words or indents changed; it may still be Python, and often is."""
    rows = text.splitlines() or ["pass"]
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(rows))
        match chance.randrange(7):
            case 0:
                rows.pop(at)
                rows = rows or ["pass"]
            case 1:
                rows.insert(at, rows[chance.randrange(len(rows))])
            case 2:
                names = re.findall(r"[A-Za-z_]\w*", rows[at])
                if names:
                    rows[at] = re.sub(rf"\b{chance.choice(names)}\b", lambda _: chance.choice(WORDS), rows[at])
            case 3:
                rows[at] = re.sub(r"\d+", lambda _: chance.choice(WORDS), rows[at])
            case 4:
                rows[at] = rows[at].replace(", ", chance.choice([", *", ": ", " = ", " or ", " if x else "]))
            case 5:
                rows = rows[: at + 1]
            case _:
                rows[at] = rows[at].replace(".", chance.choice(["[", "().", "[0].", ".x.", "[::2]."]), 1)
    return "\n".join(rows)


@pytest.mark.parametrize("script", SAMPLE, ids=lambda script: script.stem)
def test_damaged_scripts_are_read_or_refused(script):
    chance = random.Random(script.stem)
    text = script.read_text(errors="replace").replace("\0", "")
    for _ in range(6):
        try:
            tell(str(script), damaged(text, chance))
        except Unreadable:
            continue


BUILD = "import timm\nfrom torchvision import models\nm = models.resnet18()\n"
ODD = {
    "empty": "",
    "only comments": "# nothing\n",
    "a class that is its own base": BUILD + "class A(A):\n    pass\nA().fc = A()\n",
    "a module in itself": BUILD + "m.fc = m\nm.fc.fc = m.fc\nprint(list(m.parameters()))\n",
    "endless recursion": BUILD + "def f(x):\n    return f(f(x))\nf(m)\n",
    "functions that call each other": BUILD + "def f(n): return g(n)\ndef g(n): return f(n)\nf(m)\n",
    "a list in itself": BUILD + "a = []\na.append(a)\nprint(a)\nm.fc = a\n",
    "a dictionary in itself": BUILD + "d = {}\nd['x'] = d\nm.fc = timm.create_model(d['x']['x'])\nm.head = d\n",
    "a generator over itself": BUILD + "x = (y for y in timm.x)\nx = list(x for x in x)\nm.fc = timm.create_model(x)\n",
    "conditions that exclude each other": BUILD
    + "def f(a):\n    if a == 'x' and a == 'y':\n        m.fc = a\n"
    + "    if a < 1 and a > 2 and a.x()[::-1]:\n        m.fc = 1\n",
    "a thousand branches": BUILD
    + "def f(a):\n"
    + "".join(f"    if a == {number}:\n        m.fc = a\n" for number in range(1000)),
    "tabs, form feeds and carriage returns": BUILD.replace("\n", "\r\n") + "if timm:\r\n\tm.fc = 1\r\n\f\tm.fc = 2\r\n",
    "type aliases and generics": BUILD + "type X = int\ndef f[T](x: T) -> T:\n    m.fc = x\n",
    "nested quotes in f-strings": BUILD + 'm.fc = timm.create_model(f"{\'res\' + "net"}18")\n',
}


@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
def test_odd_scripts_are_read_or_refused(text):
    try:
        told = tell("odd.py", text)
    except Unreadable as error:
        told = error.why
    assert isinstance(told, tuple) or "\n" not in told
