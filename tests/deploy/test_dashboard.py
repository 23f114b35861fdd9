"""The Grafana dashboard shows figures that there are, of daemon and server, and no others."""

from __future__ import annotations

import json
import re

import pytest

from services.monitoring.metrics import metrics_text
from services.monitoring.monitor import with_training
from services.monitoring.status_file import BuildStatus, Status
from services.web.counters import Counters
from services.web.counters import metrics_text as web_metrics_text
from tests.deploy.recipes import DEPLOY
from tests.monitoring.test_monitor import drifted, training

BOARD = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
PANELS = BOARD["panels"]
EXPRESSIONS = [
    *(target["expr"] for panel in PANELS for target in panel["targets"]),
    *(one["expr"] for one in BOARD["annotations"]["list"]),
]


def told():
    """Give the figures that daemon and server tell, each with its labels."""
    pytest.importorskip("prometheus_client")
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415

    before = drifted()
    monitor = with_training(before, training(), before.reasons)
    last = BuildStatus("r", "published", "drop", "2025-03-16T04:00:00+00:00", 1.0)
    when = "2025-03-16T04:00:00+00:00"
    status = Status(
        "idle", 1, "0", "c", when, when, 10.0, "d", last_build=last, builds={"published": 1}
    )
    counters = Counters()
    counters.answers[200] = 1
    counters.refused["host"] = 1
    web = web_metrics_text(counters, connections=1, streams=1, resources=1, waiting=0, failures=0)
    found = {}
    for text in (metrics_text(monitor, status), web):
        for family in text_string_to_metric_families(text.decode()):
            for sample in family.samples:
                found.setdefault(sample.name, set()).update(sample.labels)
    return found


def used(expression):
    """Give the figures that an expression names."""
    return set(re.findall(r"\bf1_\w+", expression))


def test_dashboard__every_figure_is_told():
    there = told()
    assert len(EXPRESSIONS) > 20
    assert {name for one in EXPRESSIONS for name in used(one)} <= there.keys()


def test_dashboard__every_label_in_a_legend_is_one_of_its_figure():
    there = told()
    for panel in PANELS:
        for target in panel["targets"]:
            labels = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            assert labels <= {label for name in used(target["expr"]) for label in there[name]}


def test_dashboard__shows_daemon_server_and_model():
    shown = {name for one in EXPRESSIONS for name in used(one)}
    for kind in ("f1_builds_total", "f1_web_answers_total", "f1_ml_weight", "f1_degraded"):
        assert kind in shown


def test_dashboard__panels_do_not_lie_upon_each_other():
    taken = set()
    for panel in PANELS:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)


def test_dashboard__asks_for_its_source_and_names_none():
    (variable,) = BOARD["templating"]["list"]
    assert variable["type"] == "datasource"
    sources = {json.dumps(one["datasource"]) for panel in PANELS for one in panel["targets"]}
    assert sources == {json.dumps({"type": "prometheus", "uid": f"${{{variable['name']}}}"})}
