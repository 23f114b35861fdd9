"""The table shows the next race, the title odds, and what was left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.publishing.table import event_to_show, season_table


def driver(name, p_win):
    return {
        "driver": name[:3].upper(),
        "driver_id": name.lower(),
        "name": name,
        "team": "McLaren",
        "p_win": p_win,
        "p_podium": 0.8,
        "p_points": 0.95,
        "p_dnf": 0.1234,
        "expected_position": 2.345,
    }


def event(round_, date, status="scheduled", drivers=(("Norris", 0.6), ("Hülkenberg", 0.0001))):
    return {
        "metadata": {
            "event_id": f"e{round_}",
            "round": round_,
            "date": date,
            "status": status,
            "horizon": "c",
        },
        "predictions": [driver(*one) for one in drivers],
    }


def document(**events):
    title = {
        "name": "Norris",
        "p_title": 0.7,
        "points": {"current": 25.0, "mean": 380.4, "p05": 300.0, "p50": 381.0, "p95": 450.0},
    }
    return {
        "metadata": {"notes": ["a note"], "rejected": [{"file": "x.json", "reason": "is empty"}]},
        "championship": {
            "drivers": [title, title | {"name": "Piastri", "p_title": 0.3}],
            "constructors": [title | {"team": "McLaren"}],
        },
        "predictions": {name.replace("_", " "): one for name, one in events.items()},
    }


def test_event_to_show__the_next_one_to_come():
    shown = event_to_show(
        document(
            Australia=event(1, "2025-03-16", "completed"),
            Imola=event(7, "2025-05-18", "cancelled", drivers=()),
            Monaco=event(8, "2025-05-25"),
            Qatar=event(23, "2025-11-30"),
        )
    )
    assert shown[0] == "Monaco"


def test_event_to_show__a_race_missing_from_the_data_is_not_to_come():
    hole = {
        "Australia": event(1, "2025-03-16", "completed"),
        "China": event(2, "2025-03-23"),
        "Japan": event(3, "2025-04-06", "completed"),
    }
    assert event_to_show(document(**hole))[0] == "Japan"
    assert event_to_show(document(**hole, Miami=event(6, "2025-05-04")))[0] == "Miami"


def test_event_to_show__the_last_one_with_a_forecast_of_a_finished_season():
    finished = {
        "A": event(1, "2025-03-16", "completed"),
        "B": event(2, "2025-03-23", "completed"),
        "C": event(3, "2025-04-06", "completed", drivers=()),
    }
    assert event_to_show(document(**finished))[0] == "B"
    assert event_to_show(document()) is None


def test_season_table__shows_every_column():
    text = season_table(
        document(Monaco_Grand_Prix=event(8, "2025-05-25")), Path("predictions/season.json")
    )
    lines = text.splitlines()
    assert lines[0] == "Monaco Grand Prix (round 8, 2025-05-25, after qualifying, scheduled)"
    assert lines[3].split() == "1 Norris McLaren 60.0 % 80.0 % 95.0 % 12.3 % 2.3".split()  # noqa: SIM905
    assert "<0.1 %" in lines[4]
    assert lines[3].index("McLaren") == lines[4].index("McLaren")
    assert lines[-1] == "Season document: predictions/season.json"
    assert "file left out: x.json: is empty" in lines
    assert "note: a note" in lines


def test_season_table__the_title_in_order_of_probability():
    text = season_table(document(Monaco=event(8, "2025-05-25")), Path("x"))
    title = text[text.index("Drivers' championship") :]
    assert title.index("Norris") < title.index("Piastri")
    assert "300 to 450" in title


def test_season_table__a_season_without_forecasts_says_so():
    assert season_table(document(), Path("x")).startswith("No event of this season has a forecast")


@pytest.mark.parametrize("n", [8, 9, 30])
def test_season_table__long_lists_are_counted(n):
    many = document()
    many["metadata"]["notes"] = [f"note {number}" for number in range(n)]
    text = season_table(many, Path("x"))
    assert text.count("note: ") == 8
    assert ("... and" in text) == (n > 8)
