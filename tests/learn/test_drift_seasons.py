"""The test for drift on past seasons as they were: silent on an ordinary one, awake to faults."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from predictor.formats import link_files, parse_file
from predictor.learn.features.definitions import FEATURE_NAMES
from predictor.learn.features.examples import learn_races, race_examples
from predictor.learn.monitoring.drift import drift_reference, feature_drift
from predictor.season.fold import fold
from predictor.vocabulary import Horizon
from services.settings.model_constants import read_model
from tests.rules.sources import ROOT


@pytest.fixture(scope="module")
def tables():
    """Feature tables of 2014-2019 with the grid known."""
    folders = [ROOT / "race-data" / str(year) for year in range(2014, 2020)]
    files = [path for folder in folders for path in sorted(folder.rglob("*.json"))]
    parsed, _ = link_files({str(path): parse_file(str(path), path.read_bytes()) for path in files})
    states = [state for _, state in sorted(fold(parsed).items())]
    examples = race_examples(learn_races(states), read_model().filter, [Horizon.AFTER_QUALIFYING])
    return [example.table for example in examples]


@pytest.fixture(scope="module")
def reference(tables):
    return drift_reference([table for table in tables if table.season < 2019])


def season_2019(tables):
    return [table for table in tables if table.season == 2019]


def with_fault(tables, names, fault, first):
    columns = [FEATURE_NAMES.index(name) for name in names]
    found = list(tables[: first - 1])
    for table in tables[first - 1 :]:
        values = table.values.copy()
        values[:, columns] = fault(values[:, columns])
        found.append(replace(table, values=values))
    return found


def test_feature_drift__nothing_is_named_in_2019(tables, reference):
    now = season_2019(tables)
    reports = [feature_drift(reference, now[:n]) for n in range(5, len(now) + 1)]
    assert [report.alarms for report in reports] == [()] * 17
    assert reports[-1].n_seasons == 4  # 2014 is the first of the history
    assert reports[-1].psi_max > 0.0


def test_feature_drift__practice_that_is_no_longer_there_is_named_after_two_races(
    tables, reference
):
    names = ("practice_gap", "practice_to_front")
    now = with_fault(season_2019(tables), names, lambda values: values * np.nan, 9)
    assert feature_drift(reference, now[:8]).alarms == ()
    assert {alarm.name for alarm in feature_drift(reference, now[:10]).alarms} == set(names)


def test_feature_drift__another_unit_is_named_in_a_season(tables, reference):
    now = with_fault(season_2019(tables), ("practice_gap",), lambda values: values * 100, 1)
    assert "practice_gap" in {alarm.name for alarm in feature_drift(reference, now).alarms}


def test_feature_drift__races_may_come_in_any_order(tables, reference):
    names = ("practice_gap", "practice_to_front")
    now = with_fault(season_2019(tables), names, lambda values: values * np.nan, 19)
    by_name = sorted(now, key=lambda table: table.event_id)
    report = feature_drift(reference, now)
    assert report.alarms
    assert feature_drift(reference, by_name) == report


def test_drift_reference__of_ten_seasons_is_small(reference):
    n_bytes = len(msgspec.json.encode(reference))
    assert n_bytes / len(reference.events) * 220 < 200_000
