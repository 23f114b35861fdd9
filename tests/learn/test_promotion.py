"""Who may take whose place: paired losses worked out by hand."""

from __future__ import annotations

import math

import pytest

from predictor.learn.monitoring.promotion import (
    LOSSES,
    Contender,
    RaceLosses,
    paired,
    verdict,
)
from predictor.vocabulary import Horizon

LAST, FIRST = Horizon.AFTER_QUALIFYING, Horizon.BEFORE_WEEKEND


def losses(number, pooled, horizon=LAST, published=2.0, **others):
    """Give losses of a race, the same in all but those that are named."""
    return RaceLosses(
        f"race-{number}", 2024, f"2024-{1 + number // 28:02}-{1 + number % 28:02}", horizon,
        {}, dict.fromkeys(LOSSES, pooled) | others, dict.fromkeys(LOSSES, published),
    )  # fmt: skip


def contender(version, races, *, until="2024-12-08", recipe="small"):
    return Contender(version, until, recipe, tuple(races))


def noisy(mean, n=40, horizon=LAST, **others):
    """Give losses 2 + mean ± .1, in turn: standard error .1 / sqrt(n - 1)."""
    return [losses(i, 2.0 + mean + (0.1 if i % 2 else -0.1), horizon, **others) for i in range(n)]


def flat(n=40, horizon=LAST, loss=2.0):
    return [losses(i, loss, horizon) for i in range(n)]


def test_paired__by_hand():
    found = paired([1.0, 2.0, 6.0])
    assert (found.n_races, found.mean) == (3, 3.0)
    assert found.se == pytest.approx(math.sqrt(7.0 / 3))
    assert paired([1.0]).se == paired([]).se == math.inf


@pytest.mark.parametrize(("mean", "is_better"), [(-0.02, True), (-0.01, False), (0.0, False)])
def test_verdict__a_gain_of_more_than_one_standard_error_promotes(mean, is_better):
    found = verdict(contender("1.1", noisy(mean)), contender("1.0", flat()))
    overall = found.overall["place_log_loss"]
    assert overall.se == pytest.approx(0.1 / math.sqrt(39))  # .016
    assert overall.mean == pytest.approx(mean)
    assert found.is_better is is_better


def test_verdict__harm_at_one_horizon_outweighs_a_gain_at_another():
    candidate = contender("1.1", [*noisy(-0.3), *noisy(0.05, horizon=FIRST)])
    found = verdict(candidate, contender("1.0", [*flat(), *flat(horizon=FIRST)]))
    assert found.overall["place_log_loss"].is_gain
    assert not found.is_better
    assert "worse than version 1.0: place log loss at (a) +0.05000 ± 0.01601" in found.reason


@pytest.mark.parametrize("loss", ["winner_log_loss", "podium_log_loss", "rps"])
def test_verdict__no_other_loss_may_pay_for_a_gain(loss):
    candidate = contender("1.1", noisy(-0.3, **{loss: 2.001}))
    found = verdict(candidate, contender("1.0", flat()))
    assert found.overall["place_log_loss"].is_gain
    assert not found.is_better
    assert found.by_horizon["c"][loss].mean == pytest.approx(0.001)
    # Nor is a gain in one of them enough: looking at many would find one.
    candidate = contender("1.1", noisy(0.0, **{loss: 1.0}))
    found = verdict(candidate, contender("1.0", flat()))
    assert found.overall[loss].is_gain
    assert not found.is_better


def test_verdict__a_difference_of_rounding_is_neither_gain_nor_harm():
    for loss in (2.0 - 1e-7, 2.0 + 1e-7):  # without any spread
        candidate = contender("1.1", flat(loss=loss), until="2025-12-07")
        found = verdict(candidate, contender("1.0", flat()))
        assert not found.overall["rps"].is_gain
        assert not found.overall["rps"].is_harm
        assert "with races to 2025-12-07" in found.reason


def test_verdict__a_race_counts_once_whatever_the_number_of_its_horizons():
    candidate = contender("1.1", [*noisy(-0.02), *noisy(-0.02, horizon=FIRST)])
    found = verdict(candidate, contender("1.0", [*flat(), *flat(horizon=FIRST)]))
    assert found.n_races == found.overall["rps"].n_races == 40
    assert found.overall["rps"].se == pytest.approx(0.1 / math.sqrt(39))


def test_verdict__races_that_only_one_of_them_has_do_not_count():
    found = verdict(contender("1.1", noisy(-0.3, n=60)), contender("1.0", flat(n=19)))
    assert found.n_races == 19
    assert not found.is_better
    assert "only 19 races in common" in found.reason


def test_verdict__says_how_many_races_neither_has_learnt_from():
    candidate = contender("1.1", noisy(-0.3), until="2024-01-28")
    found = verdict(candidate, contender("1.0", flat(), until="2024-02-02"))
    assert found.n_after_both == 10  # of 40 days from 1 January
    assert found.reason.endswith("over 40 races, 10 of them later than all that either has seen")
    assert verdict(candidate, None).n_after_both == 12


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
    # Its weight is earned in place log loss; until then it is 0, and costs nothing elsewhere.
    assert verdict(contender("1.0", [losses(i, 2.0, rps=2.1) for i in range(40)]), None).is_better
