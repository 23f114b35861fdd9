"""Two versions beside one forecast made now, and what may serve: trainings of seconds, for real."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from services.errors import ModelUnusable, NotPromoted
from services.registry.changes import promote
from services.registry.listing import find_version
from services.registry.registry_file import read_registry
from services.settings.limits import Limits
from services.training.compare import (
    _fault_of_evidence,
    _promote_as_judged,
    compare,
    promote_by_force,
    promote_if_better,
)
from services.training.compare_text import comparison_json, comparison_text
from services.training.groundwork import TrainOptions
from services.training.measured import measured
from services.training.train import train
from tests.backtesting.backtest_data import copy_season
from tests.registry.small_models import NOTHING, registered

YEARS = (2020, 2021, 2022, 2023, 2024, 2025)
N_EVENTS = 7  # of three seasons that can be scored: 21 races, one more than are needed
N_SIMS = 60
FEW = {"members": 1, "epochs": 4}
OLD, NEW, NOISY, SHORT = "1.0", "1.1", "1.2", "1.3"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Give options, with four versions in the folder: the same recipe, but for what is said.

    OLD has learnt from the races up to 2024, NEW up to 2025. NOISY is NEW again, measured beside
    a forecast of fewer simulations; SHORT has seen 2023 last.
    """
    place = tmp_path_factory.mktemp("compared")
    for year in YEARS:
        copy_season(year, place / "seasons" / str(year), N_EVENTS)
    options = TrainOptions(
        place / "seasons", place / "models", n_simulations=N_SIMS, jobs=1, settings=FEW
    )
    asked = (
        replace(options, until=2024),
        options,
        replace(options, n_simulations=N_SIMS // 10),
        replace(options, until=2023),
    )
    assert [train(one, Limits(), shipped=NOTHING).version for one in asked] == [
        OLD, NEW, NOISY, SHORT,
    ]  # fmt: skip
    return options


@pytest.fixture
def options(trained, tmp_path):
    """Give the same in a folder of the test's own; its cache holds what has been done."""
    shutil.copytree(trained.folder, tmp_path / "models")
    return replace(trained, folder=tmp_path / "models")


def n_kept(options):
    """Count the results of long work that are kept."""
    cache = options.folder / ".cache"
    return sum(path.is_file() and "numba" not in path.parts for path in cache.rglob("*"))


def serves(options):
    return read_registry(options.folder).registry.models["race_outcome"].active


def judged(options, version):
    """Give why a version is promoted, or why it is not: so few races may say either."""
    try:
        return promote_if_better(options, Limits(), version, shipped=NOTHING)[1].verdict.reason
    except NotPromoted as error:
        return error.got


def test_train__names_the_forecast_that_evidence_was_measured_beside(trained):
    rulers = {
        version: json.loads(find_version(trained.folder, version)[0].files["card.json"])["ruler"]
        for version in (OLD, NEW, NOISY)
    }
    assert [one["n_simulations"] for one in rulers.values()] == [60, 60, 6]
    assert rulers[NEW]["seasons"] == [2023, 2024, 2025]
    assert len({one["digest"] for one in rulers.values()}) == 3  # other races; other forecasts
    assert len({one["code"] for one in rulers.values()}) == 1


def test_compare__a_twin_beside_a_noisier_forecast_is_a_twin(options):
    before = n_kept(options)
    found = compare(options, Limits(), NEW, NOISY, shipped=NOTHING)
    # What a training has left is used again: new is what the versions say of 2025 themselves.
    assert n_kept(options) == before + 1
    assert found.ruler.n_simulations == N_SIMS
    assert set(found.figures) == {"a", "b", "c"}
    for ways in found.figures.values():
        for of_way in ways.values():
            assert {(one.n_races, one.mean) for one in of_way.values()} == {(21, 0.0)}
    assert not found.verdict.is_better
    fault, anew = found.verdict.reason.split(". Measured anew: ")
    assert fault.endswith("6 simulations, which is easier to gain on")
    assert anew.startswith("no gain over version 1.1: place log loss +0.00000 ± 0.00000")
    (note,) = (one for one in found.notes if "own evidence" in one)
    assert note.startswith(
        "the own evidence of 1.2 was measured beside the published forecast of 6"
    )


def test_promote__evidence_beside_a_noisier_forecast_is_refused_before_any_work(options):
    elsewhere = replace(options, data=options.folder / "no-such-folder")
    with pytest.raises(NotPromoted, match="evidence that does not count"):
        promote_if_better(elsewhere, Limits(), NOISY, shipped=NOTHING)
    assert serves(options) is None
    assert promote_by_force(elsewhere, Limits(), NEW, shipped=NOTHING) == (None, "")
    before, fault = promote_by_force(elsewhere, Limits(), NOISY, shipped=NOTHING)
    assert before == NEW
    assert "6 simulations" in fault


def test_compare__a_race_is_forecast_by_the_version_itself_if_it_has_not_seen_it(trained):
    versions = [find_version(trained.folder, one, shipped=NOTHING)[0] for one in (NEW, SHORT)]
    new, short = measured(versions, trained, Limits()).contenders
    assert len(new.races) == len(short.races) == 3 * 21
    differs = {2023: set(), 2024: set(), 2025: set()}
    for one, other in zip(new.races, short.races, strict=True):
        assert (one.event_id, one.horizon) == (other.event_id, other.horizon)
        assert one.published == other.published
        differs[one.season].add(one.pooled != other.pooled)
    # 2023: the recipe's model on the seasons before, twice. 2024: one that has seen 2023 last,
    # which is what SHORT is. 2025: SHORT itself, beside a model that has seen 2024 as well.
    assert differs == {2023: {False}, 2024: {False}, 2025: {True}}


def test_promote__the_recipe_with_later_races_takes_the_place_and_not_the_other_way(options):
    promote(options.folder, Limits().models, OLD, shipped=NOTHING)
    before, found = promote_if_better(options, Limits(), NEW, shipped=NOTHING)
    assert (before, serves(options)) == (OLD, NEW)
    assert (found.first, found.second) == (OLD, NEW)
    # OLD itself forecasts 2025 as the recipe's model does that has seen 2024 last: it is that one.
    assert found.figures["a"]["pooled"]["rps"].mean == 0.0
    assert "the recipe of version 1.0 with races to 2025-" in found.verdict.reason
    with pytest.raises(NotPromoted, match="has not shown that it is better") as caught:
        promote_if_better(options, Limits(), OLD, shipped=NOTHING)
    assert "no gain over version 1.1" in caught.value.got
    assert serves(options) == NEW


def test_promote__what_serves_is_what_is_compared_with_and_not_what_ought_to(options):
    promote(options.folder, Limits().models, OLD, shipped=NOTHING)
    promote(options.folder, Limits().models, NEW, shipped=NOTHING)
    (options.folder / "race_outcome" / NEW / "weights.safetensors").write_bytes(b"cut")
    assert "version 1.0" in judged(options, SHORT)  # stands in


def test_promote__where_none_serves_the_published_forecast_is_to_be_matched(options):
    reason = judged(options, OLD)
    assert "worse than the published forecast" in reason
    assert "over 21 races, 7 of them later than all that either has seen" in reason


def test_promote__another_version_that_has_come_to_serve_meanwhile_stops_it(options):
    promote(options.folder, Limits().models, SHORT, shipped=NOTHING)
    with pytest.raises(NotPromoted, match="compared with another version than serves now"):
        _promote_as_judged(options, Limits(), NEW, OLD, shipped=NOTHING)
    assert serves(options) == SHORT
    assert _promote_as_judged(options, Limits(), NEW, SHORT, shipped=NOTHING) == SHORT


def test_fault_of_evidence__without_a_named_forecast_only_what_was_shipped_counts(tmp_path):
    (version,) = registered(tmp_path, b"weights")
    found, _ = find_version(tmp_path, version, shipped=NOTHING)
    assert "does not say which forecast" in _fault_of_evidence(found, "candidate", N_SIMS)
    assert _fault_of_evidence(found, "shipped", N_SIMS) == ""


def test_compare__a_version_that_cannot_be_loaded_is_refused(options, tmp_path):
    (version,) = registered(options.folder, b"weights")
    with pytest.raises(ModelUnusable, match=f"race_outcome {version} cannot be measured"):
        compare(options, Limits(), NEW, version, shipped=NOTHING)


def test_comparison__says_each_loss_alone_and_in_the_pool_and_beside_what(trained):
    found = compare(trained, Limits(), NEW, SHORT, shipped=NOTHING)
    text = "\n".join(comparison_text(found))
    assert "Measured beside the published forecast of 60 simulations, 21 races of 2023 to" in text
    head = "|  |  | place log loss | winner log loss | podium log loss | RPS |"
    assert head in text
    assert "| (c) grid known, 21 races | alone | " in text
    assert "\n1.3 may " in text  # so few races may say either
    content = json.loads(json.dumps(comparison_json(found)))
    assert set(content["figures"]["c"]["pooled"]) == {
        "place_log_loss", "winner_log_loss", "podium_log_loss", "rps",
    }  # fmt: skip
    assert content["ruler"]["n_simulations"] == N_SIMS
    assert content["verdict"]["n_races"] == 21
