"""What-ifs on a small real season: three events of 2025, of which two are run."""

from __future__ import annotations

import shutil
from dataclasses import replace

import msgspec
import orjson
import pytest

from predictor.as_of import AsOf
from predictor.errors import Recovery, UsageError
from predictor.published.what_if_types import WhatIf
from predictor.report.what_if import Opinion
from services.engine.manifest import read_manifest
from services.forecasting.one_run import run_job
from services.forecasting.what_if import (
    ForecastMovedOn,
    SourceUnknown,
    answer_what_if,
    request_of,
)
from services.publishing.places import manifest_path
from services.publishing.publisher import read_document
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.backtesting.backtest_data import folder_of_seasons

SIMS = 80
NEXT, RUN = "2025-japan", "2025-china"


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """The request of a published forecast in which one driver has a weight already."""
    folder = tmp_path_factory.mktemp("what-if")
    seasons = folder_of_seasons(folder)
    request = RunRequest(
        train_data=seasons / "2025",
        output=folder / "predictions" / "season.json",
        n_simulations=SIMS,
        seed=3,
        as_of=AsOf(round=2),
        driver_weights={"HAM": 1.5},
        incremental=True,
    )
    run_job(request)
    return request


def answer(asked, event=NEXT, drivers=None, teams=None, *, titles=False, sims=None):
    opinion = Opinion(event, drivers or {}, teams or {}, titles)
    payload = answer_what_if(asked.output, opinion, Limits(), n_simulations=sims)
    return msgspec.json.decode(payload, type=WhatIf)


def published(asked):
    document = orjson.loads(asked.output.read_bytes())
    events = document["predictions"].values()
    event = next(one for one in events if one["metadata"]["event_id"] == NEXT)
    return document, {row["driver_id"]: row for row in event["predictions"]}


def by_id(rows):
    return {row.driver_id: row for row in rows}


def test_answer__its_base_is_the_published_forecast_to_the_last_digit(asked):
    found = answer(asked, drivers={"max-verstappen": 1.5}, titles=True)
    document, rows = published(asked)
    assert {one.driver_id for one in found.race.drivers} == set(rows)
    for one in found.race.drivers:
        row = rows[one.driver_id]
        for name in ("p_win", "p_podium", "p_points", "expected_position"):
            assert getattr(one, name).base == row[name], (one.driver_id, name)
    titles = {row["driver_id"]: row for row in document["championship"]["drivers"]}
    for one in found.drivers_title:
        assert one.p_title.base == titles[one.id]["p_title"]
        assert one.points.base == titles[one.id]["points"]["mean"]
    teams = {row["team_id"]: row["p_title"] for row in document["championship"]["constructors"]}
    assert {one.id: one.p_title.base for one in found.teams_title} == teams
    assert (found.n_simulations, found.seed) == (SIMS, 3)
    assert found.published_driver_weights == {"HAM": 1.5}


def test_answer__with_a_learned_model_its_base_is_the_published_forecast_too(asked, tmp_path):
    request = replace(asked, output=tmp_path / "season.json", use_ml_layer=True)
    run_job(request)
    document, rows = published(request)
    assert document["metadata"]["ml_layer"]["model"]
    found = answer(request, drivers={"max-verstappen": 1.5})
    assert {one.driver_id: one.p_win.base for one in found.race.drivers} == {
        name: row["p_win"] for name, row in rows.items()
    }
    _, without = published(asked)
    assert rows != without


def test_answer__a_stronger_driver_gains_what_others_lose(asked):
    found = answer(asked, drivers={"max-verstappen": 2.0})
    drivers = by_id(found.race.drivers)
    assert drivers["max-verstappen"].p_win.difference > 0
    assert drivers["max-verstappen"].expected_position.difference < 0
    assert sum(one.p_win.difference for one in found.race.drivers) == pytest.approx(0, abs=2e-4)
    wins = [one.p_win.changed for one in found.race.drivers]
    assert wins == sorted(wins, reverse=True)
    assert found.drivers_title == ()


def test_answer__is_the_forecast_that_the_weights_would_give(asked, tmp_path):
    found = answer(asked, drivers={"max-verstappen": 2.0, "lewis-hamilton": 1.2}, titles=True)
    other = RunRequest(
        train_data=asked.train_data,
        output=tmp_path / "season.json",
        n_simulations=SIMS,
        seed=3,
        as_of=AsOf(round=2),
        driver_weights={"VER": 2.0, "HAM": 1.8},  # 1.5 x 1.2
    )
    run_job(other)
    document, rows = published(other)
    for one in found.race.drivers:
        assert one.p_win.changed == rows[one.driver_id]["p_win"]
    titles = {row["driver_id"]: row["p_title"] for row in document["championship"]["drivers"]}
    assert {one.id: one.p_title.changed for one in found.drivers_title} == titles


def test_answer__an_opinion_of_nothing_changes_nothing(asked):
    found = answer(asked, titles=True)
    chances = [one.p_win for one in found.race.drivers] + [
        one.p_title for one in (*found.drivers_title, *found.teams_title)
    ]
    assert all(one.base == one.changed and one.se == 0 for one in chances)


def test_answer__takes_other_numbers_of_simulations_and_teams(asked):
    found = answer(asked, teams={"mclaren": 0.5}, sims=40)
    assert found.n_simulations == 40
    of_team = [one for one in found.race.drivers if one.team_id == "mclaren"]
    assert len(of_team) == 2
    assert all(one.expected_position.difference > 0 for one in of_team)


def test_answer__stores_nothing(asked):
    cache = asked.folder / ".cache" / "stages"
    before = sorted(cache.rglob("*"))
    answer(asked, drivers={"max-verstappen": 0.7}, sims=30)
    assert sorted(cache.rglob("*")) == before


@pytest.mark.parametrize(("event", "got"), [(RUN, "run"), ("2025-nowhere", "no event")])
def test_answer__refuses_events_that_nothing_can_be_asked_about(asked, event, got):
    with pytest.raises(UsageError) as caught:
        answer(asked, event)
    assert caught.value.where == event
    assert got in caught.value.got


def test_answer__weights_and_published_ones_together_keep_the_limits(asked):
    with pytest.raises(UsageError) as caught:
        answer(asked, drivers={"lewis-hamilton": 1.5})  # 2.25 with the published one
    assert caught.value.got == "2.25"


def test_answer__asks_again_once_the_files_have_moved_on(asked):
    late = asked.train_data / "02-china" / "race.json"
    kept = late.read_bytes()
    late.write_bytes(kept.replace(b'"laps":56', b'"laps":55', 1))
    assert late.read_bytes() != kept
    try:
        with pytest.raises(ForecastMovedOn) as caught:
            answer(asked)
    finally:
        late.write_bytes(kept)
    assert caught.value.recovery is Recovery.RETRY


def test_answer__says_when_nobody_knows_the_files(asked, tmp_path):
    alone = tmp_path / "season.json"
    shutil.copy(asked.output, alone)
    with pytest.raises(SourceUnknown):
        answer_what_if(alone, Opinion(NEXT, {}, {}), Limits())
    with pytest.raises(SourceUnknown):
        answer_what_if(tmp_path / "missing.json", Opinion(NEXT, {}, {}), Limits())


def test_answer__says_when_the_files_are_gone(asked):
    away = asked.train_data.with_name("away")
    asked.train_data.rename(away)
    try:
        with pytest.raises(SourceUnknown) as caught:
            answer(asked)
    finally:
        away.rename(asked.train_data)
    assert caught.value.where == str(asked.train_data)


def test_request_of__is_the_request_that_was_made(asked):
    document = read_document(asked.output)
    manifest = read_manifest(manifest_path(asked))
    found = request_of(document.document, asked.output, manifest)
    assert replace(found, team_weights=None) == asked  # none is none
    assert found.series == asked.series
