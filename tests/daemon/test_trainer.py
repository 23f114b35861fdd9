"""Whether the daemon may train now."""

from __future__ import annotations

import logging

import pytest

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
