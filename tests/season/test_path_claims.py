"""Which event a path means: by words, else by round; nothing is made beside a calendar."""

from __future__ import annotations

import pytest

from predictor.records import CircuitRecord, EventRecord, EventRef, PathClaim
from predictor.season.identity import CalendarClaim, identify_events
from predictor.vocabulary import EventStatus
from tests.said import said

from .builders import planned, ref


def line(slug, round_, date, circuit=None, *, season=2024, name=None, **fields):
    return planned(slug, round_, date, season=season, circuit=circuit or slug, name=name, **fields)


SEASON_2024 = (
    line("bahrain", 1, "2024-03-02"),
    line("emilia-romagna", 7, "2024-05-19", "imola"),
    line("monaco", 8, "2024-05-26"),
    line("spain", 10, "2024-06-23", "catalunya"),
    line("italy", 16, "2024-09-01", "monza"),
)
SEASON_2021 = (
    line("styria", 8, "2021-06-27", "spielberg", season=2021),
    line("austria", 9, "2021-07-04", "spielberg", season=2021),
)


def identified(lines, *claims, season=2024, complete=True, content=(), **fields):
    calendars = [CalendarClaim(each, 0, complete) for each in lines]
    refs = [EventRef(season=season, path=claim, **fields) for claim in claims]
    return identify_events(season, calendars, [*content, *refs]), refs


def event_of(lines, claim, **fields):
    """Give the event that one path means; a refusal's words where it is refused."""
    season = fields.get("season", 2024)
    found, (only,) = identified(lines, claim, **fields)
    assert len(found.events) == len(lines)
    if only in found.refused:
        return found.refused[only].one_line()
    return found.by_ref[only].removeprefix(f"{season}-")


@pytest.mark.parametrize(
    ("words", "number", "slug"),
    [
        (("monza",), None, "italy"),
        (("monza",), 3, "italy"),  # a renumbered calendar: words outweigh the round
        ((), 16, "italy"),
        (("holiday",), 16, "italy"),
        (("italy",), None, "italy"),
        (("italy",), 7, "emilia-romagna"),
        (("italy", "imola"), None, "emilia-romagna"),
        (("italian",), 7, "italy"),
        (("bobs monza", "races of bob"), None, "italy"),
        (("formula 1 pirelli gran premio ditalia",), None, "italy"),
        (("made in italy e dellemilia romagna",), None, "emilia-romagna"),
        (("formula 1 qatar airways monaco grand prix",), None, "monaco"),
    ],
)
def test_place_claim__words_mean_an_event_else_the_round(words, number, slug):
    assert event_of(SEASON_2024, PathClaim(words, number)) == slug


def test_place_claim__a_round_that_words_outweigh_is_noted():
    found, _ = identified(SEASON_2024, PathClaim(("monza",), 3))
    (note,) = said(found.notes)
    assert note.startswith("2024-italy: files say round 3, the calendar round 16")


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (PathClaim(), "nothing tells which event"),
        (PathClaim(("copy",)), "nothing tells which event"),
        (PathClaim((), 2), "no round 2"),
        (PathClaim(("sochi",), 16), "does not have"),
        (PathClaim(("korea",)), "does not have"),
        (PathClaim(("monza sochi",)), "does not have"),
        (PathClaim(("monza", "imola"), 7), "more than one event"),
        (PathClaim(("monza vs monaco",)), "more than one event"),
        (PathClaim(("italy",), 8), "more than one event"),
    ],
)
def test_place_claim__what_names_none_or_several_is_refused_with_the_choices(claim, why):
    words = event_of(SEASON_2024, claim)
    assert why in words
    assert "2024-italy" in words


def test_place_claim__two_events_at_a_place_need_round_date_or_name():
    place = ("spielberg",)
    assert "2021-austria, 2021-styria" in event_of(SEASON_2021, PathClaim(place), season=2021)
    for claim in (
        PathClaim(place, 8),
        PathClaim(place, date="2021-06-26"),
        PathClaim(("styrian",)),
        PathClaim(("spielberg", "styria")),
    ):
        assert event_of(SEASON_2021, claim, season=2021) == "styria"
    assert event_of(SEASON_2021, PathClaim(("austria",)), season=2021) == "austria"


def test_place_claim__a_name_of_one_and_a_place_of_another_is_refused_with_both():
    lines = (
        line("bahrain", 15, "2020-11-29", season=2020),
        line("sakhir", 16, "2020-12-06", "bahrain", season=2020),
    )
    said = event_of(lines, PathClaim(("sakhir",)), season=2020)
    assert "one of 2020-bahrain, 2020-sakhir" in said
    assert event_of(lines, PathClaim(("sakhir grand prix",)), season=2020) == "sakhir"
    assert event_of(lines, PathClaim(("bahrain",)), season=2020) == "bahrain"


def test_place_claim__the_day_of_the_content_outweighs_the_path():
    claim = PathClaim(("monza",), 8)
    assert event_of(SEASON_2024, claim, date="2024-05-24") == "monaco"
    found, _ = identified(SEASON_2024, claim, date="2024-05-24")
    assert "2024-monaco: a file's date says so, its path names another event" in said(found.notes)
    # A day of no weekend is no evidence: a calendar may be wrong by a week.
    assert event_of(SEASON_2024, PathClaim(("monza",)), date="2024-09-08") == "italy"


@pytest.mark.parametrize(
    ("claim", "day"),
    [
        (PathClaim(("bahrain",)), "2024-02-23"),  # testing, eight days before the race
        (PathClaim((), 1), "2024-02-19"),
        (PathClaim(("bahrain testing",)), None),
        (PathClaim(("bahrain", "pre preseason"), 1), "2024-03-01"),
    ],
)
def test_place_claim__tests_are_no_practice_of_the_race_at_their_place(claim, day):
    said = event_of(SEASON_2024, claim, date=day)
    assert "another time" in said or "testing is not used" in said


def test_place_claim__a_day_in_the_path_decides_only_what_is_left_open():
    assert event_of(SEASON_2024, PathClaim(date="2024-05-26")) == "monaco"
    assert event_of(SEASON_2024, PathClaim(("monza",), date="2024-05-26")) == "italy"
    assert event_of(SEASON_2024, PathClaim((), 16, "2024-05-26")) == "italy"


def test_place_claim__a_cancelled_events_round_is_whose_it_is_now():
    lines = (
        line("emilia-romagna", 6, "2023-05-21", "imola", season=2023, status=EventStatus.CANCELLED),
        line("monaco", 6, "2023-05-28", season=2023),
    )
    assert event_of(lines, PathClaim((), 6), season=2023) == "monaco"


def test_place_claim__what_the_calendar_itself_says_counts_at_circuits_nobody_knows():
    circuit = CircuitRecord("chatuchak", "Bangkok Street Circuit", country="Thailand")
    thai = EventRecord(ref("thailand", 2028, 12, "Thai Grand Prix", "2028-07-02"), circuit)
    lines = (thai, line("monaco", 8, "2028-05-28", season=2028))
    for word in ("thailand", "thai", "bangkok", "Chatuchak", "bangkok street circuit"):
        assert event_of(lines, PathClaim((word.lower(),)), season=2028) == "thailand", word


@pytest.mark.parametrize(
    ("word", "season", "event_id"),
    [
        ("monza", 2024, "2024-italy"),
        ("italy", 2024, "2024-italy"),
        ("brazil", 2024, "2024-sao-paulo"),
        ("brazil", 2018, "2018-brazil"),
        ("barcelona", 2026, "2026-barcelona-catalunya"),
        ("madrid", 2026, "2026-spain"),
        ("spielberg", 2021, None),
        ("monza copy", 2023, "2023-italy"),
        ("copy", 2023, None),
        ("atlantis", 2023, None),
    ],
)
def test_place_claim__without_a_calendar_only_a_known_name_makes_an_event(word, season, event_id):
    found, (only,) = identified((), PathClaim((word,), 5), season=season)
    assert found.by_ref.get(only) == event_id
    assert [event.event_id for event in found.events] == ([event_id] if event_id else [])


def test_place_claim__without_a_calendar_a_round_alone_asks_for_one():
    found, (only,) = identified((), PathClaim((), 5))
    assert "drop the season's calendar" in found.refused[only].do
    found, refs = identified((), PathClaim((), 5), PathClaim(("monaco",), 5))
    assert {found.by_ref[each] for each in refs} == {"2024-monaco"}


def test_place_claim__paths_join_what_content_names_in_any_order():
    content = [EventRef(season=2024, name="Italian Grand Prix", round=16)]
    claims = (PathClaim(("imola",)), PathClaim(("monza",)), PathClaim((), 16), PathClaim(("ita",)))
    found, refs = identified((), *claims, content=content)
    assert [found.by_ref[each] for each in refs] == [
        "2024-emilia-romagna", "2024-italy", "2024-italy", "2024-italy",
    ]  # fmt: skip


def test_identify_events__a_name_in_the_rows_outweighs_the_path_with_a_note():
    claim = PathClaim(("spain",), 10)
    found, (only,) = identified(SEASON_2024, claim, name="Monaco Grand Prix")
    assert found.by_ref[only] == "2024-monaco"
    assert "2024-monaco: a file's rows name it, its path names another event" in said(found.notes)
    same, _ = identified(SEASON_2024, PathClaim(("monaco",), 8), name="Monaco Grand Prix")
    assert same.notes == ()
