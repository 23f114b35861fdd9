"""The record of runs, in its file and in the document: kept, mended, never fatal."""

from __future__ import annotations

import functools
import os
import signal

import pytest

from predictor.graph.plan import Stage
from services.engine.explanations import EXPLANATIONS, read
from services.errors import SomebodysFile
from services.publishing.run_record import HISTORY_FILE
from services.settings.limits import HistoryLimits, Limits
from tests.forecasting.small_season import SmallSeason, even_plan


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
        season.run(n_simulations=n_simulations, limits=Limits(history=HistoryLimits(3)))
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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_run_job__killed_between_publishing_and_recording_gives_no_counter_twice(season):
    """The document is the commit point: its entry is the run's record from then on."""
    season.run()
    child = os.fork()
    if child == 0:
        publish_file = os.replace

        def publish_and_die(source, target):
            publish_file(source, target)
            if os.path.basename(target) == season.output.name:  # noqa: PTH119
                os.kill(os.getpid(), signal.SIGKILL)

        os.replace = publish_and_die
        season.run(n_simulations=3)
        os._exit(99)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert [entry["counter"] for entry in season.history()] == [1]
    season.run(n_simulations=4)
    assert [entry["counter"] for entry in season.history()] == [1, 2, 3]
    listed = season.document()["metadata"]["training_history"]
    assert [entry["counter"] for entry in listed] == [1, 2, 3]
    assert season.history() == listed


def test_run_job__every_run_can_be_explained_later(season):
    season.run()
    season.run(n_simulations=3)
    first, second = (
        read(season.output.parent / EXPLANATIONS, entry["explanation"])
        for entry in season.history()
    )
    assert first.keys() == second.keys()
    assert all(decision.runs for decision in first.values())
    reasons = {str(reason) for reason in second["forecast/2025-japan/dry"].reasons}
    assert reasons == {"configuration changed: n_simulations changed"}


def test_run_job__an_explanation_that_cannot_be_kept_costs_only_itself(season):
    season.output.parent.mkdir()
    (season.output.parent / EXPLANATIONS).write_bytes(b"a file where the folder should be")
    assert season.run().outcome == "published"
    assert season.history()[0]["explanation"] is None


def test_run_job__a_full_disk_for_the_record_tears_no_line(season, monkeypatch):
    season.run()
    path = season.output.parent / HISTORY_FILE
    before = path.read_bytes()
    real = os.write

    def take_half(descriptor, data):
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return real(descriptor, data[: len(data) // 2])
        return real(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", take_half)
        report = season.run(n_simulations=3)
    assert report.outcome == "published"
    assert "only a part of the line" in report.notes[-1]
    assert path.read_bytes() == before
    season.run(n_simulations=4)
    assert [entry["counter"] for entry in season.history()] == [1, 2, 3]


def test_run_job__a_log_that_cannot_be_opened_goes_to_stderr_and_stops_nothing(season, capsys):
    (season.output.parent / "training.log").mkdir(parents=True)
    assert season.run().outcome == "published"
    (season.drops / "broken.json").write_text("{")
    (season.output.parent / "training_history.jsonl").unlink()
    (season.output.parent / "training_history.jsonl").mkdir()
    season.run()
    told = capsys.readouterr().err
    assert "the log is written here, for its file cannot be: Is a directory" in told
    assert "training_history.jsonl" in told


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
@pytest.mark.parametrize("lay", ["a link", "a pipe", "somebody's log", "somebody's older log"])
def test_run_job__what_is_no_log_of_its_own_is_not_written(season, capsys, lay):
    folder = season.output.parent
    folder.mkdir()
    precious, log = folder / "precious.txt", folder / "training.log"
    precious.write_text("dear diary")
    if lay == "a link":
        log.symlink_to("precious.txt")
    elif lay == "a pipe":
        os.mkfifo(log)
    else:
        log = log if lay == "somebody's log" else folder / "training.log.1"
        log.write_text("epoch 1: loss 0.3\n")
    before = log.lstat()
    assert season.run().outcome == "published"
    assert "the log is written here, for its file cannot be" in capsys.readouterr().err
    assert os.path.samestat(log.lstat(), before)
    assert log.lstat().st_size == before.st_size
    assert precious.read_text() == "dear diary"


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
@pytest.mark.parametrize("lay", ["a link", "a pipe", "somebody's record"])
def test_run_job__what_is_no_record_of_its_own_is_not_written(season, lay):
    folder = season.output.parent
    folder.mkdir()
    precious, record = folder / "precious.txt", folder / HISTORY_FILE
    precious.write_bytes(b"dear diary")  # and no line end: a torn line would be cut
    if lay == "a link":
        record.symlink_to("precious.txt")
    elif lay == "a pipe":
        os.mkfifo(record)
    else:
        record.write_bytes(b"epoch,loss\n1,0.3")
    report = season.run()
    assert report.outcome == "published"
    assert any("could not be added to training_history.jsonl" in note for note in report.notes)
    assert precious.read_bytes() == b"dear diary"
    if lay == "somebody's record":
        assert record.read_bytes() == b"epoch,loss\n1,0.3"


def test_run_job__the_place_of_an_unnamed_output_may_be_somebodys(season, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    precious = tmp_path / "predictions" / "season_2025_incremental.json"
    precious.parent.mkdir(exist_ok=True)
    precious.write_bytes(b"dear diary")

    def fail(event, n_earlier, n_simulations):
        raise ZeroDivisionError("it was asked too late")

    failing = functools.partial(even_plan, forecast=Stage("failing", 1, fail, list))
    with pytest.raises(SomebodysFile):
        season.run(failing, output=None)
    assert precious.read_bytes() == b"dear diary"
