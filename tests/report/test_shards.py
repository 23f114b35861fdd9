"""Shards add up to the whole, or say why they do not belong together."""

from __future__ import annotations

import itertools
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from predictor.errors import UsageError
from predictor.forecast.counts import add_counts, count_races, frequencies
from predictor.report.shards import Identity, Shard, merge_shards, shard_rows
from predictor.season.state import Entry
from predictor.simulator.simulate import simulate
from predictor.simulator.trace import cut
from predictor.vocabulary import Horizon, Scenario
from tests.simulator.builders import grand_prix

N = 90
INPUTS = grand_prix(N, n_drivers=4, n_laps=20)
IDENTITY = Identity(
    event_id="2025-test",
    event="Test Grand Prix",
    seed=3,
    num_simulations=N,
    horizon=Horizon.AFTER_QUALIFYING,
    scenarios={Scenario.DRY: 1.0},
    inputs_digest="sha256:1",
    code_digest="sha256:2",
    environment="here",
    points_by_position=(25.0, 18.0),
    fastest_lap_point=0.0,
    drivers=tuple(Entry(f"d-{i}", f"D{i}", i, f"Driver {i}", "t", "T", "t") for i in range(4)),
)


def shard(first, last, **changed):
    counts = count_races(simulate(cut(INPUTS, first, last)))
    return Shard.of(replace(IDENTITY, **changed), first, {Scenario.DRY: counts})


THREE = [shard(0, 30), shard(30, 31), shard(31, N)]
WHOLE = shard(0, N)


def refused(shards, match):
    with pytest.raises(UsageError, match=match) as caught:
        merge_shards(shards, [f"file-{i}" for i in range(len(shards))])
    return caught.value


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_merge_shards__gives_the_bytes_of_one_process_in_any_order(order):
    merged = merge_shards([THREE[i] for i in order], "abc")
    assert merged == WHOLE
    assert msgspec.json.encode(merged) == msgspec.json.encode(WHOLE)


def test_merge_shards__one_whole_is_itself():
    assert merge_shards([WHOLE], "a") == WHOLE


def test_merge_shards__survive_a_trip_through_json():
    again = [msgspec.json.decode(msgspec.json.encode(one), type=Shard) for one in THREE]
    assert merge_shards(again, "abc") == WHOLE


def test_merge_shards__a_missing_one_is_named_by_its_sims():
    assert refused([THREE[0], THREE[2]], "missing").where == "sims 30 to 30 of 2025-test"
    assert refused(THREE[1:], "missing").where == "sims 0 to 29 of 2025-test"
    assert refused(THREE[:2], "missing").where == "sims 31 to 89 of 2025-test"


def test_merge_shards__one_that_comes_twice_is_refused():
    error = refused([*THREE, THREE[1]], "same races")
    assert error.where == "file-1 and file-3"
    assert error.got.startswith("sims 30 to 30")


def test_merge_shards__an_overlap_is_refused():
    error = refused([THREE[0], shard(20, 40), shard(40, N)], "same races")
    assert error.got == "sims 20 to 29 in both"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"event_id": "2025-other"}, "event_id"),
        ({"seed": 4}, "seed"),
        ({"num_simulations": 91}, "num_simulations"),
        ({"horizon": Horizon.BEFORE_WEEKEND}, "horizon"),
        ({"scenarios": {Scenario.DRY: 0.5}}, "scenarios"),
        ({"inputs_digest": "sha256:9"}, "inputs_digest"),
        ({"code_digest": "sha256:9"}, "code_digest"),
        ({"environment": "there"}, "environment"),
    ],
)
def test_merge_shards__what_is_of_another_simulation_is_refused(changed, field):
    error = refused([THREE[0], shard(30, N, **changed)], "not of one simulation")
    assert error.where == f"{field} in file-1"
    assert error.expected.endswith("as in file-0")


def test_merge_shards__counts_that_were_edited_are_refused():
    dry = WHOLE.scenarios[Scenario.DRY]
    for broken in (
        replace(dry, position=((N, 0, 0, 0),) * 4),  # rows add up, columns do not
        replace(dry, position=dry.position[:3]),
        replace(dry, finish=dry.position),  # nobody would have retired
        replace(dry, finish=dry.finish[:3]),
        replace(dry, finish=((N - dry.retired[0], 0, 0, 0), *dry.finish[1:])),  # more than places
        replace(dry, retired=dry.retired[:3]),
        replace(dry, retired=(N + 1, 0, 0, 0)),
        replace(dry, fastest_lap=(N, 1, 0, 0)),
        replace(dry, fastest_lap_in_points=(N, N, 0, 0)),
        replace(dry, races_with_red_flag=N + 1),
        replace(dry, passes=-1),
    ):
        one = replace(WHOLE, scenarios={Scenario.DRY: broken})
        assert refused([one], "do not add up").where == "file-0"
    refused([replace(WHOLE, scenarios={})], "do not add up")


def test_shard_rows__are_what_the_counts_say():
    outcomes = simulate(INPUTS)
    wins = (outcomes.position == 1).sum(axis=0)
    rows = {row["driver"]: row for row in shard_rows(WHOLE)}
    for i in range(4):
        assert rows[f"D{i}"]["p_win"] == pytest.approx((wins[i] + 0.25) / (N + 1), abs=6e-6)
        assert rows[f"D{i}"]["p_dnf"] == pytest.approx(outcomes.retired[:, i].mean(), abs=6e-6)
        places = outcomes.position[~outcomes.retired[:, i], i]
        found = rows[f"D{i}"]["expected_position_if_finished"]
        assert found == pytest.approx(places.mean(), abs=6e-4)


def test_add_counts__parts_of_races_come_to_all_of_them():
    outcomes = simulate(INPUTS)
    parts = [count_races(simulate(cut(INPUTS, a, b))) for a, b in ((0, 10), (10, 11), (11, N))]
    total, whole = add_counts(parts), count_races(outcomes)
    assert (total.n_sims, total.passes, total.vscs) == (N, whole.passes, whole.vscs)
    np.testing.assert_array_equal(total.position, whole.position)
    np.testing.assert_array_equal(total.fastest_lap, whole.fastest_lap)
    np.testing.assert_array_equal(total.stops, outcomes.n_stops.sum(axis=0))
    assert total.safety_cars == np.count_nonzero(outcomes.safety_cars)
    assert frequencies(total).p_position.sum(axis=1) == pytest.approx(1.0)
