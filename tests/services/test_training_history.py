"""The record of runs survives power cuts and lost lines."""

from __future__ import annotations

import orjson
import pytest

from services.training_history import TrainingHistory, changed_inputs, open_history


def entry(counter, output="season_2025.json"):
    return {"counter": counter, "run_id": f"run{counter}", "output": output, "outcome": "published"}


def write(path, *entries, tail=b""):
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in entries) + tail)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "training_history.jsonl"


def test_append__adds_one_line(path):
    history = open_history(path, None)
    assert history.next_counter == 1
    history = history.append(entry(1)).append(entry(2))
    assert history.next_counter == 3
    assert open_history(path, None) == history
    assert len(path.read_text().splitlines()) == 2


@pytest.mark.parametrize("kept", range(1, 40, 7))
def test_open_history__a_torn_last_line_is_cut_off(path, kept):
    write(path, entry(1), entry(2), tail=orjson.dumps(entry(3))[:kept])
    history = open_history(path, None)
    assert [one["counter"] for one in history.entries] == [1, 2]
    history.append(entry(3))
    assert [one["counter"] for one in open_history(path, None).entries] == [1, 2, 3]


def test_open_history__a_damaged_line_in_the_middle_costs_only_itself(path):
    path.write_bytes(b'{"counter": 1}\n\x00\x00garbage\n[1]\n{"counter": 3}\n')
    assert [one["counter"] for one in open_history(path, None).entries] == [1, 3]


def test_open_history__takes_back_what_only_the_document_has(path):
    write(path, entry(1))
    document = {"metadata": {"training_history": [entry(1), entry(2)]}}
    assert [one["counter"] for one in open_history(path, document).entries] == [1, 2]
    assert [one["counter"] for one in open_history(path, None).entries] == [1, 2]


@pytest.mark.parametrize("document", [{}, {"metadata": None}, {"metadata": {}}])
def test_open_history__a_document_without_history_adds_nothing(path, document):
    assert open_history(path, document).entries == ()


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
    history = open_history(path, {"metadata": {"training_history": [line]}})
    assert history.entries == (entry(1),)
    assert history.next_counter == 2


@pytest.mark.parametrize(
    "metadata", [[1], "x", 3, {"training_history": 5}, {"training_history": {"a": 1}},
                 {"training_history": [1, None, "x", []]}],
)  # fmt: skip
def test_open_history__a_document_of_wrong_types_adds_nothing(path, metadata):
    write(path, entry(1))
    assert open_history(path, {"metadata": metadata}).entries == (entry(1),)


def test_open_history__what_cannot_be_read_is_an_empty_record(path):
    path.mkdir()
    document = {"metadata": {"training_history": [entry(1)]}}
    assert open_history(path, document).entries == ()


def test_of_output__gives_the_last_entries_of_one_document(path):
    write(path, *(entry(number, "ab"[number % 2]) for number in range(1, 9)))
    shown = open_history(path, None).of_output("a", last=3)
    assert [one["counter"] for one in shown] == [4, 6, 8]


def test_changed_inputs__lists_new_changed_and_removed_files():
    now = {"fp1.json": "1", "fp2.json": "2b", "fp3.json": "3"}
    before = {"fp1.json": "1", "fp2.json": "2a", "race.json": "9"}
    assert changed_inputs(now, before) == [
        {"file": "fp2.json", "old": "2a", "new": "2b"},
        {"file": "fp3.json", "old": None, "new": "3"},
        {"file": "race.json", "old": "9", "new": None},
    ]


def test_changed_inputs__a_long_list_says_how_many_more():
    many = {f"{number:03d}.json": "x" for number in range(105)}
    listed = changed_inputs(many, {})
    assert len(listed) == 6
    assert listed[-1] == {"more": 100}


@pytest.mark.parametrize(("last", "shown"), [(0, []), (1, [3]), (2, [2, 3]), (9, [1, 2, 3])])
def test_of_output__gives_the_last_entries_and_none_for_none(tmp_path, last, shown):
    entries = tuple({"counter": n, "output": "s.json"} for n in (1, 2, 3))
    history = TrainingHistory(tmp_path / "h.jsonl", entries)
    assert [entry["counter"] for entry in history.of_output("s.json", last)] == shown
