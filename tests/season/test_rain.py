"""Forecasts of rain find their events, and an earlier point of the season knows earlier ones."""

from predictor.as_of import AsOf
from predictor.graph.seasons.known_folder import known_folder
from predictor.graph.seasons.parsing import parse_one
from predictor.notes import NoteKind
from predictor.records import ParsedFile, RainForecast, RainRecord
from predictor.season.fold import fold_files
from predictor.season.known import season_with
from predictor.vocabulary import SessionKind
from tests.formats.builders import dump

from .builders import calendar, fold_one, planned, race, ref, rows
from .test_known import CALENDAR, FIRST, files

EARLY = RainForecast("2025-04-27T09:00:00Z", 0.3)
LATE = RainForecast("2025-04-30T09:00:00Z", 0.6, "Met Office")
MONACO = RainRecord(ref("monaco"), (LATE, EARLY))


def rain_of(season):
    return season.event("2025-monaco").rain


def test_fold__forecasts_of_several_files_stand_in_order_of_issue():
    records = RainRecord(ref("monaco", round_=2), (LATE,)), RainRecord(ref("monaco"), (EARLY,))
    for order in (records, records[::-1]):
        assert rain_of(fold_one(CALENDAR, *order)) == (EARLY, LATE)
    assert fold_one(CALENDAR, *records).event("2025-bahrain").rain == ()


def test_fold__of_two_chances_issued_at_one_instant_the_higher_counts_and_it_is_told():
    other = RainForecast(LATE.issued_at, 0.2)
    for order in ((LATE, other), (other, LATE)):
        state = fold_one(CALENDAR, *(RainRecord(ref("monaco"), (one,)) for one in order))
        assert rain_of(state) == (LATE,)
        assert [note.kind for note in state.notes if "rain" in note.text] == [NoteKind.FILES_DIFFER]


def test_fold_files__a_forecast_for_an_event_that_the_calendar_lacks_is_refused():
    stray = ParsedFile("native", (RainRecord(ref("atlantis"), (EARLY,)),))
    folded = fold_files({**files(CALENDAR, MONACO), "stray.json": stray})
    assert [event.slug for event in folded.states[0].events] == ["bahrain", "monaco"]
    assert list(folded.refused) == ["stray.json"]


def test_season_with__forecasts_for_later_events_are_not_known():
    known = season_with(files(CALENDAR, FIRST, MONACO), 2025, ["2025-bahrain"])
    assert rain_of(known) == ()
    assert rain_of(season_with(files(CALENDAR, FIRST, MONACO), 2025, ["2025-monaco"]))


def folder(as_of):
    """What a folder with two forecasts for Monaco holds at an earlier point."""
    lines = [{"issued_at": one.issued_at, "chance": one.chance} for one in (EARLY, LATE)]
    held = (("bahrain", 1, "2025-04-27"), ("monaco", 2, "2025-05-01"))
    contents = {
        "calendar.json": [
            {"event_id": f"2025-{slug}", "round": n, "name": f"{slug} Grand Prix", "date": day}
            for slug, n, day in held
        ],
        "weather.json": {"season": 2025, "event_id": "2025-monaco", "rain": lines},
    }  # fmt: skip
    outcomes = {path: parse_one(dump(one)) for path, one in contents.items()}
    found = known_folder(outcomes, "2025", as_of, 2025)
    return [one.issued_at for one in rain_of(found.states[0])], found.hidden


def test_known_folder__a_forecast_issued_after_the_day_is_not_known():
    assert folder(AsOf(day="2025-04-29")) == ([EARLY.issued_at], ())
    assert folder(AsOf(day="2025-04-30")) == ([EARLY.issued_at, LATE.issued_at], ())
    assert folder(AsOf(day="2025-04-26")) == ([], ("weather.json",))


def test_known_folder__after_a_round_what_was_issued_by_its_day_is_known():
    assert folder(AsOf(round=1)) == ([EARLY.issued_at], ())
    assert folder(AsOf(round=0)) == ([], ("weather.json",))


def test_fold__sessions_stay_what_they_are_beside_a_forecast():
    line = calendar(planned("monaco", 1, "2025-05-25"))
    raced = race(ref("monaco", round_=1), rows("lando-norris", "oscar-piastri"))
    with_rain = fold_one(line, raced, MONACO).events[0]
    assert with_rain.sessions == fold_one(line, raced).events[0].sessions
    assert with_rain.session(SessionKind.RACE)
