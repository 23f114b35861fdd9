"""A run that compares itself with a full rebuild says so, or names what differs."""

from __future__ import annotations

import functools
import itertools

import pytest

from predictor.graph.plan import Stage
from services.errors import NotTheSameAnswer
from services.publishing.verify import SAME_ANSWER
from tests.forecasting.small_season import SmallSeason, even_forecast, even_plan


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def test_verify__a_good_run_says_that_it_is_verified(season):
    assert SAME_ANSWER not in season.run().notes
    for again in range(2):
        report = season.run(verify=True)
        assert report.notes == (SAME_ANSWER,), again
        assert report.outcome == "unchanged"


def test_verify__holds_with_last_good_bytes_in_use(season):
    season.run()
    (season.drops / "02-china" / "race.json").write_bytes(b"{")
    (season.earlier / "2024" / "race.json").write_bytes(b"{")
    report = season.run(verify=True, n_simulations=9)
    assert len(report.document.metadata.stale_inputs) == 2
    assert SAME_ANSWER in report.notes


def test_verify__stores_nothing_and_publishes_nothing_itself(season):
    season.run()
    cache = season.output.parent / ".cache" / "stages"
    before = {path: path.read_bytes() for path in cache.glob("??/*")}
    document = season.output.read_bytes()
    season.run(verify=True)
    assert {path: path.read_bytes() for path in cache.glob("??/*")} == before
    assert season.output.read_bytes() == document
    assert [entry["outcome"] for entry in season.history()] == ["published", "unchanged"]


def test_verify__a_stored_result_that_is_not_true_is_found_and_named(season):
    # What no run may do: give something else the second time it is asked.
    asked = itertools.count()

    def unsteady(event, n_earlier, n_simulations):
        rows = even_forecast(event, n_earlier, n_simulations)
        rows[0]["p_win"] = 0.5 if next(asked) < 24 else 0.6
        return rows

    plan = functools.partial(even_plan, forecast=Stage("unsteady", 1, unsteady, list))
    season.run(plan)
    before = season.output.read_bytes()
    with pytest.raises(NotTheSameAnswer, match="full rebuild") as caught:
        season.run(plan, verify=True)
    assert caught.value.exit_code == 70
    assert "/predictions/Australian Grand Prix/predictions/0/p_win" in caught.value.where
    assert len(caught.value.where.split(", ")) == 3  # and not all 24 events
    assert season.output.read_bytes() == before
    assert season.history()[-1]["outcome"] == "failed"
