"""Whatever happens to the folder, the daemon sees it, and works only for what matters."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from services.intake.last_good import open_last_good
from services.settings.run_request import RunRequest
from tests.daemon.daemon_process import DaemonProcess
from tests.forecasting.small_season import RACE_DATA, SmallSeason

RACE = "01-australia/race.json"
QUALIFYING = "01-australia/qualifying.json"


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A daemon that all tests of this module may use; each leaves it idle."""
    season = SmallSeason(tmp_path_factory.mktemp("followed") / "season")
    with DaemonProcess(season) as daemon:
        daemon.until(lambda one: one["watching"]["files"] == 10)
        daemon.until_idle(1)
        yield daemon


def n_ended(status):
    return sum(status["builds"].values())


def takes_up(daemon, act, outcome="published"):
    """Act, and wait until a build with that outcome has taken it up; give the status."""
    before = daemon.until_idle()["builds"].get(outcome, 0)
    act()
    return daemon.until(
        lambda one: one["state"] == "idle" and one["builds"].get(outcome, 0) > before,
        f"{outcome} after {before}",
    )


def is_not_work(daemon, act):
    """Act, and see that it is noticed, and that nothing is published or recorded."""
    season = daemon.season
    before, document = daemon.until_idle(), season.output.read_bytes()
    n_entries = len(season.history())
    after = takes_up(daemon, act, "nothing new")
    assert after["builds"].get("published") == before["builds"].get("published")
    assert season.output.read_bytes() == document
    assert len(season.history()) == n_entries


def swap_grid(path):
    """Let the first two of a session trade places: an edit that leaves the size alone."""
    data = json.loads(path.read_bytes())
    rows = data["results"]
    for field in ("driver", "driver_id", "name", "number", "team", "team_id", "code"):
        if field in rows[0]:
            rows[0][field], rows[1][field] = rows[1][field], rows[0][field]
    return json.dumps(data).encode()


def changed_bytes(path):
    """Give other content of the same length."""
    data = path.read_bytes()
    edited = swap_grid(path)
    assert edited != data
    return edited


def save_by_rename(path, data):
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(data)
    temporary.replace(path)


def test_daemon__publishes_a_dropped_file(followed):
    status = takes_up(followed, lambda: followed.season.add("04-bahrain/qualifying.json"))
    assert status["last_build"]["trigger"] == "drop"
    assert status["watching"]["mode"] == ("events" if sys.platform == "linux" else "polling")


def test_daemon__a_file_saved_by_rename(followed):
    path = followed.season.drops / RACE
    before = path.read_bytes()
    takes_up(followed, lambda: save_by_rename(path, changed_bytes(path)))
    takes_up(followed, lambda: save_by_rename(path, before))


def test_daemon__an_edit_of_the_same_size_with_its_time_put_back(followed):
    path = followed.season.drops / RACE
    before = path.read_bytes()
    path.write_bytes(pad := json.dumps(json.loads(before)).encode())
    followed.until_idle()
    stamp = path.stat()
    edited = changed_bytes(path)
    assert len(edited) == len(pad)

    def edit():
        path.write_bytes(edited)
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    takes_up(followed, edit)
    takes_up(followed, lambda: path.write_bytes(before))


@pytest.mark.parametrize("seconds", [1, 4_070_908_800], ids=["1970", "2099"])
def test_daemon__times_far_off_are_times(followed, seconds):
    path = followed.season.drops / QUALIFYING
    before = path.read_bytes()

    def edit():
        path.write_bytes(changed_bytes(path))
        os.utime(path, (seconds, seconds))

    takes_up(followed, edit)
    takes_up(followed, lambda: path.write_bytes(before))


NOT_WORK = {
    "touch": lambda path: os.utime(path, (5e8, 5e8)),
    "chmod": lambda path: path.chmod(0o600),
    "renamed in the tree": lambda path: path.rename(path.with_name("moved.json")),
    "same bytes again": lambda path: path.write_bytes(path.read_bytes()),
    "another name beside": lambda path: path.with_name("note.txt.json.part").write_text("{"),
}


@pytest.mark.parametrize("name", ["touch", "chmod", "same bytes again"])
def test_daemon__what_changes_no_content_publishes_and_records_nothing(followed, name):
    is_not_work(followed, lambda: NOT_WORK[name](followed.season.drops / RACE))


def test_daemon__whitespace_changes_no_forecast(followed):
    path = followed.season.drops / RACE
    document = followed.season.document()
    takes_up(followed, lambda: path.write_bytes(path.read_bytes() + b"\n\n"), "published")
    after = followed.season.document()
    assert after["predictions"] == document["predictions"]


def test_daemon__a_rename_in_the_tree_computes_nothing(followed):
    path = followed.season.drops / RACE
    moved = path.with_name("r.json")
    before = n_ended(followed.until_idle())
    n_recorded = len(followed.season.history())
    path.rename(moved)
    status = followed.until(lambda one: one["state"] == "idle" and n_ended(one) > before)
    last = status["last_build"]
    assert last["outcome"] == "unchanged"
    assert len(followed.season.history()) == n_recorded  # nobody asked for it
    assert last["stages_run"] == 0 or last["stages_run"] < 3
    moved.rename(path)
    followed.until_idle()


def test_daemon__folders_made_and_filled_in_the_same_millisecond(followed):
    drops = followed.season.drops
    before = followed.until_idle()["watching"]["files"]
    for number in range(60):
        folder = drops / "at-once" / f"{number}" / "deep"
        folder.mkdir(parents=True)
        (folder / "x.json").write_text(f'{{"number": {number}}}')
    status = followed.until(
        lambda one: one["state"] == "idle" and len(one["rejected"]) == 60, "all are read"
    )
    assert status["watching"]["files"] == before + 60
    # They were of no use, so that their loss is none.
    shutil.rmtree(drops / "at-once")
    followed.until(lambda one: one["state"] == "idle" and not one["rejected"])


def test_daemon__a_filled_folder_moved_in_is_read_and_moved_out_is_not_followed(followed):
    season = followed.season
    outside = season.drops.parent / "outside"
    outside.mkdir()
    shutil.copy(RACE_DATA / "2025/05-saudi-arabia/qualifying.json", outside)
    inside = season.drops / "05-saudi-arabia"
    takes_up(followed, lambda: outside.rename(inside))
    takes_up(followed, lambda: inside.rename(outside))
    n_before = n_ended(followed.until_idle())
    for number in range(5):
        (outside / f"{number}.json").write_text("{}")
    # The next drop is the proof that the daemon has looked since.
    status = takes_up(followed, lambda: season.add("05-saudi-arabia/race.json"))
    assert status["rejected"] == []
    assert n_ended(status) == n_before + 1


def test_daemon__odd_things_called_like_sessions_are_rejected_by_name(followed):
    drops = followed.season.drops
    odd = drops / "odd"

    def make():
        odd.mkdir()
        (odd / "empty.json").touch()
        (odd / "folder.json").mkdir()
        (odd / "link.json").symlink_to(drops / RACE)
        (odd / "loop").symlink_to(odd)
        os.mkfifo(odd / "pipe.json")
        Path(os.fsdecode(bytes(odd) + b"/\xff\xfe.json")).write_text("{}")

    before = n_ended(followed.until_idle())
    make()
    status = followed.until(lambda one: one["state"] == "idle" and n_ended(one) > before)
    names = {one["file"] for one in status["rejected"]}
    assert {"odd/empty.json", "odd/link.json", "odd/pipe.json"} <= names
    assert any("udcff" in name for name in names)
    assert any("rejected" in reason for reason in status["degraded"])
    shutil.rmtree(odd)
    followed.until(lambda one: one["state"] == "idle" and not one["rejected"])


def test_daemon__a_file_that_turns_bad_keeps_its_last_good_bytes(followed):
    path = followed.season.drops / RACE
    before, document = path.read_bytes(), followed.season.document()
    path.write_bytes(before[: len(before) // 2])
    status = followed.until(lambda one: one["state"] == "idle" and one["stale"])
    assert status["stale"] == [RACE]
    assert followed.season.document()["predictions"] == document["predictions"]
    path.write_bytes(before)
    status = followed.until(lambda one: one["state"] == "idle" and not one["stale"])
    assert status["degraded"] == []


def test_daemon__own_output_inside_the_watched_folder_is_no_change(tmp_path):
    season = SmallSeason(tmp_path / "season")
    season.output = season.drops / "out" / "season.json"
    season.output.parent.mkdir()
    with DaemonProcess(season, content_s=0.5) as daemon:
        daemon.until_idle(1)
        status = takes_up(daemon, lambda: season.add("04-bahrain/qualifying.json"))
        # Checks of the content go on, and find nothing new.
        status = daemon.until(lambda one, n=status["rescans"]: one["rescans"] >= n + 4)
        assert status["builds"]["published"] == 2
        assert status["watching"]["files"] == 11
        assert {entry["trigger"] for entry in season.history()} == {"start", "drop"}


def burst(daemon, n_folders, n_files):
    """Drop copies of a race in one go; give the status after they have been read."""
    season = daemon.season
    data = (season.drops / RACE).read_bytes()
    for folder in range(n_folders):
        (season.drops / f"burst-{folder}").mkdir()
        for number in range(n_files):
            (season.drops / f"burst-{folder}" / f"{number}.json").write_bytes(data)
    n_all = n_folders * n_files + 10
    return daemon.until(
        lambda one: (
            one["state"] == "idle"
            and one["watching"]["files"] == n_all
            and one["last_build"]["trigger"] == "drop"
            and not one["backlog"]
        ),
        "the burst is read",
        patience_s=600,  # what a file costs is for the benchmark to say
    )


def n_good(season):
    """Give how many files the last forecast used, earlier seasons apart."""
    settings = RunRequest(season.drops, season.output, season.earlier)
    table = open_last_good(season.output.parent / ".last-good", settings.series).table
    return sum("\0" not in name for name in table)


@pytest.mark.parametrize(
    ("n_folders", "n_files"), [(100, 4), pytest.param(100, 100, marks=pytest.mark.soak)]
)
def test_daemon__a_burst_of_files_is_read_and_its_loss_is_held(season, n_folders, n_files):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        burst(daemon, n_folders, n_files)
        assert n_good(season) == n_folders * n_files + 8
        document = season.output.read_bytes()
        for folder in range(n_folders):
            shutil.rmtree(season.drops / f"burst-{folder}")
        status = daemon.until(lambda one: one["state"] == "holding")
        assert any("is kept" in reason for reason in status["degraded"])
        assert season.output.read_bytes() == document
        daemon.signal(signal.SIGHUP)
        assert daemon.until(lambda one: one["state"] == "idle")["degraded"] == []
        assert n_good(season) == 8


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
@pytest.mark.parametrize("n_files", [2_000, pytest.param(20_000, marks=pytest.mark.soak)])
def test_daemon__stopped_while_files_come_reads_them_when_it_goes_on(season, n_files):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        daemon.signal(signal.SIGSTOP)
        for number in range(n_files):
            # Ten events each, or the kernel's queue would not overflow.
            path = season.drops / f"{number}.tmp"
            for _ in range(4):
                path.write_text("x")
            path.unlink()
        season.add("04-bahrain/qualifying.json")
        daemon.signal(signal.SIGCONT)
        daemon.until_idle(2)
        assert daemon.status()["degraded"] == []


DEAD_WATCHER = """
import threading, time, pathlib
def end():
    gate = pathlib.Path({gate!r})
    while not gate.exists():
        time.sleep(0.01)
    while True:  # whichever watcher there is: another starts once the season is known
        for thread in threading.enumerate():
            if type(thread).__module__.startswith("watchdog."):
                thread.stop()
        time.sleep(0.1)
threading.Thread(target=end, daemon=True).start()
"""
NO_WATCHDOG = "import sys; sys.modules['watchdog'] = sys.modules['watchdog.observers'] = None"
DEAF = """
from services.daemon import watcher
watcher._Listener.dispatch = lambda self, event: None
"""


def test_daemon__a_watcher_that_dies_again_and_again_delays_nothing(season, tmp_path):
    gate = tmp_path / "gate"
    with DaemonProcess(season, prelude=DEAD_WATCHER.format(gate=str(gate))) as daemon:
        n_surveys = daemon.until_idle(1)["surveys"]
        gate.touch()
        daemon.until(lambda one: one["surveys"] > n_surveys + 5)
        takes_up(daemon, lambda: season.add("04-bahrain/qualifying.json"))


@pytest.mark.parametrize("prelude", [NO_WATCHDOG, DEAF], ids=["missing", "deaf"])
def test_daemon__needs_no_events(season, prelude):
    with DaemonProcess(season, prelude=prelude) as daemon:
        status = daemon.until_idle(1)
        if prelude == NO_WATCHDOG:
            assert "watchdog is not installed" in status["watching"]["reason"]
        takes_up(daemon, lambda: season.add("04-bahrain/qualifying.json"))


def test_daemon__what_has_just_changed_settles_whatever_was_due(season):
    waits = {"settle_s": 600.0, "max_wait_s": 600.0, "survey_s": 600.0}
    with DaemonProcess(season, prelude=DEAF, content_s=1.0, **waits) as daemon:
        daemon.until_idle(1)
        season.add("04-bahrain/qualifying.json")
        # A check of the content is due, and it is the first to see the file.
        status = daemon.until(lambda one: one["state"] == "settling")
        assert status["builds"]["published"] == 1


BLIND = """
from services.daemon import lookout
sound, seen = lookout.survey, {}
def survey(roots):
    return seen.setdefault(repr(roots), sound(roots))
lookout.survey = survey
"""


def test_daemon__the_check_of_content_finds_what_no_survey_shows(season):
    with DaemonProcess(season, prelude=BLIND, content_s=0.5) as daemon:
        daemon.until(lambda one: one["rescans"] and one["watching"]["files"] == 10)
        daemon.until_idle(1)
        path = season.drops / RACE
        path.write_bytes(changed_bytes(path))
        status = daemon.until(lambda one: one["builds"]["published"] == 2)
        assert status["last_build"]["trigger"] == "content check"
