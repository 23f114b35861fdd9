"""Numbers of versions rise by one, and by a whole one for another sort of model."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from services.registry.changes import register
from services.settings.limits import ModelLimits
from tests.registry.small_models import NOTHING, new_version, promoted, registered

OTHER_FEATURES = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({}, "1.1"),
        ({"kind": "ranker"}, "2.0"),
        ({"features_digest": OTHER_FEATURES}, "2.0"),
        ({"is_major": True}, "2.0"),
    ],
)
def test_next_version__another_sort_of_model_raises_the_first_number(tmp_path, change, number):
    registered(tmp_path, b"first")
    new = replace(new_version(b"second"), **change)
    assert register(tmp_path, ModelLimits(), new, shipped=NOTHING) == number
    again = replace(new, is_major=False)
    major = number.partition(".")[0]
    assert register(tmp_path, ModelLimits(), again, shipped=NOTHING) == {
        "1": "1.2", "2": "2.1",
    }[major]  # fmt: skip


def test_next_version__goes_on_from_what_is_shipped(tmp_path):
    shipped = tmp_path / "shipped"
    promoted(shipped, b"shipped", b"again")
    other = replace(new_version(b"own"), features_digest=OTHER_FEATURES)
    for new, number in ((new_version(b"own"), "1.2"), (other, "2.0")):
        folder = tmp_path / number
        assert register(folder, ModelLimits(), new, shipped=shipped) == number


def test_next_version__a_damaged_last_one_still_counts(tmp_path):
    registered(tmp_path, b"first", b"second")
    shutil.rmtree(tmp_path / "race_outcome" / "1.1")
    assert registered(tmp_path, b"third") == ["1.2"]
    assert (
        register(
            tmp_path, ModelLimits(), replace(new_version(b"fourth"), is_major=True), shipped=NOTHING
        )
        == "2.0"
    )
