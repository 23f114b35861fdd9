"""Who may take whose place: paired losses worked out by hand."""

from __future__ import annotations

import math

import pytest

from predictor.learn.monitoring.promotion import Contender, RaceLosses, paired, verdict
from predictor.vocabulary import Horizon

LAST, FIRST = Horizon.AFTER_QUALIFYING, Horizon.BEFORE_WEEKEND


def losses(number, pooled, horizon=LAST, published=2.0):
    return RaceLosses(
        f"race-{number}", 2024, f"2024-{1 + number // 28:02}-{1 + number % 28:02}", horizon,
        {}, {"place_log_loss": pooled}, {"place_log_loss": published},
    )  # fmt: skip


def contender(version, races, *, until="2024-12-08", recipe="small"):
    return Contender(version, until, recipe, tuple(races))


def noisy(mean, n=40, horizon=LAST):
    """Give losses 2 + mean ± .1, in turn: standard error .1 / sqrt(n - 1)."""
    return [losses(i, 2.0 + mean + (0.1 if i % 2 else -0.1), horizon) for i in range(n)]


def flat(n=40, horizon=LAST):
    return [losses(i, 2.0, horizon) for i in range(n)]


def test_paired__by_hand():
    found = paired([1.0, 2.0, 6.0])
    assert (found.n_races, found.mean) == (3, 3.0)
    assert found.se == pytest.approx(math.sqrt(7.0 / 3))
    assert paired([1.0]).se == paired([]).se == math.inf


@pytest.mark.parametrize(("mean", "is_better"), [(-0.02, True), (-0.01, False), (0.0, False)])
def test_verdict__a_gain_of_more_than_one_standard_error_promotes(mean, is_better):
    found = verdict(contender("1.1", noisy(mean)), contender("1.0", flat()))
    assert found.overall.se == pytest.approx(0.1 / math.sqrt(39))  # .016
    assert found.overall.mean == pytest.approx(mean)
    assert found.is_better is is_better


def test_verdict__harm_at_one_horizon_outweighs_a_gain_at_another():
    candidate = contender("1.1", [*noisy(-0.3), *noisy(0.05, horizon=FIRST)])
    found = verdict(candidate, contender("1.0", [*flat(), *flat(horizon=FIRST)]))
    assert found.overall.is_gain
    assert not found.is_better
    assert "worse than version 1.0 at (a)" in found.reason


def test_verdict__a_race_counts_once_whatever_the_number_of_its_horizons():
    candidate = contender("1.1", [*noisy(-0.02), *noisy(-0.02, horizon=FIRST)])
    found = verdict(candidate, contender("1.0", [*flat(), *flat(horizon=FIRST)]))
    assert found.overall.n_races == 40
    assert found.overall.se == pytest.approx(0.1 / math.sqrt(39))


def test_verdict__races_that_only_one_of_them_has_do_not_count():
    found = verdict(contender("1.1", noisy(-0.3, n=60)), contender("1.0", flat(n=19)))
    assert found.overall.n_races == 19
    assert not found.is_better
    assert "only 19 races in common" in found.reason


def test_verdict__the_same_recipe_with_later_races_needs_no_gain():
    later = contender("1.1", flat(), until="2025-12-07")
    assert verdict(later, contender("1.0", flat())).is_better
    assert not verdict(later, contender("1.0", flat(), recipe="ranker")).is_better
    assert not verdict(contender("1.1", flat()), contender("1.0", flat())).is_better
    harmed = contender("1.1", noisy(0.1), until="2025-12-07")
    assert not verdict(harmed, contender("1.0", flat())).is_better


def test_verdict__the_first_must_not_be_worse_than_the_published_forecast():
    assert verdict(contender("1.0", flat()), None).is_better
    assert not verdict(contender("1.0", noisy(0.05)), None).is_better
    assert not verdict(contender("1.0", []), None).is_better


def test_verdict__each_is_taken_against_the_forecast_that_it_was_pooled_with():
    # The second was measured beside a worse forecast, of fewer simulations: no fault of its own.
    beside_worse = [losses(i, 2.1, published=2.1) for i in range(40)]
    found = verdict(contender("1.1", beside_worse), contender("1.0", flat()))
    assert found.overall.mean == 0.0
    assert not verdict(contender("1.1", flat()), contender("1.0", beside_worse)).is_better
