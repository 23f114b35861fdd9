"""Whatever a folder holds, in whatever order: one season, never an exception."""

from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.records import (
    CalendarRecord,
    DriverRef,
    EventRecord,
    EventRef,
    ResultRecord,
    SessionRecord,
)
from predictor.season.fold import fold
from predictor.season.standings import standings
from predictor.vocabulary import EventStatus, ResultStatus, SessionKind

from .builders import parsed


def maybe(*values):
    return st.sampled_from([None, *values])


REFS = st.builds(
    EventRef,
    season=maybe(2025),
    event_id=maybe("2025-monaco", "2025-spain"),
    round=maybe(8, 9),
    name=maybe("Monaco Grand Prix", "Spanish Grand Prix", "Пробная гонка"),
    circuit=maybe("monaco", "Catalunya"),
    date=maybe("2025-05-23", "2025-06-01", "not a date"),
    provider_key=maybe("openf1:meeting:1"),
)
DRIVERS = st.builds(
    DriverRef,
    driver_id=maybe("a", "b", "c"),
    code=maybe("AAA", "BBB"),
    number=maybe(1, 2),
    name=maybe("A", "Zoë Q"),
)
RESULTS = st.builds(
    ResultRecord,
    driver=DRIVERS,
    status=st.sampled_from(ResultStatus),
    position=maybe(1, 2, 3),
    team=maybe("McLaren", "Sauber", "New Team"),
    grid=maybe(1, 2),
    laps=maybe(1, 60),
    fastest_lap=maybe(True, False),
    best_s=maybe(80.5),
)
SESSIONS = st.builds(
    SessionRecord,
    event=REFS,
    kind=st.sampled_from(SessionKind),
    results=st.lists(RESULTS, max_size=4, unique_by=lambda row: row.driver).map(tuple),
    provider=st.sampled_from(["native", "jolpica", "openf1", "someone-else"]),
)
CALENDARS = st.builds(
    CalendarRecord,
    season=st.just(2025),
    events=st.lists(
        st.builds(
            EventRecord,
            event=REFS,
            status=maybe(*EventStatus),
            scheduled_laps=maybe(0, 78),
            has_sprint=maybe(True, False),
        ),
        max_size=3,
    ).map(tuple),
    complete=st.booleans(),
)


@settings(max_examples=150)
@given(st.lists(SESSIONS | CALENDARS, max_size=6), st.randoms(use_true_random=False))
def test_fold__any_records_in_any_order_give_one_consistent_season(records, random):
    files = {f"{n}.json": parsed(record) for n, record in enumerate(records)}
    shuffled = list(files.items())
    random.shuffle(shuffled)
    states = fold(files)
    assert fold(dict(shuffled)) == states

    renamed = list(files.values())
    random.shuffle(renamed)
    events = {year: state.events for year, state in states.items()}
    again = fold({f"{n}": file for n, file in enumerate(renamed)})
    assert {year: state.events for year, state in again.items()} == events

    for state in states.values():
        standings(state)
        ids = [event.event_id for event in state.events]
        assert len(set(ids)) == len(ids)
        for event in state.events:
            drivers = [entry.driver_id for entry in event.entries]
            codes = [entry.code for entry in event.entries]
            assert drivers == sorted(set(drivers))
            assert len(set(codes)) == len(codes)
            kinds = [session.kind for session in event.sessions]
            assert len(set(kinds)) == len(kinds)
            assert event.round >= 1
