"""Files of the product's own in which somebody says how likely rain is."""

import json

import pytest

from predictor.errors import FormatError
from predictor.formats import parse_file
from predictor.records import EventRef, RainForecast, RainRecord
from tests.formats.builders import dump


def weather(**changes):
    """Give a file of one event and one forecast; None leaves a field out."""
    line = {"issued_at": "2025-07-05T11:00:00+02:00", "chance": 0.7, "by": "Met Office"}
    event = {"season": 2025, "event_id": "2025-great-britain"}
    whole = event | {"rain": [line | changes.pop("line", {})]} | changes
    whole["rain"] = [
        {key: one for key, one in row.items() if one is not None}
        if isinstance(row, dict) else row
        for row in whole["rain"]
    ] if isinstance(whole["rain"], list) else whole["rain"]  # fmt: skip
    return {key: one for key, one in whole.items() if one is not None}


def refused(value):
    with pytest.raises(FormatError) as caught:
        parse_file("weather.json", dump(value))
    return caught.value


def test_parse_rain__gives_event_instant_in_utc_and_chance():
    assert parse_file("weather.json", dump(weather())).records == (
        RainRecord(
            EventRef(season=2025, event_id="2025-great-britain"),
            (RainForecast("2025-07-05T09:00:00Z", 0.7, "Met Office"),),
        ),
    )


def test_parse_rain__takes_per_cent_a_round_and_nobodys_name():
    given = weather(
        event_id=None, round=12, line={"chance": None, "chance_percent": 35, "by": None}
    )
    (record,) = parse_file("weather.json", dump(given)).records
    assert record.event == EventRef(season=2025, round=12)
    assert record.forecasts == (RainForecast("2025-07-05T09:00:00Z", 0.35),)


@pytest.mark.parametrize("wrapped", ["list", "lines"])
def test_parse_rain__takes_several_events(wrapped):
    both = [weather(), weather(event_id=None, grand_prix="Belgian Grand Prix")]
    text = json.dumps(both) if wrapped == "list" else "\n".join(map(json.dumps, both))
    records = parse_file("weather.json", text.encode()).records
    assert [record.event.event_id or record.event.name for record in records] == [
        "2025-great-britain",
        "Belgian Grand Prix",
    ]


@pytest.mark.parametrize(
    ("line", "pointer", "expected"),
    [
        ({"chance": 70}, "/rain/0/chance", "0 to 1"),
        ({"chance": -0.1}, "/rain/0/chance", "0 to 1"),
        ({"chance": "0.7"}, "/rain/0/chance", "0 to 1"),
        ({"chance": True}, "/rain/0/chance", "0 to 1"),
        ({"chance": None}, "/rain/0/chance", "chance_percent"),
        ({"chance_percent": 70}, "/rain/0/chance", "chance or chance_percent"),
        ({"chance": None, "chance_percent": 101}, "/rain/0/chance_percent", "0 to 100"),
        ({"issued_at": None}, "/rain/0/issued_at", "required"),
        ({"issued_at": "2025-07-05"}, "/rain/0/issued_at", "2025-07-05T09:00Z"),
        ({"issued_at": "2025-07-35T09:00Z"}, "/rain/0/issued_at", "2025-07-05T09:00Z"),
        ({"issued_at": "Saturday To be"}, "/rain/0/issued_at", "2025-07-05T09:00Z"),
        ({"by": 5}, "/rain/0/by", "text"),
    ],
)
def test_parse_rain__names_the_place_of_a_wrong_value(line, pointer, expected):
    error = refused(weather(line=line))
    assert error.where == f"weather.json {pointer}"
    assert expected in error.expected
    assert error.do


@pytest.mark.parametrize("rain", [[], None, "0.7", 0.7, [0.7]])
def test_parse_rain__refuses_a_file_without_forecasts(rain):
    assert refused({"season": 2025, "round": 3, "rain": rain}).where.startswith("weather.json")


def test_parse_rain__refuses_two_of_one_instant_and_an_event_without_a_name():
    line = weather()["rain"][0]
    assert "one instant" in refused(weather(rain=[line, line | {"chance": 0.2}])).what
    assert "event_id" in refused(weather(event_id=None)).expected
    assert refused(weather(season=None)).where.endswith("/season")
