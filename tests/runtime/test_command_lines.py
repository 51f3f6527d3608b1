"""Command lines that nobody types give their defaults, and never end the process."""

from __future__ import annotations

import pytest

from tests.runtime.children import in_child

PARSER = """
import argparse
from headlint.runtime.worker.scripts.commandline import answer_command_lines
from headlint.runtime.worker.holes import Hole, HoleInt, HoleFloat, is_hole
answer_command_lines()
parser = argparse.ArgumentParser()
"""

ARGUMENTS = {
    "a default": ("'--rate', type=float, default=0.1", "args.rate == 0.1"),
    "a default as a text": ("'--size', type=int, default='32'", "args.size == 32"),
    "nothing": ("'--resume'", "args.resume is None"),
    "a flag": ("'--freeze', action='store_true'", "args.freeze is False"),
    "a flag the other way": ("'--keep', action='store_false'", "args.keep is True"),
    "a required number": ("'--count', type=int, required=True", "isinstance(args.count, HoleInt)"),
    "a required fraction": ("'--rate', type=float, required=True", "isinstance(args.rate, HoleFloat)"),
    "a required text": ("'--data', required=True", "isinstance(args.data, Hole)"),
    "a required choice": ("'--arch', choices=['vgg', 'alex'], required=True", "args.arch == 'vgg'"),
    "a position": ("'data'", "isinstance(args.data, Hole)"),
    "a number of classes": ("'num_classes'", "isinstance(args.num_classes, HoleInt)"),
    "a list": ("'files', nargs='+'", "is_hole(args.files[0])"),
    "a name of its own": ("'-a', '--arch', dest='model', default='x'", "args.model == 'x'"),
}


@pytest.mark.parametrize("case", list(ARGUMENTS))
def test_arguments(case: str) -> None:
    argument, truth = ARGUMENTS[case]
    code = f"{PARSER}parser.add_argument({argument})\nargs = parser.parse_args()\nassert {truth}, vars(args)\n"
    in_child(code)


def test_a_parser_never_ends_the_process() -> None:
    code = (
        f"{PARSER}parser.error('no')\nparser.exit(3)\nargs, rest = parser.parse_known_args(['--what'])\nprint(rest)\n"
    )
    assert in_child(code) == "[]"


def test_a_command_is_called_with_the_defaults_of_its_options() -> None:
    assert (
        in_child(
            """
            from headlint.runtime.worker.scripts.commandline import commands
            click = type("click", (), {name: staticmethod(value) for name, value in commands()["click"]().items()})

            @click.command()
            @click.option("--rate", default=0.1)
            @click.option("--num-classes", "-n", type=int, required=True)
            @click.option("--freeze/--thaw")
            @click.argument("data")
            def main(rate, num_classes, freeze, data):
                print(rate, type(num_classes).__name__, freeze, type(data).__name__)

            main()
            """
        )
        == "0.1 HoleInt False Hole"
    )


@pytest.mark.parametrize(
    ("library", "start"),
    [
        ("fire", "made['Fire'](main)"),
        ("absl", "made['app'].run(main)"),
        ("hydra", "made['main'](config_path='c')(main)()"),
    ],
)
def test_other_libraries_start_their_function(library: str, start: str) -> None:
    code = f"""
from headlint.runtime.worker.scripts.commandline import commands
made = commands()[{library!r}]()
def main(config):
    print(type(config).__name__)
{start}
"""
    assert in_child(code) == "Hole"


def test_a_chosen_option_is_given() -> None:
    code = "from headlint.runtime.worker.scripts.commandline import choose\nchoose({'model': 'b'})\n"
    asked = "parser.add_argument('--model', default='a')\nprint(parser.parse_args().model)\n"
    assert in_child(PARSER + code + asked) == "b"


def test_arguments_that_are_not_there_are_holes() -> None:
    code = """
    from headlint.runtime.worker.scripts.commandline import Arguments
    given = Arguments(["script.py"])
    print(given[0], type(given[1]).__name__, len(given), given[1:])
    """
    assert in_child(code) == "script.py Hole 1 []"
