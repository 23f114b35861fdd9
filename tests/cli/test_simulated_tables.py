"""Tables of a race, of rows written by hand."""

from __future__ import annotations

import pytest

from services.cli.simulated_tables import distribution, stop_lines


def odds(name="A", **changed):
    return {
        "driver": "AAA", "name": name, "p_win": 0.25, "p_podium": 0.5, "p_points": 0.75,
        "p_dnf": 0.125, "expected_position": 4.0, "interval_90": [1, 19],
        "expected_position_if_finished": 2.5, "interval_90_if_finished": [1, 6], **changed,
    }  # fmt: skip


def row_of(n_sims, **changed):
    return list(distribution([odds(**changed)], n_sims, {}))[2].split()


@pytest.mark.parametrize(
    ("p_win", "n_sims", "shown"),
    [
        (0.0001, 500, "<0.2 %"),  # one of 500
        (0.0021, 500, "0.2 %"),  # seen once
        (0.0, 500, "<0.2 %"),
        (0.00001, 300, "<0.4 %"),  # 0.333, and never less than it is
        (0.001, 60, "<1.7 %"),  # 1.667
        (0.0004, 5000, "<0.1 %"),
        (0.0006, 5000, "0.1 %"),
        (0.01, 8, "<13 %"),  # 12.5
        (0.02, 1, "<100 %"),
        (1.0, 500, "100 %"),
        (0.9994, 5000, "99.9 %"),
    ],
)
def test_distribution__claims_no_more_than_so_many_races_can_show(p_win, n_sims, shown):
    assert " ".join(row_of(n_sims, p_win=p_win)[2:4]) == shown


@pytest.mark.parametrize("told", [{}, {"AAA": "ret"}])
def test_distribution__the_longest_name_is_whole_and_fits_the_width(told):
    names = ["Gabriel Bortoleto", "Andrea Kimi Antonelli", "X" * 40]
    for longest in range(1, 4):
        several = names[:longest]
        table = list(distribution([odds(name, p_win=1.0, p_dnf=1.0) for name in several], 20, told))
        assert max(map(len, table)) <= 80
        for line, name in zip(table[2:], several, strict=False):
            assert f"  {name[:21]} " in line
        assert len({len(line) for line in table[1:-1]}) == 1  # columns stand under each other


def stop(lap, penalty_s=0.0, flag="vsc"):
    return {"lap": lap, "from": "MEDIUM", "to": "HARD", "standstill_s": 2.2 + penalty_s,
            "penalty_s": penalty_s, "flag": flag}  # fmt: skip


def test_stop_lines__a_penalty_served_at_a_stop_is_marked():
    rows = [{"driver": "AAA", "stops": [stop(22, 10.0, "green")]}]
    assert list(stop_lines(rows)) == ["  AAA  lap 22 M>H 12.2 s (10 s penalty)"]


def test_stop_lines__stay_within_the_width():
    rows = [{"driver": "AAA", "stops": [stop(22, 10.0), stop(33), stop(44), stop(55)]}]
    assert list(stop_lines(rows)) == [
        "  AAA  lap 22 M>H 12.2 s (10 s penalty) VSC; lap 33 M>H 2.2 s VSC",
        "       lap 44 M>H 2.2 s VSC; lap 55 M>H 2.2 s VSC",
    ]
