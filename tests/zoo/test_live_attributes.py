"""Does the zoo know every attribute that the modules of the installed libraries have?"""

import pytest

from headlint import zoo
from headlint.zoo import attributes
from headlint.zoo.survey import attributes as survey
from headlint.zoo.survey import surveyor
from tests.full import sample

pytestmark = [
    pytest.mark.runtime,
    pytest.mark.filterwarnings("ignore:The default weight initialization:FutureWarning"),
]
pytest.importorskip("torchvision")


@pytest.mark.parametrize("name", sample(zoo.names("torchvision"), 6))
def test_every_attribute_of_a_model_is_known(name):
    model = surveyor("torchvision").on_meta(name)
    for path, module in model.named_modules():
        known = attributes.of("torchvision", type(module).__name__)
        assert known is not None, path
        assert survey.own_names(module) <= known, path
        assert attributes.bases("torchvision", type(module).__name__) == survey.bases(module), path


def test_every_attribute_of_a_layer_is_known():
    for layer in survey.layers():
        assert survey.own_names(layer) <= attributes.of("", type(layer).__name__)
        assert attributes.bases("", type(layer).__name__) == survey.bases(layer)


def test_what_is_not_known_is_not_there():
    model = surveyor("torchvision").on_meta("resnet18")
    assert not hasattr(model, "classifier")
    assert "classifier" not in attributes.of("torchvision", "ResNet")
    assert not hasattr(model.layer1, "in_features")
    assert "in_features" not in attributes.of("torchvision", "Sequential")


def test_the_heads_have_the_names_that_rows_tell():
    assert {"fc", "classifier", "heads", "head"} <= attributes.heads()
    assert attributes.own("torchvision", "NoSuchModule") is None
