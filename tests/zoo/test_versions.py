"""Models that earlier versions of timm build alike."""

import pytest

from headlint.zoo.versions import built_alike, parsed


@pytest.mark.parametrize(
    ("name", "version", "answer"),
    [
        ("swin_tiny_patch4_window7_224", (0, 4, 12), False),
        ("swin_tiny_patch4_window7_224", (0, 6), False),
        ("swin_tiny_patch4_window7_224", (0, 5, 4), False),
        ("swin_tiny_patch4_window7_224", (0, 9, 16), True),
        ("a_model_that_nobody_compared", (0, 6), False),
        ("resnet50", (0, 4, 12), True),
        ("resnet50", (0, 1), True),
        ("swin_tiny_patch4_window7_224", (1, 0, 31), True),
        ("swin_tiny_patch4_window7_224", (1, 0, 3), True),
    ],
)
def test_what_is_built_alike(name, version, answer):
    assert built_alike("timm", name, version) is answer


def test_other_libraries_were_not_compared():
    assert built_alike("torchvision", "resnet50", (0, 1))


def test_versions_are_read_as_far_as_they_are_numbers():
    assert parsed("0.9.16.post1") == (0, 9, 16)
    assert parsed("dev") == ()
