"""What is told as wrong: sentences, in which files keep their names."""

from __future__ import annotations

import pytest

from services.web.derived.health_words import other_warnings


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("told/monaco.json cannot be read", "told/monaco.json cannot be read."),
        ("season_2024.json is no season document.", "season_2024.json is no season document."),
        ("the page of title could not be made", "The page of title could not be made."),
    ],
)
def test_other_warnings__a_file_keeps_its_name(trouble, said):
    (found,) = other_warnings([trouble], "")
    assert found.why == said
