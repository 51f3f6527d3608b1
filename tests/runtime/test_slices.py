"""What is kept of a script, and that the rest costs itself alone. Nothing here needs torch."""

from __future__ import annotations

import ast
import sys
from types import ModuleType
from typing import Any

import pytest

from headlint.runtime.slices.calls import changed_names
from headlint.runtime.slices.program import Program, package_of, slice_program
from headlint.runtime.worker.holes import HoleInt, is_hole


class Watcher:
    """What a slice calls, noted."""

    def __init__(self) -> None:
        self.trained: list[int] = []
        self.fell_at: list[int] = []
        self.rehearsed: list[Any] = []
        self.steps = 0

    def training(self, line: int) -> None:
        self.trained.append(line)

    def fell(self, line: int, *_: object) -> None:
        self.fell_at.append(line)

    def rehearse(self, function: Any) -> None:
        self.rehearsed.append(function)

    def stepped(self) -> None:
        self.steps += 1


class Ran:
    """A slice that was executed: its names, and what its watcher noted."""

    def __init__(self, program: Program, number: int = 0) -> None:
        self.watcher = Watcher()
        scenario = program.scenarios[number]
        self.names: dict[str, Any] = {"__name__": "__main__", "__headlint__": self.watcher}
        exec(compile(program.narrowed(scenario).tree, "script.py", "exec"), self.names)
        scenario.call(self.names)


def run(text: str, number: int = 0) -> Ran:
    return Ran(slice_program("script.py", text), number)


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A library that builds models, under a name that slices keep."""
    made = ModuleType("timm")
    made.built = []  # type: ignore[attr-defined]

    def create_model(*args: Any, **named: Any) -> tuple[Any, ...]:
        made.built.append((args, named))  # type: ignore[attr-defined]
        return ("model", *args)

    made.create_model = create_model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "timm", made)
    return made


def test_what_builds_runs() -> None:
    assert run("import timm\nmodel = timm.create_model('a')\n").names["model"] == ("model", "a")


def test_a_statement_that_fails_binds_holes_and_the_run_goes_on() -> None:
    ran = run("import timm\nsize = int(open('nowhere').read())\nmodel = timm.create_model('a', size)\n")
    assert ran.watcher.fell_at == [2]
    assert is_hole(ran.names["size"])
    assert ran.names["model"][1] == "a"


def test_what_fails_while_it_wraps_a_model_leaves_the_model() -> None:
    ran = run("import timm\nmodel = timm.create_model('a')\nmodel = model.cuda()\nuse = timm.create_model(model)\n")
    assert ran.names["model"] == ("model", "a")


TRAINING = {
    "a loop with backward": ("for x in range(3):\n    loss = model(x)\n    loss.backward()\n", 3),
    "a while loop": ("while True:\n    loss.backward()\n", 3),
    "a loop over a function that trains": ("def step(x):\n    x.backward()\nfor x in range(3):\n    step(x)\n", 5),
    "nested loops": ("for e in range(9):\n    for x in y:\n        x.backward()\n", 3),
    "a trainer's fit": ("trainer.fit()\n", 3),
    "a trainer's train": ("result = trainer.train()\n", 3),
    "one step": ("loss.backward()\n", 3),
}


@pytest.mark.parametrize("case", list(TRAINING))
def test_training_is_marked_and_not_executed(case: str) -> None:
    training, line = TRAINING[case]
    ran = run(f"import timm\nmodel = timm.create_model('a')\n{training}after = timm.create_model(model)\n")
    assert ran.watcher.trained == [line]
    assert ran.watcher.fell_at == []
    assert "after" in ran.names


def test_a_loop_that_builds_a_model_a_fold_is_run_once() -> None:
    ran = run(
        "import timm\n"
        "for fold in range(5):\n"
        "    model = timm.create_model('a', fold)\n"
        "    for x in y:\n"
        "        x.backward()\n"
    )
    assert ran.names["model"] == ("model", "a", 0)
    assert ran.watcher.trained == [4]


def test_a_loop_over_builders_is_run_for_each(library: Any) -> None:
    run(
        "import timm\n"
        "def train(model):\n"
        "    for x in y:\n"
        "        x.backward()\n"
        "def one():\n    return timm.create_model('one')\n"
        "def two():\n    return timm.create_model('two')\n"
        "for make in (one, two):\n"
        "    train(make())\n"
    )
    assert [args for args, _ in library.built] == [("one",), ("two",)]


def test_what_is_fitted_and_is_no_model_is_no_training() -> None:
    ran = run("import timm\nencoder = timm.create_model('a')\nencoder.fit([1, 2])\nscaler.fit_transform(3)\n")
    assert ran.watcher.trained == []


def test_a_script_that_waits_is_not_waited_for() -> None:
    ran = run("import timm\nn = 0\nwhile n < 3:\n    n += 1\nwhile True:\n    n += 1\nmodel = timm.create_model(n)\n")
    assert ran.names["model"] == ("model", 4)


def test_asserts_and_exits_do_not_end_a_run() -> None:
    ran = run("import timm, sys\nassert 0\nsys.exit(1)\nexit()\nmodel = timm.create_model('a')\n")
    assert "model" in ran.names


def test_a_script_that_is_ready_for_a_missing_package_takes_its_own_way() -> None:
    ran = run(
        "import timm\ntry:\n    import no_such_package as p\nexcept ImportError:\n    p = None\n"
        "m = timm.create_model(p)\n"
    )
    assert ran.names["p"] is None
    assert ran.watcher.fell_at == []


def test_a_context_that_is_not_there_does_not_take_its_body_along() -> None:
    ran = run("import timm\nwith open('nowhere') as f:\n    model = timm.create_model('a')\n")
    assert ran.names["model"] == ("model", "a")


def test_a_number_of_classes_that_nobody_knows_is_marked() -> None:
    ran = run(
        "import timm, os\n"
        "names = os.listdir('no such folder')\n"
        "count = len(names)\n"
        "half = int(count / 2)\n"
        "model = timm.create_model(half, count)\n"
    )
    assert isinstance(ran.names["count"], HoleInt)
    assert isinstance(ran.names["half"], HoleInt)


def test_a_function_of_the_script_named_int_is_left_alone() -> None:
    ran = run("import timm\ndef len(x):\n    return 'own'\nmodel = timm.create_model(len([1]))\n")
    assert ran.names["model"] == ("model", "own")


def test_a_return_that_fails_gives_a_hole() -> None:
    ran = run("import timm\ndef f():\n    return open('nowhere')\nsize = f()\nmodel = timm.create_model(size)\n")
    assert is_hole(ran.names["size"])
    assert ran.watcher.fell_at == [3]


def test_what_a_model_does_in_its_forward_pass_is_not_excused() -> None:
    text = (
        "import timm\n"
        "class Net:\n"
        "    def __init__(self):\n        self.part = timm.create_model('a')\n"
        "    def forward(self, x):\n        return self.helper(x)\n"
        "    def helper(self, x):\n        return x.nothing\n"
        "net = Net()\n"
    )
    net = run(text).names["net"]
    with pytest.raises(AttributeError, match="nothing"):
        net.forward(1)


def test_shell_lines_of_a_notebook_are_passed_over() -> None:
    ran = run("!pip install timm\n%matplotlib inline\nimport timm\nmodel = timm.create_model('a')\n")
    assert "model" in ran.names


def test_statements_are_those_of_the_text() -> None:
    text = (
        "import timm\n"
        "@wrap(\n    1)\n"
        "def f(\n    a,\n):\n"
        "    return g(\n        a,\n    )\n"
        "if x:\n    y = 1\nelif z:\n    pass\nelse:\n    w = [\n        1,\n    ]\n"
    )
    program = slice_program("script.py", text)
    told = [program.statement_of(line) for line in range(1, 18)]
    assert told == [1, 4, 4, 4, 4, 4, 7, 7, 7, 10, 11, 12, 13, 12, 15, 15, 15]


@pytest.mark.parametrize(
    "text", ["", "\n", "# only a comment", '"""Only words."""', "from __future__ import annotations\n"]
)
def test_scripts_without_anything_run(text: str) -> None:
    assert run(text).watcher.fell_at == []


@pytest.mark.parametrize("text", ["x = (", "x = " + "(" * 300 + ")" * 300, "\0"])
def test_a_text_that_python_cannot_read_is_refused(text: str) -> None:
    with pytest.raises((SyntaxError, ValueError, RecursionError, MemoryError)):
        slice_program("script.py", text)


def test_the_whole_text_tells_of_calls_and_shapes() -> None:
    program = slice_program(
        "s.py", "def f(m):\n    for x in y:\n        m.proj(x).backward()\nx = torch.randn(1, 3, 64, 64)\n"
    )
    assert {"proj", "backward", "randn"} <= program.called
    assert "fc" not in slice_program("s.py", "self.fc(x)\n").called
    assert program.shapes == ((3, 64, 64),)


def test_relative_imports_start_from_the_package(tmp_path: Any) -> None:
    inner = tmp_path / "project" / "package" / "part"
    inner.mkdir(parents=True)
    for folder in (inner, inner.parent):
        (folder / "__init__.py").touch()
    assert package_of(str(inner / "a.py")) == ("package.part", str(tmp_path / "project"))
    assert package_of(str(inner.parent / "a.py")) == ("package", str(tmp_path / "project"))


CHANGES = {
    "an attribute": ("model.fc = open('nowhere')", ["model"]),
    "an item": ("model.classifier[6] = open('nowhere')", ["model"]),
    "a part of itself": ("self.model.fc = open('nowhere')", ["self"]),
    "a call": ("model.fc.requires_grad_(open('nowhere'))", ["model"]),
    "setattr": ("setattr(model, 'fc', open('nowhere'))", ["model"]),
    "its own attribute": ("self.data = open('nowhere')", []),
    "a name": ("data = open('nowhere')", []),
    "a look": ("print(model.fc)", []),
    "a body": ("for x in y:\n    model.fc = x", []),
}


@pytest.mark.parametrize("case", list(CHANGES))
def test_it_is_known_which_statements_change_a_model(case: str) -> None:
    text, expected = CHANGES[case]
    assert changed_names(ast.parse(text).body[0]) == expected


def test_a_long_chain_of_choices_is_still_python() -> None:
    chain = "".join(f"elif name == {n}:\n    model = timm.create_model({n})\n" for n in range(40))
    ran = run(f"import timm\nname = 37\nif name == -1:\n    pass\n{chain}")
    assert ran.names["model"] == ("model", 37)


def test_a_choice_that_fails_does_not_take_the_script_along() -> None:
    ran = run("import timm\nif 0:\n    pass\nelif open('nowhere'):\n    pass\nmodel = timm.create_model('a')\n")
    assert ran.names["model"] == ("model", "a")


def test_a_slice_that_would_be_no_python_is_the_whole_script() -> None:
    text = "import timm\ndef f():\n    seen = 1\n    def g():\n        nonlocal seen\n        seen = 2\n    g()\nf()\n"
    assert "model" in run(f"{text}model = timm.create_model('a')\n").names


REHEARSED = {
    "a loop": "for x in data:\n    out = model(x)\n    loss = criterion(out, x)\n    loss.backward()\n",
    "loops in a loop": "for e in range(9):\n    for x in data:\n        criterion(model(x), x).backward()\n",
    "data that aren't there": "for x in DataLoader(nowhere):\n    loss = criterion(model(x), x)\n    loss.backward()\n",
    "a while loop": "while True:\n    criterion(model(1), 1).backward()\n",
    "no loop at all": "out = model(1)\nloss = criterion(out, 1)\nloss.backward()\n",
    "a scaled loss": "for x in data:\n    loss = criterion(model(x), x)\n    scaler.scale(loss).backward()\n",
    "a name that the loop binds anew": "for x in data:\n    model = model\n    criterion(model(x), x).backward()\n",
    "a range that is empty without data": "for x in range(0, -9):\n    criterion(model(x), x).backward()\n",
    "a forward pass by name": (
        "class Net:\n    def __call__(self, x):\n        return 'output'\nnet = Net()\n"
        "for x in data:\n    criterion(net.forward(x), x).backward()\n"
    ),
    "a function with annotations that nothing defines": (
        "def step(x: torch.nowhere, log: 'SummaryWriter' = None, *rest: nowhere) -> nowhere.Loss:\n"
        "    loss = criterion(model(x), x)\n    loss.backward()\nfor x in data:\n    step(x)\n"
    ),
    "a function": "def step(x):\n    loss = criterion(model(x), x)\n    loss.backward()\nfor x in data:\n    step(x)\n",
}


@pytest.mark.parametrize("case", list(REHEARSED))
def test_what_trains_can_be_rehearsed(case: str) -> None:
    start = (
        "met = []\ndef model(x):\n    return 'output'\ndef criterion(*given):\n    met.append(given)\ndata = [1, 2]\n"
    )
    ran = run(f"import timm\ntimm.create_model('a')\n{start}{REHEARSED[case]}print(met)\n")
    ran.names["met"].clear()
    for rehearsed in list(ran.watcher.rehearsed):
        rehearsed()
    assert [output for output, _ in ran.names["met"]] == ["output"]
    assert ran.watcher.steps == (0 if "function" in case else 1)  # a function's own step is rehearsed within


def test_a_rehearsal_binds_no_name_of_the_scripts_and_learns_nothing() -> None:
    ran = run(
        "import timm\n"
        "model = timm.create_model('a')\n"
        "count = 0\n"
        "for x in range(3):\n"
        "    count = count + 1\n"
        "    model = x\n"
        "    optimizer.step(count)\n"
        "    x.backward(model)\n"
        "use = timm.create_model(model)\n"
    )
    for rehearsed in ran.watcher.rehearsed:
        rehearsed()
    assert ran.names["model"] == ("model", "a")
    assert ran.watcher.fell_at == []
