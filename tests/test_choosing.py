"""What is read off loops that freeze what a condition picks."""

from __future__ import annotations

import ast
import textwrap

import pytest

from headlint.choosing import UNKNOWN, condition_of, remark_on
from headlint.history import Criterion, Unknown


def condition(text: str, **values: object):
    (loop,) = ast.parse(textwrap.dedent(text)).body
    assert isinstance(loop, ast.For)
    return condition_of(loop, lambda name: values.get(name, UNKNOWN))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("if 'fc' in n:\n        p.requires_grad = False", ("fc",)),
        ("if not n.startswith(('fc', 'layer4')):\n        p.requires_grad_(False)", ("fc", "layer4")),
        ("if n.split('.')[0] == keep:\n        continue\n    p.requires_grad = False", ("head",)),
        ("p.requires_grad = any(k in n for k in names)", ("a", "b")),
        ("p.requires_grad_('fc' in n)", ("fc",)),
        ("top = n.split('.')[0]\n    if top in names:\n        p.requires_grad = False", ("a", "b")),
        ("if re.match('fc|head', n):\n        p.requires_grad = False", ("fc|head",)),
    ],
)
def test_names(body: str, words: tuple[str, ...]) -> None:
    found = condition(f"for n, p in pairs:\n    {body}\n", n="fc.bias", top="fc", keep="head", names=["a", "b"])
    assert found is not None
    assert (found.by, found.words) == (Criterion.NAME, words)


@pytest.mark.parametrize(
    "loop",
    [
        "for i, c in enumerate(cs):\n    if i < 7:\n        for p in c.parameters(): p.requires_grad = False\n",
        "for c in cs:\n    i += 1\n    if i > 7: break\n    c.requires_grad_(False)\n",
        "for p in list(ps)[:60]:\n    p.requires_grad = False\n",
        "for p in net.features[:-3].parameters():\n    p.requires_grad = False\n",
    ],
)
def test_counts(loop: str) -> None:
    found = condition(loop, i=7)
    assert found is not None
    assert (found.by, found.to) == (Criterion.COUNT, False)


@pytest.mark.parametrize(
    "loop",
    [
        "for p in ps:\n    p.requires_grad = False\n",
        "for n, p in pairs:\n    if n in unknown:\n        p.requires_grad = False\n",
        "for n, p in pairs:\n    if wanted(n):\n        p.requires_grad = False\n",
        "for n, p in pairs:\n    if 'fc' in n and p.dim() > 1:\n        p.requires_grad = False\n",
        "for n, p in pairs:\n    if train:\n        p.requires_grad = False\n",
        "for n, p in pairs:\n    if isinstance(p, T): continue\n    if 'fc' in n:\n        p.requires_grad = False\n",
        "for n, p in pairs:\n    if 'fc' in n:\n        print(n)\n    p.requires_grad = False\n",
    ],
)
def test_none_that_can_be_followed(loop: str) -> None:
    assert condition(loop, n="fc.bias", train=True) is None


def test_a_loop_that_freezes_and_thaws_writes_no_one_value() -> None:
    found = condition(
        "for n, p in ps:\n    if 'a' in n: p.requires_grad = True\n    else: p.requires_grad = False\n", n="a"
    )
    assert found is not None
    assert isinstance(found.to, Unknown)


def test_remarks_stand_on_lines_of_their_own() -> None:
    above = "x = 1  # no\n# freeze what comes\n# before layer4\nct = 0\n"
    text = f"{above}for c in cs:  # nor this\n    # nor all\n    ct += 1\n"
    loop = ast.parse(text).body[-1]
    assert isinstance(loop, ast.For)
    assert remark_on(text.split("\n"), loop) == "freeze what comes before layer4 nor all"
