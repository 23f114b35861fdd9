"""The monitor follows the document, and keeps only what no document knows."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import orjson
import pytest
from msgspec import UNSET

from predictor.graph.plan import Stage
from services.monitoring.metrics import METRICS, metrics_text
from services.monitoring.monitor import (
    MONITOR,
    Monitor,
    Training,
    new_reasons,
    observed,
    read_monitor,
    take_up,
    with_training,
    write_monitor,
)
from services.monitoring.subscribers import default_subscribers, watch_model
from services.publishing.subscribers import Published
from services.settings.limits import Limits, ModelLimits
from tests.forecasting.small_season import SmallSeason, even_document, even_plan
from tests.learn.test_track_record import document, event
from tests.published.small_document import as_json, small_document

LIMITS = ModelLimits()


def races(n, **layer):
    return document(*(event(day) for day in range(1, n + 1)), **layer)


def drifted(n=6):
    return observed(Monitor(), races(n), LIMITS)


def training(outcome="registered"):
    return Training(
        "2025-04-01T00:00:00+00:00", "2025-04-01T00:02:00+00:00", 120.0, outcome, [], "1.3"
    )


def test_observed__counts_a_document_once():
    first = observed(Monitor(), races(3), LIMITS)
    assert first.served == 3
    assert observed(first, races(3), LIMITS) == first
    other = races(3)
    metadata = msgspec.structs.replace(other.metadata, predictions_sha256="1" * 64)
    other = msgspec.structs.replace(other, metadata=metadata)
    assert observed(first, other, LIMITS).served == 6


def test_observed__a_document_without_a_model_is_nothing():
    assert observed(Monitor(), small_document(ml_layer=UNSET), LIMITS) is None
    assert observed(Monitor(), races(3, trained_until="soon"), LIMITS) is None


def test_observed__rules_are_those_of_the_settings():
    kinds = {one.kind.value for one in drifted().reasons}
    assert kinds == {"schedule", "feature_drift"}
    strict = ModelLimits(retrain_races=7)
    assert {one.kind.value for one in observed(Monitor(), races(6), strict).reasons} == {
        "feature_drift"
    }
    new = observed(Monitor(), races(6, new_regulations=True), LIMITS)
    assert "regulations" in {one.kind.value for one in new.reasons}


def test_with_training__its_reasons_are_not_acted_on_again_until_they_are_others():
    before = drifted()
    after = with_training(before, training(), new_reasons(before))
    assert new_reasons(after) == ()
    assert after.trainings[-1].version == "1.3"
    again = observed(after, races(7, version="1.3"), LIMITS)
    assert [one.kind.value for one in new_reasons(again)] == ["feature_drift"]
    later = observed(after, races(8), LIMITS)
    assert [one.kind.value for one in new_reasons(later)] == ["schedule"]


def test_with_training__one_that_failed_leaves_its_reasons_new():
    before = drifted()
    after = with_training(before, training("failed"), new_reasons(before))
    assert new_reasons(after) == before.reasons


def test_with_training__keeps_the_last_twenty():
    monitor = Monitor()
    for i in range(30):
        monitor = with_training(monitor, msgspec.structs.replace(training(), version=f"1.{i}"), ())
    assert [one.version for one in monitor.trainings] == [f"1.{i}" for i in range(10, 30)]


def test_monitor__survives_its_file(tmp_path):
    before = drifted()
    monitor = with_training(before, training(), before.reasons)
    write_monitor(tmp_path, monitor)
    assert read_monitor(tmp_path) == monitor


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"[]",
        lambda data: b"\xff" * 10,
        lambda data: data.replace(b'"served": 6', b'"served": 7'),
        lambda data: data.replace(b'"schema": 1', b'"schema": 2'),
    ],
)
def test_read_monitor__a_damaged_file_is_made_anew_from_the_document(tmp_path, damage, caplog):
    write_monitor(tmp_path, drifted())
    path = tmp_path / MONITOR
    sound = path.read_bytes()
    path.write_bytes(damage(sound))
    assert path.read_bytes() != sound
    assert read_monitor(tmp_path) == Monitor()
    assert take_up(tmp_path, races(6), LIMITS) == drifted()
    assert path.read_bytes() == sound


def test_read_monitor__without_a_file_there_is_no_warning(tmp_path, caplog):
    assert read_monitor(tmp_path / "models") == Monitor()
    assert caplog.records == []


def test_write_monitor__a_disk_that_refuses_costs_only_the_view(tmp_path, caplog):
    (tmp_path / MONITOR).mkdir()
    write_monitor(tmp_path, drifted())
    assert "could not be written" in caplog.text
    assert [path.name for path in tmp_path.iterdir()] == [MONITOR]


def told(folder, document, outcome="published"):
    """Tell who watches the model of a document that is in place in a folder."""
    watch_model(LIMITS).take(Published(document, folder / "season.json", None, outcome))


def test_watch_model__writes_both_files(tmp_path):
    told(tmp_path, races(6))
    assert read_monitor(tmp_path / "models").record.model.version == "1.2"
    assert b'f1_ml_model_info{digest="sha256:m"' in (tmp_path / METRICS).read_bytes()


def test_watch_model__without_a_model_writes_nothing(tmp_path):
    told(tmp_path, small_document(ml_layer=UNSET))
    assert list(tmp_path.iterdir()) == []


def test_watch_model__an_unchanged_document_tells_nothing_new(tmp_path):
    told(tmp_path, races(6), "unchanged")
    assert list(tmp_path.iterdir()) == []


def samples(monitor, status=None):
    """Give the samples as Prometheus's own parser reads them."""
    parser = pytest.importorskip("prometheus_client.parser")
    families = parser.text_string_to_metric_families(metrics_text(monitor, status).decode())
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_text__figures_are_the_monitors():
    before = drifted()
    found = samples(with_training(before, training(), before.reasons))
    assert found[("f1_ml_forecasts_served_total",)] == 6
    assert found[("f1_ml_weight", ("horizon", "c"))] == 0.1
    assert found[("f1_ml_feature_drift_psi_max",)] == 1.5
    assert found[("f1_ml_feature_drift_alarms",)] == 1
    assert found[("f1_ml_place_log_loss_nats", ("of", "model"))] == pytest.approx(2.4)
    assert found[("f1_ml_concept_drift_alarm", ("worse_than", "grid"))] == 0
    assert found[("f1_ml_retrain_reasons", ("kind", "feature_drift"))] == 1
    assert found[("f1_ml_retrain_reasons_new",)] == 0
    assert found[("f1_ml_trainings", ("outcome", "registered"))] == 1
    assert found[("f1_ml_last_training_duration_seconds",)] == 120
    assert found[("f1_ml_last_training_end_seconds",)] == 1743465720
    assert found[("f1_ml_notes",)] == 1


def test_metrics_text__before_any_model_there_is_little_to_say():
    assert set(samples(Monitor())) >= {("f1_ml_forecasts_served_total",)}


def document_with_a_model(season, names, **forecasts):
    """Give a document without events, in which a model had a part."""
    core = orjson.loads(even_document(season, names))
    layer = as_json(document())["metadata"]["ml_layer"]
    return orjson.dumps(
        core | {"metadata": core["metadata"] | {"status": "partial", "ml_layer": layer}}
    )


def plan_with_a_model(season, history, options, *, history_digest):
    plan = even_plan(season, history, options, history_digest=history_digest)
    last = replace(plan.final, stage=Stage("document", 2, document_with_a_model, bytes))
    return replace(plan, nodes=(*plan.nodes[:-1], last))


def test_run_job__a_single_run_watches_its_model_too(tmp_path):
    season = SmallSeason(tmp_path / "season")
    season.run(plan_with_a_model, subscribers=default_subscribers(Limits()))
    folder = season.output.parent
    assert read_monitor(folder / "models").record.drift.alarms[0].name == "gap"
    assert (folder / METRICS).exists()
    written = (folder / "models" / MONITOR).stat().st_mtime_ns
    season.run(plan_with_a_model)  # nothing has changed
    assert (folder / "models" / MONITOR).stat().st_mtime_ns == written


def test_run_job__without_a_model_leaves_nothing_of_the_kind(tmp_path):
    season = SmallSeason(tmp_path / "season")
    season.run()
    assert not (season.output.parent / "models").exists()
    assert not (season.output.parent / METRICS).exists()
