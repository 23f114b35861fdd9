import pytest

from predictor.errors import UsageError
from services.cli.season_list import parse_seasons


@pytest.mark.parametrize(
    ("text", "seasons"),
    [
        ("2022", (2022,)),
        ("2022:2025", (2022, 2023, 2024, 2025)),
        ("2019,2021:2023", (2019, 2021, 2022, 2023)),
        (" 2023 , 2021:2023,2019", (2019, 2021, 2022, 2023)),
    ],
)
def test_parse_seasons__gives_each_once_in_order(text, seasons):
    assert parse_seasons(text) == seasons


@pytest.mark.parametrize(
    "text", ["", "x", "22", "2022:", ":2022", "2022-2025", "2025:2022", "2022,"]
)
def test_parse_seasons__anything_else_is_a_mistake(text):
    with pytest.raises(UsageError) as caught:
        parse_seasons(text)
    assert caught.value.where == "--seasons"
