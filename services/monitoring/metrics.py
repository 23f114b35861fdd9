"""``metrics.prom``: the same figures for Prometheus, by the node exporter's textfile collector.

The file is replaced whole. There is no server and no thread, and no registry that others share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from services.disk.atomic_write import replace_file
from services.disk.own_kinds import METRICS as METRICS_FILE
from services.disk.program import how_to_install
from services.disk.targets import why_not
from services.monitoring.monitor import Monitor, new_reasons
from services.settings.logs import LOG

if TYPE_CHECKING:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

    from predictor.learn.monitoring.drift_report import DriftReport
    from predictor.learn.monitoring.track_record import ServedModel
    from services.monitoring.status_file import Status

__all__ = ["METRICS", "metrics_text", "write_metrics"]

METRICS = "metrics.prom"

_OUTCOMES = ("promoted", "registered", "failed")


def write_metrics(folder: Path, monitor: Monitor, status: Status | None = None) -> str:
    """Replace the file in an output folder; give what stood in the way, or nothing."""
    try:
        text = metrics_text(monitor, status)
    except ImportError:
        return (
            f"{METRICS} is not written: prometheus-client is not installed; "
            f"{how_to_install('watch')}"
        )
    reason = why_not(folder / METRICS, METRICS_FILE)
    if reason:
        return f"{METRICS} is not written: what is there is {reason}"
    try:
        replace_file(folder / METRICS, text)
    except OSError as error:
        LOG.warning("%s could not be written: %s", METRICS, error.strerror or error)
    return ""


def metrics_text(monitor: Monitor, status: Status | None = None) -> bytes:
    """Give everything in Prometheus's text format.

    Parameters
    ----------
    monitor : Monitor
    status : Status, optional
        Of the daemon, where one runs.

    Raises
    ------
    ImportError
        If prometheus-client is not installed.
    """
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - 60 ms
    from prometheus_client.registry import Collector  # noqa: PLC0415

    class Figures(Collector):
        def collect(self) -> Iterator[Metric]:
            yield from _of_model(monitor)
            yield from _of_trainings(monitor)
            if status is not None:
                yield from _of_daemon(status)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    return generate_latest(registry)


def _of_model(monitor: Monitor) -> Iterator[Metric]:
    kinds = Counter(reason.kind.value for reason in monitor.reasons)
    yield _counter("f1_ml_forecasts_served", "Forecasts published with a share of a model.",
                   monitor.served)  # fmt: skip
    yield _gauge("f1_ml_retrain_reasons", "Reasons to train a new model.", kinds, "kind")
    yield _gauge("f1_ml_retrain_reasons_new", "Of these, nothing has been done about.",
                 len(new_reasons(monitor)))  # fmt: skip
    record = monitor.record
    if record is None:
        return
    yield _info(record.model)
    weights = {horizon: one.weight for horizon, one in sorted(record.weights.items())}
    yield _gauge("f1_ml_weight", "Share of the model in the forecast.", weights, "horizon")
    yield _gauge("f1_ml_notes", "Notes on the model, fall-backs in force among them.",
                 len(record.notes))  # fmt: skip
    yield _gauge("f1_ml_place_log_loss_nats", "Mean place log loss in the season's scored races.",
                 record.losses, "of")  # fmt: skip
    yield _gauge("f1_ml_races_scored", "Races of the season that the model has not seen.",
                 len(record.in_top_3))  # fmt: skip
    yield _gauge("f1_ml_races_with_winner_in_top_3", "Of these, won by one of three favourites.",
                 sum(record.in_top_3))  # fmt: skip
    evidence = {other: one.evidence for other, one in record.concept.items()}
    yield _gauge("f1_ml_concept_drift_evidence", "Largest e-value; 20 is an alarm.", evidence,
                 "worse_than")  # fmt: skip
    alarms = {other: one.is_alarm for other, one in record.concept.items()}
    yield _gauge("f1_ml_concept_drift_alarm", "Whether the model has become worse.", alarms,
                 "worse_than")  # fmt: skip
    if record.drift is not None and not record.drift.note:
        yield from _of_drift(record.drift)


def _of_drift(drift: DriftReport) -> Iterator[Metric]:
    yield _gauge("f1_ml_feature_drift_psi_max", "Largest unusual population stability index.",
                 drift.psi_max)  # fmt: skip
    yield _gauge("f1_ml_feature_drift_ks_max", "Largest unusual Kolmogorov-Smirnov distance.",
                 drift.ks_max)  # fmt: skip
    yield _gauge("f1_ml_feature_drift_unknown_max", "Largest unusual change of what is not known.",
                 drift.unknown_max)  # fmt: skip
    yield _gauge("f1_ml_feature_drift_alarms", "Features distributed otherwise than in training.",
                 len(drift.alarms))  # fmt: skip


def _of_trainings(monitor: Monitor) -> Iterator[Metric]:
    counts = dict.fromkeys(_OUTCOMES, 0) | Counter(one.outcome for one in monitor.trainings)
    yield _gauge("f1_ml_trainings", "The last twenty trainings by outcome.", counts, "outcome")
    if monitor.trainings:
        last = monitor.trainings[-1]
        yield _gauge("f1_ml_last_training_end_seconds", "When it ended, Unix time.",
                     datetime.fromisoformat(last.ended).timestamp())  # fmt: skip
        yield _gauge("f1_ml_last_training_duration_seconds", "How long it took.", last.duration_s)


def _of_daemon(status: Status) -> Iterator[Metric]:
    yield _counter("f1_builds", "Builds since the daemon started.", status.builds, "outcome")
    yield _counter("f1_worker_starts", "Worker processes started.", status.worker_starts)
    yield _gauge("f1_degraded", "Troubles in force.", len(status.degraded))
    yield _gauge("f1_rejected_files", "Session files that cannot be used.", len(status.rejected))
    if status.last_build is not None:
        last = status.last_build
        yield _gauge("f1_last_build_end_seconds", "When the last build ended, Unix time.",
                     datetime.fromisoformat(last.ended).timestamp())  # fmt: skip
        yield _gauge("f1_last_build_duration_seconds", "How long it took.", last.duration_s)


def _info(model: ServedModel) -> Metric:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    labels = ("model", "version", "kind", "digest", "trained_until")
    values = (model.name, model.version, model.kind, model.digest, model.trained_until)
    family = GaugeMetricFamily("f1_ml_model_info", "Which model serves; always 1.", labels=labels)
    family.add_metric(values, 1.0)
    return family


def _gauge(name: str, words: str, values: Mapping[str, float] | float, label: str = "") -> Metric:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    return _filled(GaugeMetricFamily(name, words, labels=[label] if label else []), values)


def _counter(name: str, words: str, values: Mapping[str, float] | float, label: str = "") -> Metric:
    from prometheus_client.core import CounterMetricFamily  # noqa: PLC0415

    return _filled(CounterMetricFamily(name, words, labels=[label] if label else []), values)


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily, values: Mapping[str, float] | float
) -> Metric:
    if isinstance(values, Mapping):
        for label, value in sorted(values.items()):
            family.add_metric([label], value)
    else:
        family.add_metric([], values)
    return family
