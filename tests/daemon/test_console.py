"""What a person at the terminal sees: each event once, in plain words."""

from __future__ import annotations

import msgspec
from msgspec import structs

from services.daemon.console import Console
from services.monitoring.monitor import Training
from services.monitoring.status_file import BuildStatus, ModelStatus, Status, Watching
from tests.published.small_document import small_document

IDLE = Status("idle", 1, "0", "sha256:0", "then", "now", 10.0, "drops", output="season.json")
BUILD = BuildStatus(
    run_id="0", outcome="published", trigger="drop", ended="12:00:00", duration_s=0.5,
    files=["02-china/fp2.json"], stages_run=6, stages_reused=219,
)  # fmt: skip


def lines_of(tmp_path, *statuses):
    """Give the lines that each status adds."""
    found, now = [], []
    console = Console(tmp_path, now.append, shows_table=False)
    for status in statuses:
        now.clear()
        console.tell(status)
        found.append("".join(now).splitlines())
    return found


def test_tell__a_build_is_told_once_with_its_files(tmp_path):
    built = structs.replace(IDLE, last_build=BUILD)
    first, second, third = lines_of(tmp_path, IDLE, built, built)
    assert first == ["following drops; Ctrl+C ends it"]
    assert second == [
        "12:00:00 published season.json in 0.5 s (02-china/fp2.json; stages run 6, reused 219)"
    ]
    assert third == []


def test_tell__many_files_are_counted_and_no_files_leave_the_trigger(tmp_path):
    many = structs.replace(BUILD, files=[f"{n}.json" for n in range(5)])
    none = structs.replace(BUILD, files=[], trigger="reload")
    _, first, second = lines_of(
        tmp_path,
        IDLE,
        structs.replace(IDLE, last_build=many),
        structs.replace(IDLE, last_build=none),
    )
    assert "(0.json, 1.json, 2.json and 2 more; " in first[0]
    assert "(reload; " in second[0]


def test_tell__the_same_failure_again_is_silent_and_another_is_not(tmp_path):
    failed = structs.replace(BUILD, outcome="failed", error="WorkerLost: it is gone")
    again = structs.replace(failed, ended="12:00:05")
    other = structs.replace(failed, ended="12:00:10", error="MemoryError: no room")
    given = [structs.replace(IDLE, last_build=one) for one in (failed, again, other)]
    _, first, second, third = lines_of(tmp_path, IDLE, *given)
    assert first == ["12:00:00 failed after 0.5 s (02-china/fp2.json): WorkerLost: it is gone"]
    assert second == []
    assert "MemoryError" in third[0]


def test_tell__trouble_comes_and_goes(tmp_path):
    bad = structs.replace(IDLE, degraded=["x.json is rejected"])
    worse = structs.replace(bad, degraded=["x.json is rejected", "disk full"])
    _, first, second, third = lines_of(tmp_path, IDLE, bad, worse, IDLE)
    assert first == ["  degraded: x.json is rejected"]
    assert second == ["  degraded: disk full"]
    assert third == ["  all is well again"]


def test_tell__why_there_are_no_events_is_told_once(tmp_path):
    polling = structs.replace(IDLE, watching=Watching("polling", "an nfs file system"))
    first, second = lines_of(tmp_path, polling, polling)
    assert "no events, looking every second or so: an nfs file system" in first
    assert second == []


def test_tell__names_of_files_cannot_move_the_cursor(tmp_path):
    bad = structs.replace(IDLE, degraded=["\x1b[2Jx.json is rejected"])
    (lines,) = lines_of(tmp_path, bad)
    assert not any("\x1b" in line for line in lines)


def test_tell__the_first_forecast_is_shown_as_a_table_once(tmp_path):
    (tmp_path / "season.json").write_bytes(msgspec.json.encode(small_document()))
    now = []
    console = Console(tmp_path, now.append, shows_table=True)
    console.tell(structs.replace(IDLE, output=""))
    assert "Season document" not in "".join(now)
    console.tell(IDLE)
    console.tell(structs.replace(IDLE, last_build=BUILD))
    assert "".join(now).count("Season document") == 1


def test_tell__a_terminal_that_is_gone_is_told_nothing_more(tmp_path):
    calls = []

    def write(text):
        calls.append(text)
        raise BrokenPipeError

    console = Console(tmp_path, write, shows_table=False)
    console.tell(IDLE)
    console.tell(structs.replace(IDLE, last_build=BUILD))
    assert len(calls) == 1


def test_tell__a_training_has_a_line_when_it_begins_and_one_when_it_ends(tmp_path):
    model = ModelStatus("race_outcome", "1.0", "2024-12-08", reasons=["the season 2024 is over"])
    training = structs.replace(model, training_pid=7)
    ended = Training("then", "12:09:00", 540.0, "registered", [], "1.1", "it waits to be promoted")
    statuses = [
        structs.replace(IDLE, model=one)
        for one in (model, training, training, structs.replace(model, last_training=ended))
    ]
    _, first, second, third = lines_of(tmp_path, *statuses)
    assert first == ["now training a new model: the season 2024 is over"]
    assert second == []
    assert third == ["12:09:00 model 1.1 registered after 540 s: it waits to be promoted"]
    (only,) = lines_of(tmp_path, statuses[-1])  # one of before the daemon's start
    assert only == ["following drops; Ctrl+C ends it"]
