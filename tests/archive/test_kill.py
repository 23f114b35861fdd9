"""A writer that is killed leaves a whole archive, and the next one makes it what it would be."""

from __future__ import annotations

import random
import signal
import subprocess
import sys

import pytest

from predictor.vocabulary import Horizon
from services.archive.connection import writing
from services.archive.kept import keep, kept_documents
from services.archive.place import StorePlace
from services.archive.reader import open_archive
from services.archive.sync import sync
from services.errors import ArchiveDamaged, ArchiveMissing
from tests.archive.dumped import dumped
from tests.archive.small_archive import document_of, one_event, payload_of
from tests.rules.sources import ROOT

N_DOCUMENTS = 30
WRITER = """
import sys
from pathlib import Path
from services.archive.place import place_of
from services.archive.sync import sync
print("ready", flush=True)
sync(Path(sys.argv[1]), place_of(sys.argv[2]), lambda done, total: print(done, flush=True))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An output folder with the documents of a season, results and revisions among them."""
    folder = tmp_path_factory.mktemp("output")
    for n in range(N_DOCUMENTS):
        order = (("AAA", "BBB"), ("BBB", "AAA"))[n % 7 == 0] if n > 9 else ()
        events = (
            one_event(1, Horizon("c"), 0.5 + n / 100, order),
            one_event(2, p_win=n / 40),
            one_event(3),
        )
        document = document_of(f"r{n}", *events, published_at=f"2025-03-{1 + n:02d}T00:00:00Z")
        keep(folder, payload_of(document), document)
    return folder


@pytest.fixture(scope="module")
def expected(folder, tmp_path_factory):
    """What an archive holds that nobody disturbed."""
    place = StorePlace(path=tmp_path_factory.mktemp("whole") / "archive.sqlite")
    sync(folder, place)
    return dumped(open_archive(place))


def kill_writer(folder, place, n_lines):
    """Kill a writer after it has said so many lines: it is in the midst of the next document."""
    words = [sys.executable, "-c", WRITER, str(folder), place.url or str(place.path)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as writer:
        for _ in range(n_lines):
            if not writer.stdout.readline():
                break
        writer.send_signal(signal.SIGKILL)


def check(folder, place, expected, n_lines):
    kill_writer(folder, place, n_lines)
    try:
        with open_archive(place) as archive:
            n_runs = len(archive.runs(limit=1000))
    except (ArchiveMissing, ArchiveDamaged):
        n_runs = 0  # killed before its first transaction
        assert n_lines == 1
    assert n_runs >= n_lines - 1 - 1
    assert sync(folder, place).added == N_DOCUMENTS - n_runs
    assert dumped(open_archive(place)) == expected


@pytest.mark.parametrize("n_lines", [1, 2, 14])
def test_kill__of_the_writer_costs_nothing(folder, expected, tmp_path, n_lines):
    check(folder, StorePlace(path=tmp_path / "archive.sqlite"), expected, n_lines)


def test_kill__of_a_writer_to_a_server_costs_nothing(folder, expected, postgres_place):
    check(folder, postgres_place, expected, 9)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100))
def test_kill__a_hundred_times(folder, expected, tmp_path, seed):
    n_lines = random.Random(seed).randint(1, N_DOCUMENTS)
    check(folder, StorePlace(path=tmp_path / "archive.sqlite"), expected, n_lines)


def test_kill__a_transaction_that_never_ended_leaves_no_trace(folder, expected, tmp_path):
    place = StorePlace(path=tmp_path / "archive.sqlite")
    sync(folder, place)
    engine = writing(place)
    with engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM title_odds")
        connection.rollback()
    engine.dispose()
    assert dumped(open_archive(place)) == expected


def test_kept__gives_the_same_archive_again_at_any_time(folder, expected, tmp_path):
    place = StorePlace(path=tmp_path / "anew.sqlite")
    assert sync(folder, place).added == len(kept_documents(folder)) == N_DOCUMENTS
    assert dumped(open_archive(place)) == expected
