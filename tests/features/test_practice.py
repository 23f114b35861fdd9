"""Practice pace by hand: half a mean over sessions, half the best lap of the weekend."""

import numpy as np
import pytest

from predictor.features.practice import practice_pace
from predictor.records import DriverRef, EventRef, ResultRecord, SessionRecord
from predictor.vocabulary import ResultStatus, SessionKind

IDS = "abcdef"


def session(kind, fastest_s, *gaps):
    """A session by the gaps in % of drivers a, b, ... to a fastest lap; None sets no time."""
    rows = tuple(
        ResultRecord(
            DriverRef(driver_id=driver),
            ResultStatus.FINISHED,
            best_s=None if gap is None else fastest_s * (1 + gap / 100),
        )
        for driver, gap in zip(IDS, gaps, strict=False)
    )
    return SessionRecord(EventRef(season=2025, event_id="2025-x"), SessionKind(kind), rows)


def test_practice_pace__one_session_is_the_gap_to_its_middle():
    pace = practice_pace([session("fp1", 90.0, 0.0, 1.0, 2.0, 2.5, 3.0)], IDS[:5])
    assert pace.tolist() == pytest.approx([-2.0, -1.0, 0.0, 0.5, 1.0])


def test_practice_pace__a_lap_that_was_no_attempt_counts_as_a_bounded_gap():
    pace = practice_pace([session("fp1", 90.0, 0.0, 1.0, 2.0, 3.0, 30.0)], IDS[:5])
    assert pace[4] == pytest.approx(3.5 - 2.0)


@pytest.mark.parametrize(("later", "weight"), [("fp2", 1.3), ("fp3", 1.8)])
def test_practice_pace__later_sessions_weigh_more(later, weight):
    # a and e change places. All best laps are of the second session, which is 10 s faster.
    first = session("fp1", 100.0, 0.0, 0.5, 1.0, 1.5, 2.0)
    second = session(later, 90.0, 2.0, 0.5, 1.0, 1.5, 0.0)
    pace = practice_pace([first, second], IDS[:5])
    mean_of_a = (1.0 * -1.0 + weight * 1.0) / (1.0 + weight)
    assert pace.tolist() == pytest.approx(
        [0.5 * mean_of_a + 0.5 * 1.0, -0.5, 0.0, 0.5, -0.5 * mean_of_a - 0.5 * 1.0]
    )


def test_practice_pace__who_missed_a_session_is_measured_in_the_others():
    first = session("fp1", 100.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.0)
    third = session("fp3", 99.0, 0.0, 0.5, 1.0, 1.5, 2.0, None)
    pace = practice_pace([first, third], IDS)
    # f: 102 s in FP1 alone, whose middle is 1.25 %; against the best of all 102 / 99.
    of_f = 0.5 * (2.0 - 1.25) + 0.5 * (100 * (102 / 99 - 1) - 1.25)
    # a: fastest in both, 1.25 % ahead of the middle in FP1 and 1 % in FP3; 1.25 % over both.
    of_a = 0.5 * (1.0 * -1.25 + 1.8 * -1.0) / 2.8 + 0.5 * -1.25
    assert pace[[0, 5]].tolist() == pytest.approx([of_a, of_f])


def test_practice_pace__a_session_of_four_cars_has_no_middle():
    four = session("fp2", 80.0, 0.0, 0.5, 1.0, 1.5, None)
    five = session("fp1", 90.0, 0.0, 0.5, 1.0, 1.5, 2.0)
    assert np.isnan(practice_pace([four], IDS[:5])).all()
    assert practice_pace([five, four], IDS[:5]).tolist() == practice_pace([five], IDS[:5]).tolist()


def test_practice_pace__who_does_not_race_sets_no_measure():
    everyone = session("fp1", 90.0, 0.0, 1.0, 1.5, 2.0, 2.5, 3.0)
    pace = practice_pace([everyone], "bcdef")  # a, the fastest, is a reserve
    laps = 1.0 + np.array([1.0, 1.5, 2.0, 2.5, 3.0]) / 100
    by_hand = 100 * (laps / laps[0] - 1)
    assert pace.tolist() == pytest.approx((by_hand - by_hand[2]).tolist())


@pytest.mark.parametrize(
    "sessions",
    [(), (session("fp1", 90.0),), (session("fp1", 90.0, *[None] * 6),) * 2],
    ids=["no session", "no row", "no lap"],
)
def test_practice_pace__without_a_lap_is_unknown_for_all(sessions):
    assert np.isnan(practice_pace(sessions, IDS)).all()


def test_practice_pace__a_driver_without_a_lap_is_unknown_and_disturbs_nobody():
    sessions = [session(kind, 90.0, 0.0, 1.0, 2.0, 2.5, 3.0, None) for kind in ("fp1", "fp2")]
    pace = practice_pace(sessions, IDS)
    assert pace[:5].tolist() == pytest.approx([-2.0, -1.0, 0.0, 0.5, 1.0])
    assert np.isnan(pace[5])
