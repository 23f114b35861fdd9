from dataclasses import replace

import pytest

from predictor.formats import parse_file
from predictor.records import CalendarRecord, EventRecord, EventRef
from predictor.season.fold import fold_files
from predictor.season.places import circuit_slug, event_slug, grand_prix_at, grand_prix_name
from predictor.vocabulary import EventStatus, SessionKind
from tests.said import said

from .builders import (
    CANCELLED,
    calendar,
    entries,
    fold_one,
    parsed,
    planned,
    race,
    ref,
    refused_of,
    rows,
    session,
)

CALENDAR_2020 = (
    planned("bahrain", 15, "2020-11-29", season=2020, circuit="bahrain"),
    planned("sakhir", 16, "2020-12-06", season=2020, circuit="bahrain"),
)
SPRING = (
    planned("imola", 7, "2025-05-18", name="Emilia Romagna Grand Prix", circuit="imola"),
    planned("monaco", 8, "2025-05-25", name="Monaco Grand Prix"),
    planned("spain", 9, "2025-06-01", name="Spanish Grand Prix", circuit="catalunya"),
)


def completed(state):
    return [event.event_id for event in state.events if event.status is EventStatus.COMPLETED]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Monaco Grand Prix", "monaco"),
        ("São Paulo Grand Prix", "sao-paulo"),
        ("Mexico City Grand Prix", "mexico"),
        ("Mexican Grand Prix", "mexico"),
        ("British Grand Prix", "great-britain"),
        ("Saudi Arabian Grand Prix", "saudi-arabia"),
        ("70th Anniversary Grand Prix", "70th-anniversary"),
        ("Formula 1 Heineken Chinese Grand Prix 2025", "china"),
        ("Las Vegas Grand Prix", "las-vegas"),
        ("Bahrain", "bahrain"),
    ],
)
def test_event_slug__providers_names_lead_to_one_slug(name, slug):
    assert event_slug(name) == slug


@pytest.mark.parametrize(
    ("name", "circuit_id"),
    [("albert_park", "melbourne"), ("Spa-Francorchamps", "spa-francorchamps"), ("spa",) * 2],
)
def test_circuit_slug__providers_ids_lead_to_one_circuit(name, circuit_id):
    expected = "spa-francorchamps" if name == "spa" else circuit_id
    assert circuit_slug(name) == expected


@pytest.mark.parametrize(
    "claim",
    [
        EventRef(season=2025, event_id="2025-spain"),
        EventRef(season=2025, name="Spanish Grand Prix", round=8),  # the name outweighs the round
        EventRef(season=2025, circuit="Catalunya"),
        EventRef(season=2025, date="2025-05-30", round=7),  # Friday practice
        EventRef(date="2025-06-01"),
        EventRef(season=2025, round=9),
    ],
)
def test_fold__file_finds_its_event_by_the_best_evidence_it_has(claim):
    state = fold_one(calendar(*SPRING), race(claim, rows("a", "b")))
    assert len(state.events) == 3
    assert completed(state) == ["2025-spain"]


def test_fold__name_finds_an_event_whose_id_is_another_word():
    claim = EventRef(season=2025, name="Emilia Romagna Grand Prix")
    assert completed(fold_one(calendar(*SPRING), race(claim, rows("a")))) == ["2025-imola"]


def test_fold__disagreement_of_name_and_round_is_noted():
    claim = EventRef(season=2025, name="Spanish Grand Prix", round=8)
    notes = said(fold_one(calendar(*SPRING), race(claim, rows("a"))).notes)
    assert any("round 8" in note and "round 9" in note for note in notes)


@pytest.mark.parametrize(
    ("date", "event_id"), [("2020-11-29", "bahrain"), ("2020-12-04", "sakhir")]
)
def test_fold__two_events_at_one_circuit_are_told_apart_by_date(date, event_id):
    claim = EventRef(season=2020, circuit="sakhir", date=date)
    state = fold_one(calendar(*CALENDAR_2020, season=2020), race(claim, rows("a")), season=2020)
    assert completed(state) == [f"2020-{event_id}"]


def test_fold__renumbered_calendar_changes_no_id_and_moves_no_result():
    results = [
        race(EventRef(season=2025, name="Monaco Grand Prix", round=8), rows("a", "b")),
        race(ref("spain", round_=9), rows("b", "a")),
    ]
    before = fold_one(calendar(*SPRING), *results)
    renumbered = calendar(
        planned("imola", 7, "2025-05-18", circuit="imola", status=CANCELLED),
        planned("monaco", 7, "2025-05-25", name="Monaco Grand Prix"),
        planned("spain", 8, "2025-06-01", name="Spanish Grand Prix", circuit="catalunya"),
    )
    after = fold_one(renumbered, *results)
    assert [event.event_id for event in after.events] == [e.event_id for e in before.events]
    assert completed(after) == completed(before) == ["2025-monaco", "2025-spain"]
    assert [event.round for event in after.events] == [7, 7, 8]
    for event_id in completed(after):
        assert after.event(event_id).sessions == before.event(event_id).sessions


def test_fold__round_that_was_cancelled_takes_nothing_from_the_one_that_has_its_number():
    events = (
        planned("imola", 7, "2025-05-18", name="Emilia Romagna Grand Prix", status=CANCELLED),
        planned("monaco", 7, "2025-05-25", name="Monaco Grand Prix"),
    )
    claim = EventRef(season=2025, round=7, date="2025-05-25")
    assert completed(fold_one(calendar(*events), race(claim, rows("a")))) == ["2025-monaco"]


@pytest.mark.parametrize(
    "claim",
    [
        EventRef(season=2025, name="Rwandan Grand Prix", round=8),
        EventRef(season=2025, event_id="2025-portugal", round=8),
        EventRef(season=2025, circuit="portimao"),
        EventRef(season=2025, date="2025-07-06"),
    ],
)
def test_fold__beside_a_complete_calendar_no_content_makes_an_event(claim):
    records = (calendar(*SPRING), race(claim, rows("a")))
    state = fold_one(*records)
    assert (len(state.events), completed(state)) == (3, [])
    (reason,) = refused_of(*records)
    assert "does not list the event" in reason
    assert "expected one of 2025-imola, 2025-monaco, 2025-spain" in reason


def test_fold__a_part_of_a_file_that_is_of_no_event_is_noted():
    other = race(EventRef(season=2025, name="Rwandan Grand Prix"), rows("a"))
    monaco = race(EventRef(season=2025, name="Monaco Grand Prix"), rows("a"))
    files = {"c": parsed(calendar(*SPRING)), "both.json": parsed(monaco, other)}
    folded = fold_files(files)
    (state,) = folded.states
    assert (completed(state), folded.refused) == (["2025-monaco"], {})
    assert any(note.startswith("both.json: ") and "Rwandan" in note for note in said(state.notes))


def test_fold__beside_a_partial_calendar_content_makes_an_event_with_a_note():
    claim = EventRef(season=2025, name="Rwandan Grand Prix", round=8)
    state = fold_one(calendar(*SPRING, complete=False), race(claim, rows("a")))
    assert completed(state) == ["2025-rwandan"]
    assert any("no calendar lists it" in note for note in said(state.notes))


def test_fold__a_race_called_after_its_place_is_the_event_there():
    listed = calendar(planned("italy", 16, "2025-09-07", circuit="monza"), *SPRING)
    claim = EventRef(season=2025, name="Monza Grand Prix", round=3)
    assert completed(fold_one(listed, race(claim, rows("a")))) == ["2025-italy"]


def test_fold__provider_key_joins_sessions_to_the_calendar_that_has_it():
    key = "openf1:meeting:1262"
    meeting = planned(None, None, "2025-06-01", name="Spanish Grand Prix")
    meeting = calendar(
        type(meeting)(event=EventRef(season=2025, date="2025-06-01", provider_key=key)),
        provider="openf1",
        complete=False,
    )
    claim = EventRef(provider_key=key)
    state = fold_one(calendar(*SPRING), meeting, race(claim, rows("a")))
    assert completed(state) == ["2025-spain"]


def test_fold__partial_calendar_adds_no_event_to_a_complete_one():
    meeting = planned(None, None, "2025-06-29", name="Austrian Grand Prix", circuit="spielberg")
    partial = calendar(meeting, provider="openf1", complete=False)
    state = fold_one(calendar(*SPRING), partial)
    assert len(state.events) == 3
    assert any("2025-austria" in note for note in said(state.notes))
    assert len(fold_one(partial).events) == 1


def test_fold__practice_and_race_without_calendar_or_name_join_by_weekend():
    state = fold_one(
        session(EventRef(season=2025, circuit="Monte Carlo", date="2025-05-23"), "fp1", rows("a")),
        race(EventRef(season=2025, circuit="monaco", date="2025-05-25"), rows("a")),
    )
    assert len(state.events) == 1
    assert state.events[0].date == "2025-05-25"
    assert {s.kind for s in state.events[0].sessions} == {SessionKind.FP1, SessionKind.RACE}


def test_fold__references_that_say_nothing_make_one_event_not_two():
    unknown = planned(None, None, None)
    assert len(fold_one(calendar(unknown, unknown)).events) == 1


def test_fold__calendar_of_single_sessions_makes_one_event_a_weekend():
    meeting = EventRef(season=2025, name="Australian Grand Prix", circuit="Melbourne")
    days = ("2025-03-14", "2025-03-15", "2025-03-16")
    refs = [EventRef(season=2025, circuit="Melbourne", date=day) for day in days]
    partial = CalendarRecord(
        season=2025,
        events=tuple(EventRecord(event=each) for each in (*refs, meeting)),
        provider="openf1",
        complete=False,
    )
    events = fold_one(partial).events
    assert [(event.event_id, event.date) for event in events] == [("2025-australia", "2025-03-16")]


def test_fold__weekends_in_a_row_without_calendar_stay_apart():
    days = ("2025-05-22", "2025-05-25", "2025-05-29", "2025-06-01")  # Thursday, Sunday, twice
    kinds = ("fp1", "race", "fp1", "race")
    state = fold_one(
        *(
            session(EventRef(season=2025, date=day), kind, rows("a"))
            for day, kind in zip(days, kinds, strict=True)
        )
    )
    assert [event.date for event in state.events] == ["2025-05-25", "2025-06-01"]
    assert [len(event.sessions) for event in state.events] == [2, 2]


@pytest.mark.parametrize(
    ("circuit", "season", "day", "slug"),
    [
        ("Melbourne", 2025, None, "australia"),
        ("Imola", 2025, None, "emilia-romagna"),
        ("Baku", 2016, None, "europe"),
        ("Baku", 2025, None, "azerbaijan"),
        ("Interlagos", 2019, None, "brazil"),
        ("Interlagos", 2021, None, "sao-paulo"),
        ("Catalunya", 2025, None, "spain"),
        ("Catalunya", 2026, None, "barcelona-catalunya"),
        ("Madring", 2026, None, "spain"),
        ("Spielberg", 2025, "2025-06-27", "austria"),
        ("Spielberg", 2020, None, "austria"),
        ("Spielberg", 2020, "2020-07-10", "styria"),
        ("Spielberg", 2021, "2021-06-25", "styria"),
        ("Spielberg", 2021, "2021-07-02", "austria"),
        ("Nowhere", 2025, None, None),
    ],
)
def test_grand_prix_at__knows_who_races_where(circuit, season, day, slug):
    assert grand_prix_at(circuit_slug(circuit), season, day) == slug


@pytest.mark.parametrize("slug", ["great-britain", "las-vegas", "sao-paulo", "barcelona-catalunya"])
def test_grand_prix_name__leads_back_to_its_slug(slug):
    assert event_slug(grand_prix_name(slug)) == slug


def test_event_slug__barcelona_has_one_slug():
    assert event_slug("Barcelona Grand Prix") == event_slug("Barcelona-Catalunya Grand Prix")


@pytest.mark.real_data
def test_grand_prix_at__agrees_with_every_calendar(reference_data):
    n_events = 0
    for season in range(2010, 2026):
        path = reference_data / f"seasons/{season}/calendar.json"
        (record,) = parse_file(str(path), path.read_bytes()).records
        for line in record.events:
            slug = line.event.event_id.removeprefix(f"{season}-")
            n_events += 1
            assert grand_prix_at(line.circuit.circuit_id, season, line.event.date) == slug
            assert grand_prix_name(slug) == line.event.name
    assert n_events == 329


def test_fold__a_session_known_by_its_circuit_alone_gets_the_usual_id_and_name():
    state = fold_one(
        race(EventRef(season=2025, circuit="Melbourne", date="2025-03-16"), rows("a", "b"))
    )
    assert [(event.event_id, event.name) for event in state.events] == [
        ("2025-australia", "Australian Grand Prix")
    ]


def test_fold__another_weekend_at_the_circuit_is_not_its_grand_prix():
    records = (
        calendar(*SPRING),
        session(EventRef(season=2025, circuit="Catalunya", date="2025-02-20"), "fp1", rows("a")),
    )
    state = fold_one(*records)
    assert state.event("2025-spain").sessions == ()
    assert len(state.events) == 3
    (reason,) = refused_of(*records)
    assert "does not list the event" in reason


def test_fold__without_a_calendar_the_season_says_so():
    bare = fold_one(race(ref(), rows("a", "b")))
    assert not bare.has_calendar
    assert any(note.startswith("no calendar of the whole season") for note in said(bare.notes))
    known = fold_one(calendar(*SPRING), race(ref(), rows("a", "b")))
    assert known.has_calendar
    assert not any("no calendar of" in note for note in said(known.notes))


def test_fold__a_partial_calendar_is_not_the_whole_season():
    lines = (planned("miami", 1, "2025-05-04"),)
    drivers = entries("lando-norris", "oscar-piastri")
    assert fold_one(calendar(*lines), drivers).has_calendar
    assert not fold_one(calendar(*lines, complete=False), drivers).has_calendar


@pytest.mark.parametrize(
    "lines",
    [
        (  # one date is a slip of the pen
            planned("monaco", 8, "2024-05-26", season=2024),
            planned("canada", 9, "2024-05-26", season=2024, circuit="montreal"),
        ),
        (  # events that no table knows
            planned("rwanda", 8, "2027-12-31", season=2027, circuit="kigali"),
            planned("thailand", 9, "2027-12-31", season=2027, circuit="bangkok"),
        ),
        (  # two at one circuit, both to be confirmed
            planned("austria", 8, "2020-12-31", season=2020, circuit="spielberg"),
            planned("styria", 9, "2020-12-31", season=2020, circuit="spielberg"),
        ),
        tuple(  # without ids, as other providers have them
            EventRecord(EventRef(season=2024, round=at, name=name, date="2024-12-31"))
            for at, name in ((8, "Rwanda Grand Prix"), (9, "Thailand Grand Prix"))
        ),
    ],
)
def test_fold__lines_of_one_calendar_are_events_whatever_their_dates(lines):
    season = lines[0].event.season
    results = [
        race(replace(line.event, date=None), rows(*drivers))
        for line, drivers in zip(lines, ("ab", "ba"), strict=True)
    ]
    state = fold_one(calendar(*lines, season=season), *results, season=season)
    assert [event.round for event in state.events] == [8, 9]
    assert [event.results(SessionKind.RACE)[0].driver.driver_id for event in state.events] == [
        "a",
        "b",
    ]
    ids = ", ".join(event.event_id for event in state.events)
    assert f"2 events ({ids}) have one date, {lines[0].event.date}" in said(state.notes)


def test_fold__results_that_say_their_events_are_not_joined_by_a_date():
    monaco = ref("monaco", 2024, 8, date="2024-05-26")
    state = fold_one(
        race(monaco, rows("a", "b")),
        race(
            EventRef(2024, name="Canadian Grand Prix", round=9, date="2024-05-26"), rows("b", "a")
        ),
        race(ref("rwanda", 2024, 10, date="2024-05-26"), rows("a", "b")),
        season=2024,
    )
    assert completed(state) == ["2024-monaco", "2024-canada", "2024-rwanda"]


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Rolex Grand Prix", "date": "2025-06-01"},  # a name that no table has
        {"name": "Rolex Grand Prix", "circuit": "Catalunya"},
        {"name": "Spanish Grand Prix", "date": "2025-05-25"},  # a slip of the pen
    ],
)
def test_fold__two_calendars_spell_one_event_as_they_like(other):
    theirs = EventRecord(EventRef(season=2025, round=9, **other))
    state = fold_one(calendar(*SPRING), calendar(theirs, provider="jolpica"))
    assert [event.event_id for event in state.events] == [line.event.event_id for line in SPRING]
