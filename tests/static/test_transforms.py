"""The names of means and deviations, against the installed timm."""

import pytest

from headlint.static.transforms import CONSTANTS


@pytest.mark.runtime
@pytest.mark.parametrize("name", CONSTANTS)
def test_a_constant_is_timms(name):
    data = pytest.importorskip("timm.data")
    assert getattr(data, name) == CONSTANTS[name]
