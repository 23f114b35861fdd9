"""One training in a process of its own: what it says where it cannot learn."""

from __future__ import annotations

import pytest

from predictor.errors import F1Error, NoUsableInput
from services.training.folds import FoldTask, train_fold


def test_train_fold__races_that_the_store_does_not_hold_are_not_taken_for_none(tmp_path):
    task = FoldTask("small", 2021, 1, "cpu", {}, tmp_path / "store", "0" * 64, tmp_path / "place")
    with pytest.raises(F1Error, match="not among the stored results") as caught:
        train_fold(task, lambda *_progress: None)
    assert not isinstance(caught.value, NoUsableInput)
    assert caught.value.where == str(tmp_path / "store")
