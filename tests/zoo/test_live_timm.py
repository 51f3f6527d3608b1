"""Is what the zoo says of timm true of the installed timm?"""

import json
import warnings
from itertools import pairwise

import pytest
from zoo_live import need_surveyed, same_tree, sharing_builds

from headlint import zoo
from headlint.history import Shape, Unknown
from headlint.static.wiring import CALLED_IN_ORDER
from headlint.zoo import store
from headlint.zoo.options import with_classes
from headlint.zoo.survey import line, survey_one
from headlint.zoo.survey import timm as survey
from headlint.zoo.survey.variants import POOLS
from headlint.zoo.variants import asked
from headlint.zoo.weights import weights_of
from tests.full import sample

pytestmark = [pytest.mark.runtime, pytest.mark.filterwarnings("ignore:CSATv2 is designed for:UserWarning")]
need_surveyed("timm")

NAMES = zoo.names("timm")
SAMPLE = sample(NAMES, 12)


@pytest.fixture(scope="module", autouse=True)
def shared_builds():
    with sharing_builds(survey):
        yield


def row_of(name):
    found = zoo.find("timm", name)
    assert isinstance(found, zoo.Row), found
    return found


def images(row):
    import torch

    return torch.empty(2, *row.input.dims[1:], device="meta")


def output_of(model, row):
    return tuple(model(images(row)).shape)


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


def refused(**options):
    """Whether timm refuses the options for a model."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            survey.on_meta(**options)
    except (AssertionError, NotImplementedError, RuntimeError, TypeError, ValueError):
        return True
    return False


@pytest.mark.parametrize("name", SAMPLE)
def test_a_number_of_channels_is_foretold(name):
    told = asked(row_of(name), {"in_chans": 1})
    if isinstance(told, Unknown):
        assert refused(name=name, in_chans=1)
    else:
        same_tree(told, survey.on_meta(name, in_chans=1))


@pytest.mark.parametrize("name", SAMPLE)
def test_pooling_is_foretold(name):
    row = row_of(name)
    pools = row.record["pools"]
    ways = [({"global_pool": way}, way) for way in POOLS]
    if row.classifier:
        ways += [({"global_pool": way, "num_classes": 17}, way) for way in POOLS if pools[way] and row.classes]
    for options, way in ways:
        told = asked(row, options)
        if isinstance(pools[way], str):
            assert isinstance(told, Unknown)
            assert refused(name=name, **options), options
        else:
            assert isinstance(told, zoo.Row), told
            same_tree(told, survey.on_meta(name, **options))


@pytest.mark.parametrize("name", SAMPLE)
def test_a_model_without_classifier_and_pooling_is_foretold(name):
    options = {"global_pool": "", "num_classes": 0}
    told = asked(row_of(name), options)
    if isinstance(told, Unknown):
        assert refused(name=name, **options)
        return
    model = survey.on_meta(name, **options)
    same_tree(told, model)
    if isinstance(told.output, Shape):
        assert output_of(model, told) == (2, *told.output.dims[1:])


@pytest.mark.parametrize("name", SAMPLE)
def test_feature_maps_are_foretold(name):
    told = asked(row_of(name), {"features_only": True})
    if isinstance(told, Unknown):
        assert refused(name=name, features_only=True)
        return
    model = survey.on_meta(name, features_only=True)
    same_tree(told, model)
    assert model.feature_info.channels() == [told.stages[index][0] for index in told.chosen]
    assert model.feature_info.reduction() == [told.stages[index][1] for index in told.chosen]
    shapes = [shape.dims[1:] for shape in told.maps if isinstance(shape, Shape)]
    if shapes:
        assert [tuple(each.shape[1:]) for each in model(images(told))] == shapes


@pytest.mark.parametrize("name", SAMPLE)
def test_what_a_tag_changes_is_foretold(name):
    from timm.models import get_pretrained_cfg

    compared = set()
    for tag, *_ in row_of(name).record["tags"]:
        full = f"{name}.{tag}" if tag else name
        told, config = zoo.find("timm", full), get_pretrained_cfg(full)
        model = survey.on_meta(full)
        if isinstance(told, Unknown):
            assert survey.widths(model) != survey.widths(survey.on_meta(name))
            continue
        assert (config.num_classes, tuple(config.input_size)) == (told.classes, told.input.dims[1:]), full
        if (told.classes, told.input) in compared:
            assert list(told.parameter_names()) == [path for path, _ in model.named_parameters()], full
        elif told.input == row_of(name).input:
            same_tree(told, model)
        else:  # tables of positions follow the size of images
            assert {path: node.kind for path, node in told.tree.modules()} == {
                path: type(module).__name__ for path, module in model.named_modules(remove_duplicate=False)
            }
        compared.add((told.classes, told.input))


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


@pytest.mark.parametrize("name", ["resnet50_mlp", "tiny_vit_5m_224"])
def test_a_head_calls_its_layers_in_order(name):
    model = survey.on_meta(name).eval()
    head, seen = model.head, []
    for child in head.children():
        child.register_forward_hook(lambda layer, given, gave: seen.append((layer, given[0], gave)))
    output_of(model, row_of(name))

    assert type(head).__name__ in CALLED_IN_ORDER
    assert [layer for layer, _, _ in seen] == list(head.children())
    assert all(before[2] is after[1] for before, after in pairwise(seen))
