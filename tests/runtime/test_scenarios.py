"""The ways through a script: what is called that nothing calls, and with what."""

from __future__ import annotations

import pytest

from headlint.runtime.slices.program import slice_program

START = "import timm\nfrom torchvision import models\nimport torch.nn as nn\n"

CASES = {
    "nothing to call": ("model = timm.create_model('a')\n", []),
    "a function that is called": ("def f():\n    return timm.create_model('a')\nf()\n", []),
    "a function that nothing calls": ("def f(n):\n    return timm.create_model('a', n)\n", ["f(…)"]),
    "a function without parameters": ("def f():\n    return timm.create_model('a')\n", ["f()"]),
    "a function that builds nothing": ("def f(n):\n    return n + 1\n", []),
    "a function that calls one that builds": (
        "def g():\n    return timm.create_model('a')\ndef f():\n    return g()\n",
        ["f()"],
    ),
    "branches": (
        (
            "def f(name):\n    if name == 'a':\n        return models.vgg16()\n"
            "    elif name in ('b', 'c'):\n        return models.alexnet()\n"
        ),
        ['f(name="a")', 'f(name="b")', 'f(name="c")'],
    ),
    "branches with a default": (
        (
            "def f(name='a'):\n    if name == 'a':\n        return models.vgg16()\n"
            "    if name == 'b':\n        return models.alexnet()\n"
        ),
        ["f(…)", 'f(name="b")'],
    ),
    "a number that is none by default": (
        (
            "def f(classes, hidden=0):\n    m = models.vgg16()\n    if hidden != 0:\n"
            "        m.classifier[6] = nn.Linear(4096, hidden)\n    return m\n"
        ),
        ["f(…)", "f(hidden=…)"],
    ),
    "a number that is asked for its default": (
        (
            "def f(channels=3):\n    m = models.resnet18()\n    if channels != 3:\n"
            "        m.conv1 = nn.Conv2d(channels, 64, 7)\n    return m\n"
        ),
        ["f(…)", "f(channels=…)"],
    ),
    "something that is nothing by default, in each branch": (
        (
            "def f(name, drop=None):\n    if name == 'a':\n        m = models.vgg16()\n"
            "    elif name == 'b':\n        m = models.alexnet()\n"
            "    if drop is not None:\n        m.d = drop\n    return m\n"
        ),
        ['f(name="a")', 'f(name="b")', 'f(name="a", drop=…)', 'f(name="b", drop=…)'],
    ),
    "match": (
        "def f(name):\n    match name:\n        case 'a' | 'b':\n            return models.vgg16()\n",
        ['f(name="a")', 'f(name="b")'],
    ),
    "a table": (
        "def f(name):\n    return {'a': models.vgg16, 'b': models.alexnet}[name]()\n",
        ['f(name="a")', 'f(name="b")'],
    ),
    "a named table": (
        "def f(name):\n    table = {'a': models.vgg16}\n    return table.get(name, None)()\n",
        ['f(name="a")'],
    ),
    "a table of the module's": (
        "MODELS: dict = {'a': models.vgg16, 'b': models.alexnet}\ndef f(name):\n    return MODELS[name]()\n",
        ['f(name="a")', 'f(name="b")'],
    ),
    "a table of a class's": (
        (
            "class F:\n    table = {'a': models.vgg16}\n    def __init__(self, name, other):\n"
            "        self.model = self.table[name]()\n        self.rest = other['x']\n"
        ),
        ['F(name="a")'],
    ),
    "a table that the command line chooses from": (
        (
            "import argparse\nMODELS = {'a': models.vgg16, 'b': models.alexnet}\np = argparse.ArgumentParser()\n"
            "p.add_argument('--net', default='a')\nargs = p.parse_args()\nmodel = MODELS[args.net]()\n"
        ),
        ["--net b"],
    ),
    "an attribute of what comes from elsewhere": (
        "from cli import args\nif args.net == 'a':\n    m = models.vgg16()\nelif args.net.lower() == 'b':\n    pass\n",
        ['args.net == "a"', 'args.net == "b"'],
    ),
    "attributes of a module and of an object itself": (
        (
            "import sys\nif sys.platform == 'linux':\n    m = models.vgg16()\nclass A:\n    def f(self):\n"
            "        return self.x == 'a'\n"
        ),
        [],
    ),
    "a flag that must be given": (
        (
            "def f(name, deep: bool):\n    if name == 'a' and deep:\n        return models.vgg16()\n"
            "    if name == 'b':\n        return models.vgg16()\n"
        ),
        ['f(name="a", deep=True)', 'f(name="b", deep=True)', 'f(name="a", deep=False)'],
    ),
    "lowered": ("def f(name):\n    if name.lower() == 'a':\n        return models.vgg16()\n", ['f(name="a")']),
    "beginnings": (
        "def f(name):\n    if name.startswith('a'):\n        return models.vgg16()\n",
        ['f(name="alexnet")'],
    ),
    "parts, made whole by what stands elsewhere or by a published model": (
        (
            "def f(name):\n    if name == 'resnet34':\n        m = models.vgg16()\n"
            "    if 'res' in name or 'dense' in name:\n        return m\n"
        ),
        ['f(name="resnet34")', 'f(name="densenet121")'],
    ),
    "an attribute of a parameter": (
        "def f(args):\n    if args.arch == 'a':\n        return models.vgg16()\n",
        ['f(args.arch="a")'],
    ),
    "a flag": (
        "def f(freeze=False):\n    m = models.vgg16()\n    if freeze:\n        m.requires_grad_(False)\n    return m\n",
        ["f(…)", "f(freeze=True)"],
    ),
    "a flag and a name": (
        "def f(name, deep=True):\n    if name == 'a' and deep:\n        return models.vgg16()\n",
        ['f(name="a")', 'f(name="a", deep=False)'],
    ),
    "a choice of a function that is called": (
        (
            "def f(name):\n    if name == 'a':\n        return models.vgg16()\n"
            "    elif name == 'b':\n        return models.alexnet()\nf(x)\n"
        ),
        ['f(name="a")', 'f(name="b")'],
    ),
    "a class": (
        (
            "class Net(nn.Module):\n    def __init__(self, n):\n"
            "        super().__init__()\n        self.a = models.vgg16()\n"
        ),
        ["Net(…)"],
    ),
    "a test": ("def test_model():\n    return models.vgg16()\n", []),
}


@pytest.mark.parametrize("case", list(CASES))
def test_scenarios(case: str) -> None:
    text, expected = CASES[case]
    found = [scenario.name for scenario in slice_program("script.py", START + text).scenarios]
    assert found == ["", *expected]


def test_there_are_never_too_many() -> None:
    branches = "".join(f"    if name == 'm{n}':\n        return models.vgg16()\n" for n in range(100))
    program = slice_program("s.py", f"{START}def f(name):\n{branches}")
    assert len(program.scenarios) == 33
    assert [one.name for one in (*program.scenarios[1:], *program.left_out)] == [f'f(name="m{n}")' for n in range(100)]


def test_methods_that_train_are_called_last() -> None:
    text = (
        "class C:\n    def __init__(self):\n        self.m = timm.create_model('a')\n"
        "    def fit(self, loader):\n        for x in loader:\n            self.m(x).backward()\n"
        "    def build(self):\n        pass\n    def show(self):\n        pass\n"
    )
    assert slice_program("s.py", START + text).scenarios[1].hooks == ("build", "fit")


def test_hooks_of_a_class_are_called() -> None:
    start = "class A:\n    def __init__(self):\n        self.m = models.vgg16()\n"
    text = f"{start}    def configure_optimizers(self):\n        pass\n"
    assert slice_program("s.py", START + text).scenarios[1].hooks == ("configure_optimizers",)


def test_a_scenario_needs_only_what_its_function_depends_on() -> None:
    text = (
        "SIZE = 3\nOTHER = timm.create_model('other')\n"
        "def helper():\n    return SIZE\n"
        "def f():\n    return timm.create_model(helper())\n"
        "if __name__ == '__main__':\n    OTHER.fc = 3\n"
    )
    program = slice_program("s.py", START + text)
    import ast

    kept = ast.unparse(program.narrowed(program.scenarios[1]).tree)
    assert "SIZE = 3" in kept
    assert "OTHER" not in kept


def test_a_function_needs_nothing_for_the_names_that_it_binds_itself() -> None:
    import ast

    text = (
        "name = timm.create_model('global')\nrate = 3\n"
        "class Base:\n    size = rate\n"
        "class Net(Base, nn.Module):\n"
        "    def __init__(self, name, other=rate):\n        model = timm.create_model(name)\n        self.m = model\n"
        "model = Net('x')\nmodel.fc = name\n"
        "def f(name):\n    model = Net(name)\n    model.fc = timm.create_model('a')\n    return model\n"
    )
    program = slice_program("s.py", START + text)
    kept = ast.unparse(program.narrowed(program.scenarios[1]).tree)
    assert program.scenarios[1].target == "f"
    assert "rate = 3" in kept
    assert "class Base" in kept
    assert "'global'" not in kept
    assert "Net('x')" not in kept


def test_options_take_turns() -> None:
    adding = "".join(f"parser.add_argument('--{name}')\n" for name in ("net", "way"))
    asking = "".join(
        f"if args.{name} == '{value}':\n    m = models.vgg16()\n" for name in ("net", "way") for value in ("a", "b")
    )
    text = f"import argparse\nparser = argparse.ArgumentParser()\n{adding}args = parser.parse_args()\n{asking}"
    found = [one.name for one in slice_program("s.py", START + text).scenarios]
    assert found == ["", "--net a", "--way a", "--net b", "--way b"]


def test_published_models_that_a_command_line_offers_are_choices_wherever_they_are_asked_for() -> None:
    text = (
        "import argparse\nimport helper\noffered = {'resnet18', 'vgg16'}\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('--arch', default='resnet18', choices=offered)\n"
        "parser.add_argument('--mode', default='fast', choices=['fast', 'slow'])\n"
        "model = helper.build(parser.parse_args().arch)\nmodel.fc = nn.Linear(2, 2)\n"
    )
    assert [one.name for one in slice_program("s.py", START + text).scenarios] == ["", "--arch vgg16"]


def test_a_command_line_makes_a_scenario_of_each_other_choice() -> None:
    text = (
        "import argparse\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('-m', '--model', default='a', choices=['a', 'b', 'c'])\n"
        "parser.add_argument('--other', default='x')\n"
        "args = parser.parse_args()\n"
        "if args.model == 'a':\n    m = models.vgg16()\nelif args.model == 'b':\n    m = models.alexnet()\n"
        "else:\n    m = models.resnet18()\n"
    )
    found = slice_program("s.py", START + text).scenarios
    assert [(one.name, one.options) for one in found] == [
        ("", ()),
        ("--model b", (("model", "b"),)),
        ("--model c", (("model", "c"),)),
    ]


DETOURS = {
    "a flag that the script sets otherwise": (
        (
            "def f(classes, whole=False):\n    m = models.resnet18()\n    if whole:\n        return m\n"
            "    m.fc = nn.Linear(512, classes)\n    return m\nf(3, whole=True)\n"
        ),
        {8: ["f(…)", "f(whole=True)"]},
    ),
    "a class that a factory makes": (
        (
            "class Net(nn.Module):\n    def __init__(self, deep=False):\n        self.body = models.resnet18()\n"
            "        if deep:\n            self.body.fc = nn.Linear(512, 3)\ndef f(**c):\n    return Net(**c)\n"
        ),
        {8: ["Net(…)", "Net(deep=True)"]},
    ),
    "a parameter that is handed on": (
        (
            "def g(model, drop=0.0):\n    if drop > 0:\n        model.fc = nn.Sequential(nn.Linear(512, 3))\n"
            "def f(drop=0.0):\n    m = models.resnet18()\n    g(m, drop=drop)\n    return m\n"
        ),
        {6: ["g(…)", "g(drop=…)", "f(drop=…)"]},
    ),
    "nothing but a network of one's own": (
        "class Net(nn.Module):\n    def __init__(self):\n        self.fc = nn.Linear(1, 2)\nNet()\n",
        {},
    ),
}


@pytest.mark.parametrize(("text", "expected"), DETOURS.values(), ids=DETOURS)
def test_detours(text: str, expected: dict[int, list[str]]) -> None:
    found = slice_program("script.py", START + text).detours
    assert {line: [way.name for way in one.ways] for one in found for line in one.lines} == expected


def test_steps_that_train_a_model_beside_them_see_the_whole_module_level() -> None:
    text = (
        "net = models.resnet18()\n"
        "def step(x, y):\n    loss(net(x), y).backward()\n"
        "def other_step(net, x, y):\n    loss(net(x), y).backward()\n"
        "def called(x, y):\n    loss(net(x), y).backward()\n"
        "called(1, 2)\n"
    )
    program = slice_program("s.py", START + text)
    module_level, step = program.scenarios
    assert (step.name, step.target, step.whole) == ("step(…)", "step", True)
    assert program.narrowed(step) is program.narrowed(module_level) is program
