"""How numbers are said, against sentences written by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.derived import figures
from services.web.derived.figures import MINUS, THIN


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.0, "<1 %"),
        (0.0099, "<1 %"),
        (0.01, "1 %"),
        (0.1249, "12 %"),
        (0.125, "13 %"),
        (0.285, "29 %"),
        (0.994, "99 %"),
        (0.9949, "99 %"),
        (0.995, ">99 %"),
        (1.0, ">99 %"),
    ],
)
def test_per_cent__says_whole_per_cent_and_never_certainty(p, said):
    assert figures.per_cent(p) == said.replace(" ", THIN)


@given(st.floats(0, 1))
def test_per_cent__a_forecast_is_never_0_or_100(p):
    for said in (figures.per_cent(p), figures.fine_per_cent(p), figures.one_in(p)):
        assert said.rstrip("%").rstrip(THIN) not in ("0", "100", "0.0")


@given(st.floats(0, 1), st.floats(0, 1))
def test_per_cent__the_larger_chance_never_has_the_smaller_figure(p, q):
    def rank(said):
        return float(said.rstrip("%").rstrip(THIN).replace("<1", "0.9").replace(">99", "99.9"))

    low, high = sorted((p, q))
    assert rank(figures.per_cent(low)) <= rank(figures.per_cent(high))


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.0, "<0.1 %"),
        (0.0009, "<0.1 %"),
        (0.001, "0.1 %"),
        (0.0061, "0.6 %"),
        (0.0096, "1 %"),
        (0.51, "51 %"),
    ],
)
def test_fine_per_cent__has_a_decimal_below_one(p, said):
    assert figures.fine_per_cent(p) == said.replace(" ", THIN)


def test_share__of_what_happened_may_be_all_or_none():
    assert figures.share(0, 12) == f"0{THIN}%"
    assert figures.share(12, 12) == f"100{THIN}%"
    assert figures.share(1, 0) == figures.NOTHING


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (0.131, "▲ +13"),
        (-0.09, f"▼ {MINUS}9"),
        (0.004, "▲ <1"),
        (-0.004, "▼ <1"),
        (0.005, "▲ +1"),
        (0.0, "0"),
    ],
)
def test_change__has_sign_and_triangle_and_no_zero_that_moved(difference, said):
    assert figures.change(difference) == said.replace(" ", THIN)


def test_points_apart__knows_one_point_and_less():
    assert figures.points_apart(0.0149) == "1 point"
    assert figures.points_apart(-0.12) == "12 points"
    assert figures.points_apart(0.002) == "under 1 point"


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.0, "under 1 in 1,000"),
        (0.00099, "under 1 in 1,000"),
        (0.001, "1 in 1,000"),
        (1 / 826, "1 in 826"),
        (0.0949, "1 in 11"),
        (0.095, f"10{THIN}%"),
        (0.16, f"16{THIN}%"),
    ],
)
def test_one_in__is_for_what_is_rare(p, said):
    assert figures.one_in(p) == said


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (1.0, "almost sure"),
        (0.99, "very likely"),
        (0.8, "very likely"),
        (0.799, "likely"),
        (0.6, "likely"),
        (0.4, "about even"),
        (0.2, "possible"),
        (0.05, "unlikely"),
        (0.01, "very unlikely"),
        (0.0099, "a long shot"),
        (0.0, "a long shot"),
    ],
)
def test_likely__the_same_words_everywhere(p, said):
    assert figures.likely(p) == said


def test_points__are_whole_or_half():
    assert [figures.points(x) for x in (226.0, 25.5, 1000.0, 0.0)] == ["226", "25.5", "1,000", "0"]


def test_count__knows_the_singular():
    assert figures.count(1, "race") == "1 race"
    assert figures.count(15000, "race") == "15,000 races"
    assert figures.count(2, "driver has", "drivers have") == "2 drivers have"
    assert [figures.spelt(n) for n in (0, 1, 12, 13)] == ["no", "one", "twelve", "13"]


def test_ordinal__of_every_ending():
    said = [figures.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111)]
    assert said == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "22nd",
        "23rd",
        "101st",
        "111th",
    ]


def test_series__joins_none_one_and_more():
    assert [figures.series(w) for w in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Carlos Sainz Jr.", "Sainz"),
        ("Nyck de Vries", "de Vries"),
        ("Giedo van der Garde", "van der Garde"),
        ("Paul di Resta", "di Resta"),
        ("Nico Hülkenberg", "Hülkenberg"),
        ("Pelé", "Pelé"),
        ("Jr.", "Jr."),
        ("", ""),
    ],
)
def test_surname__of_names_with_particles_and_generations(name, called):
    assert figures.surname(name) == called


def test_surnames__two_of_one_name_are_told_apart():
    said = figures.surnames(["Michael Schumacher", "Ralf Schumacher", "Lando Norris"])
    assert list(said.values()) == ["Michael Schumacher", "Ralf Schumacher", "Norris"]


@pytest.mark.parametrize(
    ("event_id", "title", "said"),
    [
        ("2025-belgium", "Belgian Grand Prix", "Belgium"),
        ("2025-sao-paulo", "São Paulo Grand Prix", "São Paulo"),
        ("2025-emilia-romagna", "Emilia Romagna Grand Prix", "Emilia Romagna"),
        ("2020-70th-anniversary", "70th Anniversary Grand Prix", "70th Anniversary"),
        ("2025-great-britain", "British Grand Prix", "Great Britain"),
        ("2021-spain", "Spanish Grand Prix (2021-spain)", "Spain"),
        ("monaco", "", "Monaco"),
    ],
)
def test_area__is_the_place_in_the_spelling_of_the_name(event_id, title, said):
    assert figures.area(event_id, title) == said


def test_dates__are_said_in_full_and_in_utc():
    assert figures.date_text("2025-07-26T14:00:00Z") == "26 July 2025"
    assert figures.date_text(None) == figures.NOTHING
    assert figures.day_text("2025-07-27") == "Sunday 27 July"
    assert figures.moment_text("2025-07-26T14:00:00Z") == "26 July 2025, 14:00 UTC"
