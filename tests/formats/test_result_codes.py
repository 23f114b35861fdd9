import pytest

from predictor.formats.result_codes import Said, race_outcomes, race_status, retirement_reason
from predictor.vocabulary import ResultStatus as Status


@pytest.mark.parametrize(
    ("position_text", "status", "expected"),
    [
        ("1", "Finished", Status.FINISHED),
        ("12", "+1 Lap", Status.FINISHED),
        ("12", "Lapped", Status.FINISHED),
        ("17", "Retired", Status.DNF),  # classified after 90 % of the distance
        ("R", "Retired", Status.DNF),
        ("R", "Gearbox", Status.DNF),
        ("R", "Finished", Status.DNF),
        ("R", "", Status.DNF),
        ("D", "Disqualified", Status.DSQ),
        ("E", "Excluded", Status.EX),
        ("W", "Withdrew", Status.DNS),
        ("F", "Did not qualify", Status.DNQ),
        ("F", "107% Rule", Status.DNQ),
        ("R", "Did not start", Status.DNS),
        ("R", "Did not prequalify", Status.DNP),
        ("N", "+12 Laps", Status.NC),
        ("", "", Status.FINISHED),
    ],
)
def test_race_status__follows_letter_then_word(position_text, status, expected):
    assert race_status(position_text, status) is expected


def test_retirement_reason__is_only_given_where_the_status_names_one():
    assert retirement_reason("Gearbox", Status.DNF) == "Gearbox"
    assert retirement_reason("Retired", Status.DNF) is None
    assert retirement_reason("+1 Lap", Status.FINISHED) is None


FINISHED, DNF = Status.FINISHED, Status.DNF


@pytest.mark.parametrize(
    "word", ["FIN", "Classified", "Running", "OK", "finish", "Finished.", "1", "1.0", ""]
)
def test_race_status__knows_the_words_for_finished(word):
    assert race_status("4", word) is FINISHED


@pytest.mark.parametrize("word", ["1 Lap", "+1L", "+1 Lap", "2 laps down", "Lapped", "11", "12.0"])
def test_race_outcomes__knows_the_words_for_lapped(word):
    (_, lapped), note = race_outcomes([Said("1", "Finished", 52), Said("2", word, 51)])
    assert (lapped.status, lapped.is_lapped, lapped.reason, note) == (FINISHED, True, None, None)


def test_race_outcomes__whoever_has_a_time_or_all_laps_has_finished_whatever_the_word():
    rows = [
        Said("1", "Im Ziel", 52, is_timed=True),
        Said("2", "Zielflagge", 52),
        Said("3", "Terminado", None, is_timed=True),
        Said("R", "Motorschaden", 30),
    ]
    outcomes, note = race_outcomes(rows)
    assert [one.status for one in outcomes] == [FINISHED, FINISHED, FINISHED, DNF]
    assert [one.reason for one in outcomes] == [None, None, None, "Motorschaden"]
    assert note is not None
    assert "'Im Ziel', 'Zielflagge', 'Terminado' of 3 classified drivers" in str(note)


def test_race_outcomes__a_word_that_finishers_have_or_many_share_is_no_cause():
    rows = [
        Said("1", "Ja", 52, is_timed=True),
        Said("2", "Ja", 51),
        *(Said(str(place), "\u00dcberrundet", 50) for place in (3, 4, 5)),
    ]
    outcomes, _ = race_outcomes(rows)
    assert [(one.status, one.is_lapped) for one in outcomes] == [
        (FINISHED, False),
        *[(FINISHED, True)] * 4,
    ]


@pytest.mark.parametrize("word", ["Gearbox", "Collision", "Retired"])
def test_race_outcomes__two_classified_short_of_laps_are_retired(word):
    rows = [Said("1", "Finished", 52), Said("17", word, 51), Said("18", word, 50)]
    outcomes, note = race_outcomes(rows)
    assert [one.status for one in outcomes] == [FINISHED, DNF, DNF]
    assert note is None


def test_race_outcomes__a_cause_that_others_stopped_by_is_one_for_all():
    places = ("1", "15", "16", "17", "R")
    rows = [Said(place, "Collision" if place != "1" else "Finished", 50) for place in places[1:]]
    outcomes, _ = race_outcomes([Said("1", "Finished", 52), *rows])
    assert [one.status for one in outcomes] == [FINISHED, *[DNF] * 4]


def test_race_outcomes__retired_in_plain_words_yields_to_a_time_over_all_laps_alone():
    rows = [Said("1", "Retired", 52, is_timed=True), Said("2", "Retired", 52), Said("3", "", 52)]
    outcomes, _ = race_outcomes(rows)
    assert [one.status for one in outcomes] == [FINISHED, DNF, FINISHED]


def test_retirement_reason__numbers_and_plain_words_are_none():
    for word in ("131", "DNF", "Ret", "OUT"):
        assert retirement_reason(word, DNF) is None


def test_race_outcomes__only_words_that_do_not_tell_lapped_apart_ask_the_laps():
    rows = [Said("1", "FIN", 52, is_timed=True), Said("2", "FIN", 51), Said("3", "Finished", 50)]
    outcomes, _ = race_outcomes(rows)
    assert [one.is_lapped for one in outcomes] == [False, True, False]
