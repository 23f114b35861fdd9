"""The record of runs survives power cuts and lost lines."""

from __future__ import annotations

import errno
import os
import signal
import tracemalloc
from pathlib import Path

import msgspec
import orjson
import pytest

from predictor.published.run_types import ChangedInput, RunEntry
from services.publishing import history_lines
from services.publishing import run_record as training_history
from services.publishing.history_lines import runs_from_last
from services.publishing.run_record import (
    TrainingHistory,
    changed_inputs,
    open_history,
)


def entry(counter, output="season_2025.json"):
    return {"counter": counter, "run_id": f"run{counter}", "output": output, "outcome": "published"}


def write(path, *entries, tail=b""):
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in entries) + tail)


def write_more(path, *entries):
    with path.open("ab") as file:
        file.write(b"".join(orjson.dumps(one) + b"\n" for one in entries))


def listing(*entries):
    """Give the runs that a document lists."""
    return msgspec.convert(entries, tuple[RunEntry, ...])


def counters(history):
    return [one.counter for one in history.entries]


def blocks_of(monkeypatch, first, further):
    """Read the file in blocks of so many bytes, the first from its end and those further up."""
    monkeypatch.setattr(history_lines, "_FIRST_BYTES", first)
    monkeypatch.setattr(history_lines, "_BLOCK_BYTES", further)


def bytes_read(monkeypatch, path):
    """Give a list that grows by the length of every read of the record."""
    lengths = []
    real = training_history.open_regular

    class Counted:
        def __init__(self, file):
            self.file = file
            self.name = file.name

        def __enter__(self):
            return self

        def __exit__(self, *_reason):
            self.file.close()

        def seek(self, *given):
            return self.file.seek(*given)

        def read(self, n_bytes):
            lengths.append(n_bytes)
            return self.file.read(n_bytes)

    def look(one):
        return Counted(real(one)) if one == path else real(one)

    monkeypatch.setattr(training_history, "open_regular", look)
    return lengths


@pytest.fixture
def path(tmp_path):
    return tmp_path / "training_history.jsonl"


def test_append__adds_one_line(path):
    history = open_history(path, ())
    assert history.next_counter == 1
    history = history.append(*listing(entry(1))).append(*listing(entry(2)))
    assert history.next_counter == 3
    assert open_history(path, ()) == history
    assert len(path.read_text().splitlines()) == 2


@pytest.mark.parametrize("kept", range(1, 40, 7))
def test_open_history__a_torn_last_line_is_cut_off(path, kept):
    write(path, entry(1), entry(2), tail=orjson.dumps(entry(3))[:kept])
    history = open_history(path, ())
    assert counters(history) == [1, 2]
    history.append(*listing(entry(3)))
    assert counters(open_history(path, ())) == [1, 2, 3]


def test_open_history__a_damaged_line_in_the_middle_costs_only_itself(path):
    path.write_bytes(b'{"counter": 1}\n\x00\x00garbage\n[1]\n{"counter": 3}\n')
    assert counters(open_history(path, ())) == [1, 3]


def test_open_history__takes_back_what_only_the_document_has(path):
    write(path, entry(1))
    assert counters(open_history(path, listing(entry(1), entry(2)))) == [1, 2]
    assert counters(open_history(path, ())) == [1, 2]


@pytest.mark.parametrize(
    "line",
    [
        {"counter": "seven"},
        {"counter": None},
        {"counter": True},
        {"counter": 2**63},
        {"counter": 1e300},
        {"run_id": "no counter"},
        {"counter": 7, "run_id": ["a"]},
        {"counter": 7, "output": {}},
    ],
)
def test_open_history__a_line_of_wrong_types_is_left_out(path, line):
    write(path, entry(1), line)
    history = open_history(path, ())
    assert history.entries == listing(entry(1))
    assert history.next_counter == 2


def test_open_history__a_record_that_cannot_be_read_still_counts_on(path):
    path.mkdir()
    history = open_history(path, listing(entry(1)))
    assert history.entries == listing(entry(1))
    assert history.next_counter == 2


def test_open_history__a_record_that_cannot_be_read_is_not_added_to(path, monkeypatch):
    write(path, entry(1))
    real = Path.open

    def refuse(one, mode="r", *rest, **named):
        if one == path and mode == "rb":
            raise OSError(errno.EIO, "broken disk")
        return real(one, mode, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        assert open_history(path, listing(entry(1))).next_counter == 2
    assert counters(open_history(path, ())) == [1]


def test_open_history__a_torn_line_that_cannot_be_cut_hides_no_other(path, monkeypatch):
    write(path, entry(1), tail=b'{"counter"')

    def refuse(*_given):
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "truncate", refuse)
    assert open_history(path, ()).next_counter == 2


def test_open_history__a_lost_file_is_written_again_from_the_document(path):
    entries = [entry(number) for number in range(11, 61)]
    assert open_history(path, listing(*entries)).next_counter == 61
    assert [orjson.loads(line) for line in path.read_bytes().splitlines()] == entries


def test_open_history__the_counter_goes_on_after_the_documents_though_none_can_be_added(
    path, monkeypatch
):
    write(path, entry(1))

    def refuse(*_given):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", refuse)
    assert open_history(path, listing(entry(1), entry(2))).next_counter == 3
    assert path.read_bytes().count(b"\n") == 1


def test_open_history__reads_no_more_than_the_end_of_a_long_file(path, monkeypatch):
    write(path, *(entry(number) for number in range(1, 40_001)))
    assert path.stat().st_size > 2.5 * 2**20
    read = bytes_read(monkeypatch, path)
    history = open_history(path, listing(*(entry(number) for number in range(39_900, 39_950))))
    assert history.next_counter == 40_001
    assert counters(history)[-50:] == list(range(39_951, 40_001))
    assert 0 < sum(read) <= 2 * 2**17  # the end of it twice: for a torn line, and for the entries


def test_open_history__what_is_further_up_in_the_file_is_not_added_again(path):
    write(path, *(entry(number) for number in range(1, 20_001)))
    before = path.read_bytes()
    history = open_history(path, listing(*(entry(number) for number in range(51, 101))))
    assert path.read_bytes() == before
    assert history.next_counter == 20_001


def test_open_history__reads_back_until_the_documents_list_is_known(path):
    """One output was forecast long ago; since then only another one, many times."""
    rare = [entry(number, "rare.json") for number in range(1, 81)]
    often = [entry(number, "often.json") for number in range(81, 40_081)]
    write(path, *rare, *often)
    history = open_history(path, listing(*rare[:20]))
    assert [one.counter for one in history.of_output("rare.json", 50)] == list(range(31, 81))
    assert len(history.entries) < 30_000  # of what lies between nothing is kept


def test_open_history__reads_a_bounded_part_of_the_file_whatever_it_looks_for(path, monkeypatch):
    rare = [entry(number, "rare.json") for number in (1, 2)]
    write(path, *rare, *(entry(number, "often.json") for number in range(3, 5001)))
    blocks_of(monkeypatch, 2000, 2000)
    read = bytes_read(monkeypatch, path)
    history = open_history(path, listing(*rare))
    assert 0 < sum(read) <= 17 * 2000
    assert history.of_output("rare.json", 50) == list(listing(*rare))
    assert history.next_counter == 5001
    assert len(path.read_text().splitlines()) == 5000


def test_open_history__a_line_of_many_blocks_costs_only_itself(path):
    write(path, *(entry(number) for number in range(1, 101)))
    with path.open("ab") as file:
        file.write(bytes(5 * 2**20) + b"\n")
    write_more(path, entry(101))
    assert counters(open_history(path, listing(entry(101)))) == list(range(1, 102))


def test_open_history__a_long_damaged_line_takes_little_memory(path, monkeypatch):
    blocks_of(monkeypatch, 2**16, 2**16)
    write(path, entry(1))
    with path.open("ab") as file:
        file.write(bytes(8 * 2**20) + b"\n")
    tracemalloc.start()
    try:
        assert open_history(path, ()).next_counter == 2
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 2**20


def test_open_history__older_lines_that_the_file_has_lost_come_back(path):
    write(path, entry(3), entry(4))
    history = open_history(path, listing(*(entry(number) for number in range(1, 6))))
    assert sorted(counters(history)) == [1, 2, 3, 4, 5]
    in_order = [one.counter for one in history.of_output("season_2025.json", 3)]
    assert in_order == [3, 4, 5]
    assert sorted(counters(open_history(path, ()))) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("block", [90, 100, 101, 257])
@pytest.mark.parametrize("first", [20, 90, 200])
@pytest.mark.parametrize("tail", [b"", b'{"torn'])
def test_runs_from_last__blocks_end_anywhere_in_a_line(path, monkeypatch, first, block, tail):
    write(path, *(entry(number) for number in range(1, 60)), tail=tail)
    blocks_of(monkeypatch, first, block)
    monkeypatch.setattr(training_history, "_MOST_BLOCKS", 1000)
    found = [one.counter for one in runs_from_last(path)]
    assert found == list(range(59, 0, -1))
    assert counters(open_history(path, (), listed=60)) == list(range(1, 60))


def test_append__a_full_disk_leaves_the_file_as_it_was(path):
    history = open_history(path, ()).append(*listing(entry(1)))
    before = path.read_bytes()
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, hard))
    try:
        with pytest.raises(OSError, match="only a part of the line"):
            history.append(*listing(entry(2)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    history.append(*listing(entry(2)))
    assert counters(open_history(path, ())) == [1, 2]


def test_append__a_disk_that_fails_to_sync_leaves_the_file_as_it_was(path, monkeypatch):
    history = open_history(path, ()).append(*listing(entry(1)))
    before = path.read_bytes()

    def fail(_descriptor):
        raise OSError(errno.EIO, "broken disk")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="broken disk"):
            history.append(*listing(entry(2)))
    assert path.read_bytes() == before


def test_append__has_reached_the_disk_on_return(path, monkeypatch):
    synced = []
    real = os.fsync

    def sync(descriptor):
        synced.append((os.fstat(descriptor).st_ino, path.stat().st_size))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    open_history(path, ()).append(*listing(entry(1)))
    line = len(orjson.dumps(entry(1))) + 1
    # The line, and the name of the new file.
    assert synced == [(path.stat().st_ino, line), (path.parent.stat().st_ino, line)]


def test_append__is_one_write_of_a_whole_line(path, monkeypatch):
    written = []
    real = os.write

    def write_(descriptor, data):
        written.append(bytes(data))
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write_)
    open_history(path, ()).append(*listing(entry(1)))
    assert written == [orjson.dumps(entry(1)) + b"\n"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kept", [0, 1, 30, -1])
def test_open_history__killed_while_appending_the_document_brings_the_entry_back(path, kept):
    """A run that published and died at its line: the line is whole, torn, or not there."""
    open_history(path, ()).append(*listing(entry(1)))
    child = os.fork()
    if child == 0:
        real = os.write

        def die(descriptor, data):
            real(descriptor, data[:kept] if kept >= 0 else data)
            os.kill(os.getpid(), signal.SIGKILL)

        os.write = die
        open_history(path, ()).append(*listing(entry(2)))
        os._exit(99)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    history = open_history(path, listing(entry(1), entry(2)))
    assert counters(history) == [1, 2]
    assert history.next_counter == 3
    assert [orjson.loads(line) for line in path.read_bytes().splitlines()] == [entry(1), entry(2)]


def test_of_output__gives_the_last_entries_of_one_document(path):
    write(path, *(entry(number, "ab"[number % 2]) for number in range(1, 9)))
    shown = open_history(path, ()).of_output("a", last=3)
    assert [one.counter for one in shown] == [4, 6, 8]


def test_changed_inputs__lists_new_changed_and_removed_files():
    now = {"fp1.json": "1", "fp2.json": "2b", "fp3.json": "3"}
    before = {"fp1.json": "1", "fp2.json": "2a", "race.json": "9"}
    assert changed_inputs(now, before) == (
        ChangedInput(file="fp2.json", old="2a", new="2b"),
        ChangedInput(file="fp3.json", old=None, new="3"),
        ChangedInput(file="race.json", old="9", new=None),
    )


def test_changed_inputs__a_long_list_says_how_many_more():
    many = {f"{number:03d}.json": "x" for number in range(105)}
    listed = changed_inputs(many, {})
    assert len(listed) == 6
    assert listed[-1] == ChangedInput(more=100)


@pytest.mark.parametrize(("last", "shown"), [(0, []), (1, [3]), (2, [2, 3]), (9, [1, 2, 3])])
def test_of_output__gives_the_last_entries_and_none_for_none(tmp_path, last, shown):
    entries = listing(*(entry(n, "s.json") for n in (1, 2, 3)))
    history = TrainingHistory(tmp_path / "h.jsonl", entries)
    assert [one.counter for one in history.of_output("s.json", last)] == shown
