"""A build reads each thing of the disk once, and passes on what it saw.

A second look is another moment, at which the disk may say something else. Where one is needed,
as a check, it is counted here with its reason.
"""

from __future__ import annotations

import io
from collections import Counter

import pytest

from services.daemon.builder import Builder
from services.daemon.lookout import Lookout
from services.daemon.messages import BuildRequest, Done
from services.daemon.worker import _Worker
from services.publishing.conclude import facts_at_start
from services.publishing.last_run import LastRun
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.forecasting.disk_reads import counting_reads
from tests.forecasting.small_season import SmallSeason

DROPPED = "04-bahrain/race.json"

# Nothing is looked at twice but the document: before the lock, whether --output may be written at
# all; then what it says; and right before it is replaced, whose it is.
FIRST = {"listing": 1, "history": 1, "session": 1}
UNCHANGED = {"listing": 1, "history": 1, "session": 1, "manifest": 1, "table": 1, "document": 2}
DROP = UNCHANGED | {"document": 3}


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path / "season")


def most(season, reads):
    """Give how often something of each kind was read at most."""
    found = Counter()
    for name, n in reads.items():
        found[kind_of(season, name)] = max(found[kind_of(season, name)], n)
    found.pop("", None)
    return dict(found)


def kind_of(season, name):
    top, _, below = name.partition("/")
    path = season.drops.parent / name
    if top in ("drops", "earlier") and path.is_dir():
        return "listing" if top == "drops" else "history"
    if top in ("drops", "earlier"):
        return "session"
    if below == "season.json":
        return "document"
    return {".msgpack": "manifest", ".table": "table"}.get(path.suffix, "")


def reads_of(season, run):
    with counting_reads(season.drops.parent) as reads:
        run()
    return most(season, reads)


def test_run_job__reads_each_thing_once(season):
    assert reads_of(season, season.run) == FIRST
    assert reads_of(season, season.run) == UNCHANGED
    season.add(DROPPED)
    assert reads_of(season, season.run) == DROP
    assert reads_of(season, lambda: season.run(force_retrain=True)) == UNCHANGED


def settings_of(season):
    return RunRequest(
        season.drops,
        season.output,
        season.earlier,
        n_simulations=20,
        incremental=True,
    )


def worker_says(season):
    """Ask a worker as the daemon does, in this process."""
    answers = io.BytesIO()
    return _Worker(answers)._build(BuildRequest(1, settings_of(season), Limits()))


def test_daemon__worker_and_daemon_read_each_thing_once_between_them(season):
    settings = settings_of(season)
    settings.folder.mkdir()
    answers, builder = [], Builder(settings, Limits(), lambda _worker, _answer: None)

    def compute():
        answers.append(worker_says(season))

    def conclude():
        builder._facts = facts_at_start(settings)
        builder._take(builder._facts, Done(1, answers[-1]))

    compute()
    conclude()
    assert builder.seen.outcomes == {"published": 1}

    # A content check of the daemon itself, which starts no worker.
    once = {"listing": 1, "history": 1, "session": 1, "manifest": 1, "table": 1, "document": 1}
    assert reads_of(season, lambda: builder.start("content check")) == once
    assert builder.seen.outcomes["nothing new"] == 1

    # A drop: the worker reads what it needs to compute, the daemon what it needs to publish.
    season.add(DROPPED)
    table_and_manifest = {"listing": 1, "history": 1, "session": 1, "manifest": 1, "table": 1}
    assert reads_of(season, compute) == table_and_manifest
    builder._last = LastRun(settings)
    assert reads_of(season, conclude) == {"document": 2}  # what it says, and whose it is
    assert builder.seen.outcomes["published"] == 2


def test_loss__of_one_build_is_told_from_one_table(season):
    season.run()
    lookout = Lookout(settings_of(season), lambda: None)
    try:
        lookout.look(2025)

        def look_twice():
            lookout.loss(is_new=True)
            lookout.loss()

        assert reads_of(season, look_twice)["table"] == 1
    finally:
        lookout.close()
