"""Whether the daemon may train now."""

from __future__ import annotations

import logging

import pytest

from predictor.learn.model_kinds import KINDS
from predictor.learn.monitoring.track_record import ServedModel, TrackRecord
from predictor.learn.monitoring.triggers import Reason, ReasonKind
from services.daemon import trainer
from services.daemon.trainer import Trainer
from services.monitoring.monitor import Monitor
from services.settings.limits import Limits

REASON = Reason(ReasonKind.SEASON, "season 2025", "season 2025 has begun")


@pytest.fixture
def wanting():
    """A trainer whose monitor has a reason that nobody has acted on."""
    found = Trainer(lambda _: None, lambda: None)
    found.monitor = Monitor(reasons=(REASON,))
    found._has_layer = True
    return found


def test_is_due__a_new_reason_is_enough(wanting):
    pytest.importorskip("torch")
    assert wanting.is_due(Limits())


def test_is_due__without_torch_nothing_is_trained_and_the_log_says_so_once(
    wanting, monkeypatch, caplog
):
    monkeypatch.setattr(trainer, "is_installed", lambda _: False)
    with caplog.at_level(logging.WARNING, logger=trainer.LOG.name):
        assert [wanting.is_due(Limits()) for _ in range(3)] == [False] * 3
    assert sum("what trains it is not installed" in one.message for one in caplog.records) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_is_due__asks_for_the_packages_that_train_the_kind_that_serves(wanting, monkeypatch, kind):
    record = TrackRecord(
        ServedModel(kind=kind), 2025, False, False, (), {}, (), {}, {}, None, (), 0
    )
    wanting.monitor = Monitor(record=record, reasons=(REASON,))
    packages = KINDS[kind].packages
    monkeypatch.setattr(trainer, "is_installed", lambda package: package in packages)
    assert wanting.is_due(Limits())
    for missing in packages:
        there = set(packages) - {missing}
        monkeypatch.setattr(trainer, "is_installed", lambda package, there=there: package in there)
        assert not wanting.is_due(Limits())
