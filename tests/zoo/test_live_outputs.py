"""Does the zoo know what models of transformers return?"""

import dataclasses
import doctest
import json

import pytest

from headlint.zoo import attributes
from headlint.zoo.survey import outputs
from tests.full import is_full, sample

pytestmark = pytest.mark.runtime
pytest.importorskip("transformers")

TOLD = json.loads((attributes.FOLDER / "transformers.json").read_text(encoding="utf-8"))
MODELS = sorted(TOLD["returns"])
SMALL = ["BertModel", "DistilBertForSequenceClassification", "DistilBertModel", "ViTModel"]


def test_the_example_of_the_docstring():
    found = doctest.testmod(attributes)
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize("name", MODELS if is_full() else sample(MODELS, 12))
def test_the_annotation_says_the_same(name):
    kind = outputs.returned(name)
    told = kind.__name__, tuple(field.name for field in dataclasses.fields(kind))
    assert attributes.output_of(name) == told


@pytest.mark.parametrize("name", SMALL)
def test_a_model_returns_what_is_told(name):
    import torch
    import transformers

    kind = getattr(transformers, name)
    config = kind.config_class(
        num_hidden_layers=1, n_layers=1, hidden_size=24, dim=24, num_attention_heads=2, n_heads=2
    )
    model = kind(config).eval()
    image = torch.zeros(1, 3, config.image_size, config.image_size) if name.startswith("ViT") else None
    given = model(image) if image is not None else model(torch.zeros(1, 4, dtype=torch.long))
    told = attributes.output_of(name)
    assert told is not None
    assert type(given).__name__ == told[0]
    assert all(hasattr(given, field) for field in told[1])
    lacking = attributes.output_fields() - set(told[1])
    assert {"pooler_output", "logits", "last_hidden_state"} - set(told[1]) <= lacking
    assert not any(hasattr(given, field) for field in lacking)


def test_no_field_is_one_of_a_tensors():
    import torch

    assert not any(hasattr(torch.Tensor, field) for field in attributes.output_fields())
