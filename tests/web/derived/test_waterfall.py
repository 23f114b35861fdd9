"""How a chance came to what it is: steps beyond the noise, and the rest together."""

from __future__ import annotations

import pytest

from services.web.derived.came import Came
from services.web.derived.figures import THIN
from services.web.derived.waterfall import RunChance, by_cause, fall_of, fall_sentence

N = 5000
RACE = Came("results", "Canada: the race")
QUALIFYING = Came("sessions", "Austria: qualifying")
WEIGHT = Came("weights", "weight of driver NOR: 1 → 1.2")


def runs(*told):
    return [RunChance(f"run-{k}", chance, N, came) for k, (chance, came) in enumerate(told)]


def test_fall_of__start_steps_and_noise_sum_to_the_end():
    fall = fall_of(
        runs((0.5, ()), (0.505, (QUALIFYING,)), (0.3, (RACE,)), (0.298, ()), (0.45, (RACE, WEIGHT)))
    )
    assert [(one.run_id, one.kind) for one in fall.steps] == [("run-2", "results"), ("run-4", None)]
    # 0.5 to 0.505 is level: two standard errors of 5,000 each are 0.02; so is 0.3 to 0.298.
    assert fall.n_level == 2
    assert fall.level == pytest.approx(0.003)
    total = fall.start + sum(one.difference for one in fall.steps) + fall.level
    assert total == pytest.approx(fall.end)


def test_by_cause__kinds_are_summed_and_what_came_at_once_stands_apart():
    fall = fall_of(
        runs(
            (0.5, ()),
            (0.3, (RACE,)),
            (0.45, (RACE, WEIGHT)),
            (0.4, (QUALIFYING,)),
            (0.6, (RACE,)),
            (0.605, (RACE,)),
        )
    )
    # -0.2 and +0.2 by races, -0.05 by qualifying, +0.15 by two at once, the last is noise.
    assert by_cause(fall) == (
        "Results 0.0, sessions of a weekend −5.0, several at once +15.0, runs within the noise +0.5"
    )


def test_fall_of__one_run_has_no_steps():
    assert fall_of(runs((0.5, ()))) is None


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (((0.5, ()), (0.3, (RACE,))), "Norris 50 % → 30 %. Canada: the race cut it by 20 points"),
        (((0.5, ()), (0.7, (RACE, WEIGHT))), "Norris 50 % → 70 %: one run lifted it by 20 points"),
        (((0.5, ()), (0.501, (RACE,))), "Norris 50 % as before: no run moved it beyond the noise"),
    ],
)
def test_fall_sentence__names_a_cause_only_where_one_thing_came(told, said):
    assert fall_sentence("Norris", fall_of(runs(*told))).replace(THIN, " ") == said
