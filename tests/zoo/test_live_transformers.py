"""Is what the zoo says of transformers true of the installed transformers?"""

import json

import pytest
from zoo_live import need_surveyed, same_tree

from headlint import zoo
from headlint.zoo import checkpoints, store
from headlint.zoo.options import with_classes
from headlint.zoo.survey import line, survey_one
from headlint.zoo.survey import transformers as survey
from headlint.zoo.survey.configuration import set_labels
from tests.full import sample

pytestmark = [pytest.mark.runtime, pytest.mark.filterwarnings("ignore")]
need_surveyed("transformers")

NAMES = [name for name in zoo.names("transformers") if isinstance(zoo.find("transformers", name), zoo.Row)]
SAMPLE = sample(NAMES, 10)


def row_of(name):
    found = zoo.find("transformers", name)
    assert isinstance(found, zoo.Row), found
    return found


def test_the_survey_is_complete():
    assert list(zoo.names("transformers")) == sorted(survey.names())


def build(name, config):
    """The live model; without it where it needs a library of its own."""
    try:
        return survey.built(name, config)
    except ImportError as error:
        pytest.skip(str(error).strip().partition("\n")[0])


@pytest.mark.parametrize("name", sample(NAMES, 5))
def test_a_new_survey_says_the_same(name):
    build(name, survey.usual_config(name))
    assert json.loads(line(survey_one(survey, name))) == store.record("transformers", name)


@pytest.mark.parametrize("name", SAMPLE)
def test_the_tree_is_the_live_models(name):
    same_tree(row_of(name), build(name, survey.usual_config(name)))


@pytest.mark.parametrize("name", [name for name in SAMPLE if row_of(name).classes])
def test_a_number_of_labels_is_foretold(name):
    row = row_of(name)
    count = row.record.get("classes_up_to", 17)
    told = with_classes(row, count)
    if isinstance(told, zoo.Row):
        same_tree(told, build(name, set_labels(survey.usual_config(name), count)))
    else:
        assert all(slope == 0 for slope, _ in row.record["per_class"]), told


def test_default_configurations_are_those_of_the_checkpoints_that_they_name():
    import transformers

    rows = [json.loads(told) for told in checkpoints.FILE.read_text().splitlines()[1:]]
    named = [row for row in rows if row["source"] == "default"]
    assert named
    for row in named:
        config = transformers.AutoConfig.for_model(row["model_type"])
        assert row["name"] in type(config).__doc__
        width = getattr(config, "hidden_size", None) or config.d_model
        assert width == row["width"], row["name"]
