"""Is what the zoo says of the older libraries true of those that are installed?"""

import json

import pytest
from zoo_live import why_not_surveyed

from headlint import zoo
from headlint.zoo import store
from headlint.zoo.survey import line, survey_one, surveyor
from tests.full import sample

pytestmark = [pytest.mark.runtime, pytest.mark.filterwarnings("ignore")]

OLDER = ("efficientnet_pytorch", "open_clip", "pretrainedmodels", "segmentation_models_pytorch", "torchaudio")


@pytest.fixture
def library(request):
    if why := why_not_surveyed(request.param):
        pytest.skip(why)
    return request.param


@pytest.mark.parametrize("library", OLDER, indirect=True)
def test_the_survey_is_complete(library):
    assert list(zoo.names(library)) == sorted(surveyor(library).names())


@pytest.mark.parametrize(
    ("library", "name"), [(one, name) for one in OLDER for name in sample(zoo.names(one), 1)], indirect=["library"]
)
def test_a_new_survey_says_the_same(library, name):
    assert json.loads(line(survey_one(surveyor(library), name))) == store.record(library, name)
