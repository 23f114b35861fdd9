"""A season of four cars and three races, small enough to work features out by hand."""

from __future__ import annotations

from predictor.records import DriverRef, EventRef, ResultRecord, SessionRecord
from predictor.season.state import Entry, EventState, SeasonState
from predictor.vocabulary import EventStatus, ResultStatus, SessionKind

TEAM_OF = {"ann": "red", "ben": "red", "cay": "blue", "dot": "blue"}
IDS = tuple(TEAM_OF)


def entry(driver, team, team_id=None):
    team_id = team_id or team
    return Entry(driver, driver.upper(), None, driver.title(), team_id, team_id.title(), team)


def row(driver, status=ResultStatus.FINISHED, **fields):
    return ResultRecord(DriverRef(driver_id=driver), status, **fields)


def session(kind, *rows, event_id="2025-one"):
    return SessionRecord(EventRef(season=2025, event_id=event_id), SessionKind(kind), rows)


def event(name="one", round_=1, date="2025-03-02", sessions=(), team_of=None, **fields):
    season = fields.pop("season", 2025)
    entries = tuple(entry(d, t) for d, t in sorted((team_of or TEAM_OF).items()))
    told = any(one.kind is SessionKind.RACE for one in sessions)
    return EventState(
        event_id=f"{season}-{name}",
        slug=name,
        season=season,
        round=round_,
        name=name.title(),
        date=date,
        circuit_id=fields.pop("circuit", name),
        circuit_kind=None,
        length_km=None,
        scheduled_laps=fields.pop("laps", 50),
        status=EventStatus.COMPLETED if told else EventStatus.SCHEDULED,
        sprint_format=fields.pop("sprint_format", None),
        sprint_laps=None,
        grid_from=fields.pop("grid_from", "qualifying"),
        qualifying_format="knockout",
        session_times=fields.pop("times", ()),
        entries=fields.pop("entries", entries),
        sessions=tuple(sessions),
    )


def practice(*seconds, laps=(20, 20, 20, 20), ids=IDS):
    rows = zip(ids, seconds, laps, strict=True)
    return session("fp1", *(row(d, best_s=s, laps=n) for d, s, n in rows))


def qualifying(*seconds, ids=IDS):
    rows = enumerate(zip(ids, seconds, strict=True), start=1)
    return session("qualifying", *(row(d, position=n, q1_s=s) for n, (d, s) in rows))


# ann and ben are 0 and 1 % off pole, cay and dot 2 and 3 %.
FIRST = event(
    sessions=(
        practice(91.0, 92.0, 93.0, 94.0),
        qualifying(90.0, 90.9, 91.8, 92.7),
        session(
            "race",
            row("ben", position=1, grid=2, laps=50, time_s=5000.0, best_s=80.0),
            row("ann", position=2, grid=1, laps=50, time_s=5025.0, gap_s=25.0, best_s=80.8),
            row("dot", position=3, grid=4, laps=50, time_s=5075.0, gap_s=75.0, best_s=81.6),
            row("cay", ResultStatus.DNF, grid=3, laps=10, classified=False, reason="Gearbox"),
        ),
    ),
)
# dot goes round for red, where he takes ben's seat; ben drives for blue.
SWAPPED = {"ann": "red", "ben": "blue", "cay": "blue", "dot": "red"}
SECOND = event(
    "two",
    2,
    "2025-03-16",
    team_of=SWAPPED,
    sessions=(
        qualifying(100.0, 101.0, 101.0, 102.0),
        session(
            "race",
            row("ann", position=1, grid=1, laps=60, time_s=6600.0, best_s=105.0),
            row("cay", position=2, grid=3, laps=60, time_s=6633.0, gap_s=33.0, best_s=105.0),
            row("ben", ResultStatus.DNF, grid=2, laps=40, classified=False, reason="Collision"),
            row("dot", ResultStatus.DSQ, grid=4, laps=60),
        ),
    ),
)
# Back at the first circuit; nothing of it has been run.
THIRD = event("third", 3, "2025-03-30", circuit="one", team_of=SWAPPED)


def season_of(*events, season=2025):
    return SeasonState(season, tuple(events), ())
