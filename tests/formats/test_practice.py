from predictor.formats.practice import practice_results, sum_up_laps
from predictor.records import DriverRef, LapRecord
from predictor.vocabulary import ResultStatus

ANN, BOB, CYD = (DriverRef(code=code) for code in ("ANN", "BOB", "CYD"))


def test_practice_results__ranks_by_the_best_lap_that_counts():
    laps = [
        LapRecord(ANN, 1, 90.0, counts=False),  # deleted
        LapRecord(ANN, 2, 92.5, team="Lotus"),
        LapRecord(BOB, 1, 91.25),
        LapRecord(BOB, 2, None),
        LapRecord(CYD, 1, None),
    ]
    bob, ann, cyd = practice_results(sum_up_laps(laps))
    assert (bob.driver, bob.position, bob.best_s, bob.gap_s, bob.laps) == (BOB, 1, 91.25, 0.0, 2)
    assert (ann.driver, ann.position, ann.best_s, ann.gap_s, ann.laps) == (ANN, 2, 92.5, 1.25, 2)
    assert (cyd.position, cyd.best_s, cyd.status) == (None, None, ResultStatus.NC)
