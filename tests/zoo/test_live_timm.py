"""Is what the zoo says of timm true of the installed timm?"""

import json

import pytest
from zoo_live import need_surveyed, same_tree, sample

from headlint import zoo
from headlint.history import Shape, Unknown
from headlint.zoo import store
from headlint.zoo.options import with_channels, with_classes
from headlint.zoo.survey import line, survey_one
from headlint.zoo.survey import timm as survey
from headlint.zoo.weights import weights_of

pytestmark = pytest.mark.runtime
need_surveyed("timm")

NAMES = zoo.names("timm")
SAMPLE = sample(NAMES, 12)


def row_of(name):
    found = zoo.find("timm", name)
    assert isinstance(found, zoo.Row), found
    return found


def output_of(model, row):
    import torch

    return tuple(model(torch.empty(2, *row.input.dims[1:], device="meta")).shape)


def test_the_survey_is_complete():
    import timm

    assert list(NAMES) == sorted(timm.list_models())


@pytest.mark.parametrize("name", sample(NAMES, 6))
def test_a_new_survey_says_the_same(name):
    assert json.loads(line(survey_one(survey, name))) == store.record("timm", name)


@pytest.mark.parametrize("name", SAMPLE)
def test_the_tree_is_the_live_models(name):
    same_tree(row_of(name), survey.on_meta(name))


@pytest.mark.parametrize("name", [name for name in SAMPLE if row_of(name).classifier])
@pytest.mark.parametrize("count", [0, 17])
def test_a_number_of_classes_is_foretold(name, count):
    told = with_classes(row_of(name), count)
    assert isinstance(told, zoo.Row), told
    model = survey.on_meta(name, num_classes=count)
    same_tree(told, model)
    if isinstance(told.output, Shape):
        assert output_of(model, told) == (2, *told.output.dims[1:])


@pytest.mark.parametrize("name", SAMPLE)
def test_a_number_of_channels_is_foretold(name):
    try:
        model = survey.on_meta(name, in_chans=1)
    except (AssertionError, TypeError):
        pytest.skip("this architecture takes no in_chans")
    told = with_channels(row_of(name), 1)
    assert told.parameter_names() == tuple(path for path, _ in model.named_parameters())
    sizes = {path: parameter.numel() for path, parameter in model.named_parameters()}
    assert told.tree.count() == sum(sizes.values())


def tagged(names):
    return [f"{name}.{tag[0]}" for name in names for tag in row_of(name).record["tags"]]


@pytest.mark.parametrize("full", tagged(SAMPLE))
def test_what_a_tag_changes_is_foretold(full):
    told = zoo.find("timm", full)
    assert isinstance(told, zoo.Row), told
    model = survey.on_meta(full)
    assert (model.num_classes, tuple(model.pretrained_cfg["input_size"])) == (told.classes, told.input.dims[1:])
    assert list(told.parameter_names()) == [path for path, _ in model.named_parameters()]


def test_deprecated_names_lead_where_timm_leads():
    for old, new in survey.deprecated().items():
        found = zoo.find("timm", old)
        assert isinstance(found, Unknown) or found.name == new.partition(".")[0], old


@pytest.mark.parametrize("name", SAMPLE)
def test_images_are_prepared_as_timm_prepares_them(name):
    from timm.data import create_transform, resolve_data_config
    from timm.models import get_pretrained_cfg

    for told in weights_of("timm", name):
        config = get_pretrained_cfg(told.name).to_dict()
        resize, crop, *_, normalize = create_transform(**resolve_data_config({}, pretrained_cfg=config)).transforms
        own = told.preparation
        assert normalize.mean.tolist() == pytest.approx(own.mean)
        assert normalize.std.tolist() == pytest.approx(own.std)
        assert tuple(crop.size) == own.crop
        if own.resize is not None:  # images that get a border are scaled otherwise
            size = (resize.size,) if isinstance(resize.size, int) else tuple(resize.size)
            assert size == own.resize
