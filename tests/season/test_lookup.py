"""An event is found by what people call it."""

from __future__ import annotations

from pathlib import Path

import pytest

from predictor.errors import UsageError
from predictor.formats import parse_file
from predictor.season.lookup import find_event
from tests.season.builders import calendar, fold_one, planned
from tests.season.names_of_events import all_names

RACE_DATA = Path(__file__).parents[2] / "race-data"

SEASON = fold_one(
    calendar(
        planned("monaco", 8, "2025-05-25"),
        planned("spain", 9, "2025-06-01"),
        planned("sao-paulo", 21, "2025-11-09"),
    )
)
WHOLE = fold_one(
    calendar(
        planned("miami", 6, "2025-05-04"),
        planned("emilia-romagna", 7, "2025-05-18", circuit="imola"),
        planned("monaco", 8, "2025-05-25"),
        planned("spain", 9, "2025-06-01", circuit="catalunya"),
        planned("great-britain", 12, "2025-07-06", circuit="silverstone"),
        planned("belgium", 13, "2025-07-27", circuit="spa-francorchamps"),
        planned("netherlands", 15, "2025-08-31", circuit="zandvoort"),
        planned("italy", 16, "2025-09-07", circuit="monza"),
        planned("united-states", 19, "2025-10-19", circuit="austin"),
        planned("sao-paulo", 21, "2025-11-09", circuit="interlagos"),
    )
)


def found(season, text):
    return find_event(season.season, season.events, text)


@pytest.mark.parametrize(
    "text", ["2025-monaco", "monaco", "Monaco", "MONACO GRAND PRIX", " monaco ", "8"]
)
def test_find_event__takes_id_slug_name_and_round_in_any_case(text):
    assert found(SEASON, text).event_id == "2025-monaco"


@pytest.mark.parametrize("text", ["8.0", "08", "2024-monaco", "", "nowhere"])
def test_find_event__what_nothing_is_called_is_refused(text):
    with pytest.raises(UsageError, match="no such event") as caught:
        found(SEASON, text)
    assert caught.value.got == repr(text)


def test_find_event__suggests_the_nearest_event():
    with pytest.raises(UsageError) as caught:
        found(SEASON, "monacco")
    assert caught.value.do == "did you mean 2025-monaco?"


def test_find_event__suggests_nothing_for_what_is_like_nothing():
    with pytest.raises(UsageError) as caught:
        found(SEASON, "xyzxyz")
    assert "did you mean" not in caught.value.do


def test_find_event__of_a_round_that_is_not_there_says_which_there_are():
    with pytest.raises(UsageError) as caught:
        found(SEASON, "99")
    assert caught.value.do == "rounds are 1 to 21; the season document has the ids"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("mona", "monaco"),
        ("PAULO", "sao-paulo"),
        ("sao paulo", "sao-paulo"),
        ("São-Paulo", "sao-paulo"),
    ],
)
def test_find_event__takes_a_part_that_one_event_alone_has(text, slug):
    assert found(SEASON, text).slug == slug


def test_find_event__names_all_that_a_part_fits():
    with pytest.raises(UsageError, match="more than one event") as caught:
        found(SEASON, "grand prix")
    assert caught.value.do == "name one of 2025-monaco, 2025-spain, 2025-sao-paulo"


@pytest.mark.parametrize("text", ["mo", "2025", "202"])
def test_find_event__two_letters_or_a_number_are_no_part(text):
    with pytest.raises(UsageError, match="no such event"):
        found(SEASON, text)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("spa", "belgium"),
        ("monza", "italy"),
        ("silverstone", "great-britain"),
        ("Interlagos", "sao-paulo"),
        ("cota", "united-states"),
        ("imola", "emilia-romagna"),
        ("red bull ring", None),
        ("holland", "netherlands"),
        ("UK", "great-britain"),
        ("italy", "italy"),  # is run there twice, but one is called after it
        ("usa", "united-states"),
        ("Brazil", "sao-paulo"),
        ("Montmeló", "spain"),
        ("GP of Spain", "spain"),
        ("Heineken Dutch", None),  # a word that nobody is called by
        ("Formula 1 Heineken Dutch Grand Prix 2025", "netherlands"),
        ("Formula 1 Dutch Grand Prix 2025", "netherlands"),
        ("Imola, Italy", "emilia-romagna"),
        ("zand", "netherlands"),
        ("2024 monza", None),
    ],
)
def test_find_event__knows_circuits_places_and_countries(text, slug):
    if slug is not None:
        assert found(WHOLE, text).slug == slug
        return
    with pytest.raises(UsageError, match="no such event") as caught:
        found(WHOLE, text)
    assert "did you mean" not in caught.value.do


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("mon", ["monaco", "italy", "spain"]),  # of Monza and Montmeló the circuits
        ("monza spa", ["italy", "belgium"]),
        ("united", ["great-britain", "united-states"]),
    ],
)
def test_find_event__a_part_of_a_name_and_of_anothers_circuit_is_refused_with_both(text, slugs):
    with pytest.raises(UsageError, match="more than one event") as caught:
        found(WHOLE, text)
    for slug in slugs:
        assert f"2025-{slug}" in caught.value.do


def test_find_event__a_place_with_two_events_is_refused_with_both():
    twice = fold_one(
        calendar(
            planned("austria", 1, "2020-07-05", season=2020, circuit="spielberg"),
            planned("styria", 2, "2020-07-12", season=2020, circuit="spielberg"),
            season=2020,
        ),
        season=2020,
    )
    with pytest.raises(UsageError, match="more than one event") as caught:
        found(twice, "red bull ring")
    assert caught.value.do == "name one of 2020-austria, 2020-styria"
    assert found(twice, "austria").slug == "austria"


@pytest.mark.parametrize(
    ("text", "near"), [("silvrestone", "great-britain"), ("imolla", "emilia-romagna")]
)
def test_find_event__suggests_what_is_near(text, near):
    with pytest.raises(UsageError) as caught:
        found(WHOLE, text)
    assert caught.value.do == f"did you mean 2025-{near}?"


@pytest.mark.parametrize(
    "text", ["sochi", "nowhere", "paris", "silver lake", "bonaco bay", "monza sochi"]
)
def test_find_event__suggests_nothing_that_is_far(text):
    with pytest.raises(UsageError) as caught:
        found(WHOLE, text)
    assert "did you mean" not in caught.value.do


@pytest.mark.parametrize("season", range(2018, 2026))
def test_find_event__every_usual_name_of_every_event_finds_it(season):
    (record,) = parse_file("c", (RACE_DATA / f"{season}/calendar.json").read_bytes()).records
    state = fold_one(record, season=season)
    circuits = [event.circuit_id for event in state.events]
    wrong = []
    for line in record.events:
        names, countries = all_names(line, season)
        is_twice = circuits.count(line.circuit.circuit_id) > 1
        for name in names:
            try:
                named = found(state, name).event_id
            except UsageError as error:
                named = error.what if is_twice else f"{error.what}: {error.do}"
            is_named = name == "Sakhir" and named == "2020-sakhir"  # it is called so
            is_refused = is_twice and named == "more than one event is called that"
            if named != line.event.event_id and not (is_named or is_refused):
                wrong.append((name, named))
        for country in countries:
            assert found(state, country).circuit_id is not None
    assert wrong == []
