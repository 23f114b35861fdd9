"""The table shows the next race, the title odds, and what was left out."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec import UNSET

from predictor.published.event_types import Result
from predictor.published.season_types import Point, Rejection
from predictor.published.title_types import PointsRange
from predictor.vocabulary import EventStatus, ResultStatus
from services.publishing.table import event_to_show, season_table
from tests.published.small_document import driver_forecast, small_document
from tests.published.small_document import event as any_event


def driver(name, p_win):
    return msgspec.structs.replace(
        driver_forecast(name[:3].upper(), p_win),
        driver_id=name.lower(),
        name=name,
        team="McLaren",
        p_podium=0.8,
        p_points=0.95,
        p_dnf=0.1234,
        expected_position=2.345,
        expected_position_if_finished=1.54,
        interval_90_if_finished=(1, 6),
    )


def event(round_, date, status="scheduled", drivers=(("Norris", 0.6), ("Hülkenberg", 0.0001))):
    block = any_event(f"e{round_}", round=round_, date=date, status=EventStatus(status), ml=UNSET)
    rows = tuple(driver(*one) for one in drivers)
    return msgspec.structs.replace(block, predictions=rows, result=UNSET)


def document(**events):
    points = PointsRange(current=25.0, mean=380.4, p05=300.0, p50=381.0, p95=450.0)
    whole = small_document(
        known_until=UNSET,
        notes=("a note",),
        rejected=(Rejection(file="x.json", reason="is empty"),),
    )
    norris, piastri = (
        msgspec.structs.replace(one, name=name, p_title=p, points=points)
        for one, name, p in zip(
            whole.championship.drivers, ("Norris", "Piastri"), (0.7, 0.3), strict=True
        )
    )
    return msgspec.structs.replace(
        whole,
        championship=msgspec.structs.replace(whole.championship, drivers=(norris, piastri)),
        predictions={name.replace("_", " "): one for name, one in events.items()},
    )


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
    assert (
        lines[0] == "Next race: Monaco Grand Prix, 2025-05-25 (round 8, forecast after qualifying)"
    )
    assert lines[3].split() == "1 Norris McLaren 60.0 % 80.0 % 95.0 % 12.3 % 2.3 1.5 (1-6)".split()  # noqa: SIM905
    assert "<0.1 %" in lines[4]
    assert lines[3].index("McLaren") == lines[4].index("McLaren")
    assert lines[-1] == "Season document: predictions/season.json"
    assert "file left out: x.json: is empty" in lines
    assert "note: a note" in lines


def test_season_table__says_what_its_columns_are():
    lines = season_table(document(Monaco=event(8, "2025-05-25")), Path("x")).splitlines()
    legend = "\n".join(lines[6:9])
    words = ("win", "podium", "points", "DNF", "exp. pos", "if finished")
    assert all(f"{word}" in legend for word in words)


@pytest.mark.parametrize("unknown", [UNSET, None])
def test_season_table__a_document_without_places_of_finishes_shows_none(unknown):
    block = event(8, "2025-05-25")
    rows = tuple(
        msgspec.structs.replace(row, expected_position_if_finished=unknown)
        for row in block.predictions
    )
    block = msgspec.structs.replace(block, predictions=rows)
    assert (
        season_table(document(Monaco=block), Path("x")).splitlines()[3].endswith("2.3            -")
    )


def test_season_table__shows_the_sprint_to_come_below_the_race():
    lines = season_table(document(Monaco=event(8, "2025-05-25")), Path("x")).splitlines()
    at = lines.index("Sprint, forecast with its grid known")
    assert lines[at - 1] == ""
    assert lines[at + 2].split()[:3] == ["driver", "team", "win"]
    assert lines[at + 3].split()[:5] == ["1", "Driver", "AAA", "Team", "75.0"]
    assert lines[at + 5] == ""  # both drivers of it


def test_season_table__shows_the_first_of_many_in_a_sprint_and_counts_the_rest():
    block = event(8, "2025-05-25")
    many = msgspec.structs.replace(block.sprint, predictions=block.sprint.predictions * 10)
    text = season_table(document(Monaco=msgspec.structs.replace(block, sprint=many)), Path("x"))
    assert "... and 12 more, all in the document" in text


def test_season_table__tells_who_won_a_sprint_that_is_run():
    block = event(8, "2025-05-25")
    won = msgspec.structs.replace(block.sprint, result=any_event("x").result)
    lines = season_table(
        document(Monaco=msgspec.structs.replace(block, sprint=won)), Path("x")
    ).splitlines()
    told = lines[lines.index("Sprint") + 1]
    assert told == "  won by Driver AAA: before the sprint 75.0 % to win, the favourite"


def test_season_table__a_weekend_without_a_sprint_has_no_word_of_one():
    block = msgspec.structs.replace(event(8, "2025-05-25"), sprint=UNSET)
    assert "Sprint" not in season_table(document(Monaco=block), Path("x"))


def with_result(block, *order):
    """Give a completed event with a result, and what became of those without a place."""
    row = any_event("x").result.order[0]
    rows = tuple(
        msgspec.structs.replace(row, driver_id=name, position=place, status=ResultStatus(status))
        for name, place, status in order
    )
    result = Result(winner=rows[0].driver_id, order=rows)
    return msgspec.structs.replace(block, result=result)


DONE = event(7, "2025-05-18", "completed", (("Norris", 0.6), ("Hülkenberg", 0.0625)))


def test_season_table__sets_the_result_beside_the_forecast_of_a_race_that_is_over():
    ended = with_result(DONE, ("hülkenberg", 1, "finished"), ("norris", None, "dnf"))
    lines = season_table(document(Imola=ended), Path("x")).splitlines()
    assert lines[0] == "Last race: Imola, 2025-05-18 (round 7, forecast after qualifying)"
    assert lines[1] == (
        "  won by Hülkenberg: before the race 6.2 % to win, number 2 of the forecast; "
        "favourite Norris (60.0 %): DNF"
    )
    assert [line.split()[-1] for line in lines[3:6]] == ["result", "DNF", "1"]


def test_season_table__tells_of_the_last_race_below_the_next_one():
    ended = with_result(DONE, ("norris", 1, "finished"), ("hülkenberg", 2, "finished"))
    text = season_table(document(Imola=ended, Monaco=event(8, "2025-05-25")), Path("x"))
    lines = text.splitlines()
    assert lines[0].startswith("Next race: Monaco, 2025-05-25")
    told = lines.index("Last race: Imola, 2025-05-18 (round 7)")
    assert lines[told + 1] == "  won by Norris: before the race 60.0 % to win, the favourite"
    assert "result" not in lines[2]


def test_season_table__a_winner_of_whom_there_was_no_forecast_is_named():
    ended = with_result(DONE, ("stand-in", 1, "finished"), ("norris", 2, "finished"))
    assert "  won by stand-in, of whom there was no forecast" in season_table(
        document(Imola=ended), Path("x")
    )


@pytest.mark.parametrize(
    ("point", "words"), [({"round": 12}, "round 12"), ({"date": "2025-07-26"}, "2025-07-26")]
)
def test_season_table__says_first_that_what_came_later_is_hidden(point, words):
    cut = document(Monaco=event(8, "2025-05-25"))
    metadata = msgspec.structs.replace(cut.metadata, known_until=Point(**point))
    cut = msgspec.structs.replace(cut, metadata=metadata)
    first = season_table(cut, Path("x")).splitlines()[0]
    assert first == (
        f"2025 as of {words}: everything later is hidden; leave --as-of out for the whole season"
    )


def test_season_table__titles_that_are_decided_are_standings():
    over = document(Monaco=event(8, "2025-05-25"))
    done = PointsRange(current=25.0, mean=25.0, p05=25.0, p50=25.0, p95=25.0)
    titles = msgspec.structs.replace(
        over.championship,
        drivers=tuple(msgspec.structs.replace(x, points=done) for x in over.championship.drivers),
    )
    text = season_table(msgspec.structs.replace(over, championship=titles), Path("x"))
    assert "Drivers' championship, final  points" in text
    assert "%" not in text[text.index("Drivers' championship") :]


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
    notes = tuple(f"note {number}" for number in range(n))
    metadata = msgspec.structs.replace(many.metadata, notes=notes)
    many = msgspec.structs.replace(many, metadata=metadata)
    text = season_table(many, Path("x"))
    assert text.count("note: ") == 8
    assert ("... and" in text) == (n > 8)
