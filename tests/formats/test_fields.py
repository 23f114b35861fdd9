"""What a field may hold, whoever provides it."""

from __future__ import annotations

import pytest

from predictor.errors import FormatError
from predictor.formats.fields import Row


def test_code__takes_what_stands_for_a_driver_and_no_page_of_text():
    assert Row({"code": "VER"}, "race.json").code("code") == "VER"
    assert Row({"code": ""}, "race.json").code("code") is None
    with pytest.raises(FormatError, match="code") as caught:
        Row({"code": "A" * 41}, "race.json").code("code")
    assert caught.value.expected == "a code of at most 40 characters"
