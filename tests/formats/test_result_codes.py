import pytest

from predictor.formats.result_codes import race_status, retirement_reason
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
