"""A folder as of an earlier point is the folder that was really cut there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import orjson
import pytest

from predictor.as_of import AsOf
from predictor.graph.seasons.folding import fold_parsed, parse_all
from predictor.graph.seasons.known_folder import known_folder
from predictor.vocabulary import SessionKind
from tests.forecasting.small_season import RACE_DATA
from tests.formats.builders import jolpica_page, jolpica_race, jolpica_row
from tests.providers.facts import facts_of
from tests.providers.fastf1 import fastf1_files
from tests.providers.jolpica import jolpica_files
from tests.providers.openf1 import openf1_files

CALENDARS = ("races.json", "sessions.json", "meetings.json")
# Days before the race on which a session is held, of weekends without and with a sprint.
USUAL = {"fp1": 2, "fp2": 2, "fp3": 1, "qualifying": 1, "race": 0}
SPRINT = {"fp1": 2, "sprint-qualifying": 2, "sprint": 1, "qualifying": 1, "race": 0}
SPRINT_2021 = {"fp1": 2, "qualifying": 2, "fp2": 1, "sprint": 1, "race": 0}


def folded(outcomes, folder):
    """Fold outcomes by path as the season's own folder is."""
    return fold_parsed(outcomes, {}, folder)


def cut_there(outcomes, folder, as_of, season, left):
    """See that a folder as of a point is one with those files alone."""
    cut = {path: one for path, one in outcomes.items() if path in left}
    known = known_folder(outcomes, folder, as_of, season)
    by_hand = folded(cut, folder)
    assert known.states == by_hand.states
    assert known.rejected == by_hand.rejected
    assert set(known.hidden) == outcomes.keys() - left


@pytest.fixture(scope="module", params=[2021, 2025])
def native(request):
    """A bundled season: its year, its parsed files, its calendar by the folder's number."""
    root = RACE_DATA / str(request.param)
    files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.json")}
    events = orjson.loads(files["calendar.json"])["events"]
    return request.param, parse_all(files), {f"{one['round']:02d}": one for one in events}


@pytest.mark.parametrize("last", [0, 1, 10, 22])
def test_known_folder__a_round_is_the_folders_up_to_it(native, last):
    year, outcomes, _ = native
    left = {path for path in outcomes if "/" not in path or int(path[:2]) <= last}
    cut_there(outcomes, str(year), AsOf(round=last), year, left)


@pytest.mark.parametrize("before", [0, 1, 2])
@pytest.mark.parametrize("slug", ["great-britain", "sao-paulo", "spain"])
def test_known_folder__a_day_is_cut_between_two_sessions_of_a_weekend(native, slug, before):
    year, outcomes, calendar = native
    race_day = next(one["date"] for one in calendar.values() if one["slug"] == slug)
    day = (date.fromisoformat(race_day) - timedelta(days=before)).isoformat()

    def held(path):
        folder, _, name = path.partition("/")
        line = calendar[folder[:2]]
        days = USUAL if not line["sprint"] else SPRINT_2021 if year == 2021 else SPRINT
        ago = timedelta(days=days[name.removesuffix(".json")])
        return (date.fromisoformat(line["date"]) - ago).isoformat() <= day

    left = {path for path in outcomes if "/" not in path or held(path)}
    cut_there(outcomes, str(year), AsOf(day=day), year, left)


@pytest.mark.parametrize(
    ("as_of", "is_known"),
    [(AsOf(day="2025-02-25"), False), (AsOf(day="2025-02-26"), True), (AsOf(round=0), True)],
)
def test_known_folder__a_day_of_testing_is_known_from_its_date(as_of, is_known):
    rows = [{"driver_id": "lando-norris", "team": "McLaren", "best_s": 90.0}]
    content = {"season": 2025, "session": "testing", "day": 1, "date": "2025-02-26",
               "results": rows}  # fmt: skip
    calendar = (RACE_DATA / "2025" / "calendar.json").read_bytes()
    outcomes = parse_all({"calendar.json": calendar, "t.json": orjson.dumps(content)})
    known = known_folder(outcomes, "2025", as_of, 2025)
    assert bool(known.states[0].testing) is is_known
    assert ("t.json" in known.hidden) is not is_known


def up_to(facts, last):
    """Give a season's facts without the sessions of later rounds."""
    events = (one if one.round <= last else replace(one, sessions={}) for one in facts.events)
    return replace(facts, events=tuple(events))


def in_one_file(files):
    """Put all results of all sessions into one answer, as for a whole year."""
    results = [name for name in files if name.startswith("session_result")]
    rows = [row for name in results for row in orjson.loads(files[name])]
    kept = {name: data for name, data in files.items() if name not in results}
    return kept | {"session_result.json": orjson.dumps(rows)}


def openf1_up_to(files, last):
    """Take the rows of later rounds out of OpenF1's answers, but for the calendar's."""
    left = {}
    for name, data in files.items():
        rows = [row for row in orjson.loads(data) if row["meeting_key"] % 100 <= last]
        if name in CALENDARS or rows:
            left[name] = data if name in CALENDARS else orjson.dumps(rows)
    return left


@pytest.mark.parametrize("last", [1, 9])
@pytest.mark.parametrize("provider", ["jolpica", "fastf1", "openf1", "openf1 by the year"])
def test_known_folder__is_cut_alike_in_other_providers_files(provider, last):
    facts = facts_of(RACE_DATA / "2023")
    if provider.startswith("openf1"):
        whole = openf1_files(facts)
        whole = in_one_file(whole) if "year" in provider else whole
        cut = openf1_up_to(whole, last)
    else:
        written = jolpica_files if provider == "jolpica" else fastf1_files
        whole, cut = written(facts), written(up_to(facts, last))
        cut |= {name: whole[name] for name in CALENDARS if name in whole}
    known = known_folder(parse_all(whole), "2023", AsOf(round=last), 2023)
    by_hand = folded(parse_all(cut), "2023")
    assert known.states == by_hand.states
    assert known.rejected == by_hand.rejected


def test_known_folder__pit_stops_of_a_hidden_result_are_hidden_not_refused():
    facts = facts_of(RACE_DATA / "2023")
    files = openf1_files(facts)
    key = max(name for name in files if name.startswith("session_result"))
    row = orjson.loads(files[key])[0]
    stop = {name: row[name] for name in ("driver_number", "meeting_key", "session_key")}
    files["pit.json"] = orjson.dumps([stop | {"lap_number": 9, "pit_duration": 22.5}])
    known = known_folder(parse_all(files), "2023", AsOf(round=3), 2023)
    assert "pit.json" in known.hidden
    assert known.rejected == ()


@pytest.mark.parametrize("last", [0, 1, 2])
def test_known_folder__a_race_that_two_pages_share_is_whole_or_hidden(last):
    # Of three races of twenty rows the second is cut at row ten, where the first page ends.
    races = [
        jolpica_race(
            number, "Results", [jolpica_row(1 + (place + number) % 20) for place in range(20)]
        )
        | {"date": f"2025-0{4 + number}-01", "Circuit": {"circuitId": circuit}}
        for number, circuit in enumerate(("monza", "suzuka", "monaco"), start=1)
    ]
    files = {
        name: orjson.dumps(jolpica_page(races, offset=offset))
        for name, offset in (("1.json", 0), ("2.json", 30))
    }
    known = known_folder(parse_all(files), "2025", AsOf(round=last), 2025)
    held = {event.round: len(event.results(SessionKind.RACE)) for event in events_of(known)}
    assert held == dict.fromkeys(range(1, last + 1), 20)
    assert known.rejected == ()


def events_of(known):
    return [event for state in known.states for event in state.events]


def test_known_folder__copies_of_a_hidden_file_are_hidden():
    root = RACE_DATA / "2025"
    names = ("calendar.json", "01-australia/race.json", "02-china/race.json")
    files = {name: (root / name).read_bytes() for name in names}
    files["copy of china.json"] = files["02-china/race.json"]
    known = known_folder(parse_all(files), "2025", AsOf(round=1), 2025)
    assert known.hidden == ("02-china/race.json", "copy of china.json")
