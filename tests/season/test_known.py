"""A season as it stood after some of its events."""

from predictor.records import ParsedFile
from predictor.season.known import season_with
from predictor.vocabulary import EventStatus, SessionKind

from .builders import calendar, fold_one, planned, race, ref, rows, session

TEAMS = {"a": "Ferrari", "b": "Ferrari", "new": "Ferrari"}
FIRST = race(ref("bahrain", round_=1), rows("a", "b", teams=TEAMS))
LATER = race(ref("monaco", round_=2), rows("new", "a", teams=TEAMS))
PRACTICE = session(ref("monaco", round_=2), "fp1", rows("new", "a", teams=TEAMS))
CALENDAR = calendar(planned("bahrain", 1, "2025-03-01"), planned("monaco", 2, "2025-05-01"))


def files(*records):
    return {f"{n}.json": ParsedFile("native", (one,)) for n, one in enumerate(records)}


def test_season_with__later_sessions_reach_neither_results_nor_line_ups():
    known = season_with(files(CALENDAR, FIRST, PRACTICE, LATER), 2025, ["2025-bahrain"])
    assert known == fold_one(CALENDAR, FIRST)
    monaco = known.event("2025-monaco")
    assert monaco.status is EventStatus.SCHEDULED
    assert [entry.driver_id for entry in monaco.entries] == ["a", "b"]


def test_season_with__one_file_of_all_rounds_is_taken_apart():
    whole = {"all.json": ParsedFile("native", (CALENDAR, FIRST, PRACTICE, LATER))}
    known = season_with(whole, 2025, ["2025-bahrain"])
    assert known.event("2025-bahrain").session(SessionKind.RACE)
    assert known.event("2025-monaco").sessions == ()


def test_season_with__all_events_give_the_season_itself():
    records = (CALENDAR, FIRST, PRACTICE, LATER)
    both = season_with(files(*records), 2025, ["2025-bahrain", "2025-monaco"])
    assert both == fold_one(*records)
