"""The record of runs, in its file and in the document: kept, mended, never fatal."""

from __future__ import annotations

import pytest

from services.settings import HistoryLimits, Settings
from tests.services.small_season import SmallSeason


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def test_run_job__a_history_line_lost_after_publishing_comes_back(season):
    season.run()
    (season.output.parent / "training_history.jsonl").unlink()
    season.run()
    assert [entry["counter"] for entry in season.history()] == [1, 2]


def test_run_job__the_document_lists_the_last_runs_only(season):
    for n_simulations in range(1, 7):
        season.run(n_simulations=n_simulations, limits=Settings(history=HistoryLimits(3)))
    listed = season.document()["metadata"]["training_history"]
    assert [entry["counter"] for entry in listed] == [4, 5, 6]
    assert len(season.history()) == 6


@pytest.mark.parametrize(
    "document", [b'{"metadata": [1]}', b'{"metadata": {"training_history": 7}}',
                 b'{"metadata": {"training_history": [{"counter": "x", "run_id": []}]}}'],
)  # fmt: skip
def test_run_job__an_old_document_of_wrong_types_is_replaced(season, document):
    season.output.parent.mkdir()
    season.output.write_bytes(document)
    assert season.run().outcome == "published"
    assert [entry["counter"] for entry in season.history()] == [1]


def test_run_job__damaged_lines_of_the_record_are_logged(season):
    season.run()
    with (season.output.parent / "training_history.jsonl").open("ab") as file:
        file.write(b'{"counter": "seven", "output": "season.json"}\n')
    season.run(n_simulations=3)
    listed = season.document()["metadata"]["training_history"]
    assert [entry["counter"] for entry in listed] == [1, 2]
    assert "damaged lines left out: 1" in (season.output.parent / "training.log").read_text()


def test_run_job__a_record_that_is_a_folder_costs_only_the_record(season):
    (season.output.parent / "training_history.jsonl").mkdir(parents=True)
    report = season.run()
    assert report.outcome == "published"
    assert "could not be added to training_history.jsonl" in report.notes[0]
