"""The watcher wakes the daemon for what matters, and says when it cannot."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from services.daemon.watcher import Watcher, WatchState, _Listener
from services.disk.program import how_to_install
from services.intake.survey import Root
from tests.rules.sources import ROOT

events = pytest.importorskip("watchdog.events")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into Linux's event queue")

LONG_S = 600.0  # a deadline only for what never comes
EVENTS = WatchState("events")


class Watch:
    """A started watcher with a clock that is set by hand."""

    def __init__(self, *roots):
        self.woken = threading.Event()
        self.watcher = Watcher(roots, self.woken.set)
        self.watcher.start()

    def check(self):
        self.woken.clear()
        return self.watcher.check()

    def wakes(self, act):
        """Whether an action wakes; the time of a test that waits in vain is its deadline."""
        self.check()
        act()
        return self.woken.wait(LONG_S)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "drops"
    for name in ("01-imola", "02-monaco", "03-spain", "04-canada"):
        (folder / name).mkdir(parents=True)
    (folder / "01-imola" / "race.json").write_text("{}")
    return folder


@pytest.fixture
def watch(folder):
    watch = Watch(Root(folder))
    yield watch
    watch.watcher.stop()


def eventually(claim):
    """Wait until a claim holds."""
    deadline = time.monotonic() + LONG_S
    while not claim():
        assert time.monotonic() < deadline, "it never came to hold"
        threading.Event().wait(0.005)
    return True


CHANGES = {
    "edited": lambda folder: (folder / "01-imola" / "race.json").write_text("[]"),
    "removed": lambda folder: (folder / "01-imola" / "race.json").unlink(),
    "renamed": lambda folder: (folder / "01-imola" / "race.json").rename(folder / "r.json"),
    "saved by rename": lambda folder: (folder / "01-imola" / "x.tmp").rename(folder / "r.json"),
    "new folder": lambda folder: (folder / "05-new").mkdir(),
    "folder moved in": lambda folder: (folder.parent / "outside").rename(folder / "06-in"),
    "folder moved out": lambda folder: (folder / "01-imola").rename(folder.parent / "away"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_check__is_in_events_mode_and_a_change_wakes(folder, change):
    (folder / "01-imola" / "x.tmp").write_text("[]")
    (folder.parent / "outside").mkdir()
    watch = Watch(Root(folder))
    try:
        assert watch.check() == EVENTS
        assert watch.wakes(lambda: CHANGES[change](folder))
    finally:
        watch.watcher.stop()


def test_wake__is_called_once_between_two_checks(folder):
    calls = []
    watcher = Watcher([Root(folder)], lambda: calls.append(1))
    watcher.start()
    try:
        for expected in (1, 2):
            watcher.check()
            for number in range(200):
                (folder / "01-imola" / f"{number}.json").write_text("{}")
            eventually(lambda n=expected: len(calls) >= n)
            eventually(watcher._observer.event_queue.empty)
            assert len(calls) == expected
    finally:
        watcher.stop()


@pytest.mark.parametrize(
    ("name", "is_folder", "wakes"),
    [
        ("01-imola/race.json", False, True),
        ("race.CSV", False, True),
        ("05-new", True, True),
        ("", True, True),
        ("race.json.part", False, False),
        (".race.json.4f.tmp", False, False),
        (".cache/ab/cd.json", False, False),
        (".cache/ab", True, False),
        ("training_history.jsonl", False, False),
        ("predictions/season.json", False, False),
        ("predictions/store/x.json", False, False),
        ("../elsewhere.json", False, False),
    ],
)
def test_listener__passes_on_what_a_scan_would_look_at(tmp_path, name, is_folder, wakes):
    folder = tmp_path / ".hidden" / "drops"  # what lies above the root does not matter
    own = [folder / "predictions" / "season.json", folder / "predictions" / "store"]
    woken = []
    listener = _Listener([Root(folder, skip=own)], lambda: woken.append(1))
    path = os.path.normpath(folder / name)
    kind = events.DirCreatedEvent if is_folder else events.FileCreatedEvent
    listener.dispatch(kind(path))
    assert bool(woken) is wakes


def test_listener__a_save_by_rename_counts_by_its_new_name(tmp_path):
    for new, wakes in (("race.json", True), ("season.json", False)):
        woken = []
        own = Root(tmp_path, skip=[tmp_path / "season.json"])
        listener = _Listener([own], lambda note=woken: note.append(1))
        moved = events.FileMovedEvent(str(tmp_path / ".x.tmp"), str(tmp_path / new))
        listener.dispatch(moved)
        assert bool(woken) is wakes


def test_listener__a_root_that_another_leaves_out_counts(tmp_path):
    season, earlier = tmp_path / "2025", tmp_path
    roots = [Root(earlier, skip=[season], only=["2024", "2025"]), Root(season)]
    for name, wakes in (("2025/r.json", True), ("2024/r.json", True), ("2023/r.json", False)):
        woken = []
        listener = _Listener(roots, lambda note=woken: note.append(1))
        listener.dispatch(events.FileCreatedEvent(str(tmp_path / name)))
        assert bool(woken) is wakes


def test_watcher__reading_causes_no_events(watch):
    masks = set()
    for path in Path("/proc/self/fdinfo").iterdir():
        with contextlib.suppress(OSError):  # closed since it was listed
            masks |= {int(one, 16) for one in re.findall(r"mask:([0-9a-f]+) ign", path.read_text())}
    assert masks
    for opened_or_closed_without_write_or_read in (0x20, 0x10, 0x01):
        assert not any(mask & opened_or_closed_without_write_or_read for mask in masks)


def kill_emitter(watcher):
    """End the thread that events come from, as a crash would."""
    (emitter,) = watcher._observer.emitters
    emitter.stop()
    emitter.join(LONG_S)


def test_check__a_dead_thread_is_replaced(watch, folder):
    path = folder / "01-imola" / "race.json"
    for text in ("[]", "[1]", "[2]"):
        kill_emitter(watch.watcher)
        assert watch.check() == EVENTS
        assert watch.wakes(lambda text=text: path.write_text(text))


@pytest.mark.parametrize("part", ["observer", "reader"])
def test_check__notices_each_of_its_threads(watch, part):
    name = "InotifyObserver" if part == "observer" else "InotifyFD"
    (thread,) = [one for one in watch.watcher._threads if type(one).__name__ == name]
    thread.stop()
    thread.join(LONG_S)
    assert not thread.is_alive()
    assert watch.check() == EVENTS
    assert thread not in watch.watcher._threads


@pytest.mark.parametrize("how", ["renamed", "deleted"])
def test_check__a_root_that_is_replaced_is_watched_again(watch, folder, tmp_path, how):
    away = tmp_path / "away"
    if how == "renamed":
        folder.rename(away)
    else:
        shutil.rmtree(folder)
    gone = watch.check()
    assert gone.mode == "polling"
    assert gone.reason == f"{folder} is not there"
    folder.mkdir()
    assert watch.check() == EVENTS
    assert watch.wakes(lambda: (folder / "race.json").write_text("{}"))


def test_check__a_root_replaced_between_two_checks_is_watched_again(watch, folder, tmp_path):
    folder.rename(tmp_path / "away")
    folder.mkdir()
    assert watch.check() == EVENTS
    assert watch.wakes(lambda: (folder / "race.json").write_text("{}"))


def test_check__a_root_made_again_with_the_same_inode_is_watched_again(watch, folder):
    # Only the end of the emitter tells of it, a moment later.
    first = watch.watcher._observer
    shutil.rmtree(folder)
    folder.mkdir()
    eventually(lambda: watch.check() == EVENTS and watch.watcher._observer is not first)
    assert watch.wakes(lambda: (folder / "race.json").write_text("{}"))


def test_start__only_the_named_folders_are_watched(folder):
    watch = Watch(Root(folder, only=["01-imola", "02-monaco"]))
    try:
        assert watch.check() == EVENTS
        assert set(watch.watcher._watched) == {str(folder / "01-imola"), str(folder / "02-monaco")}
        assert watch.wakes(lambda: (folder / "02-monaco" / "race.json").write_text("{}"))
    finally:
        watch.watcher.stop()


def test_stop__returns_though_a_thread_hangs(folder):
    release, entered = threading.Event(), threading.Event()

    def hang():
        entered.set()
        release.wait()

    watcher = Watcher([Root(folder)], hang)
    watcher.start()
    (folder / "race.json").write_text("{}")
    assert entered.wait(LONG_S)
    stopping = threading.Thread(target=watcher.stop, daemon=True)
    stopping.start()
    stopping.join(LONG_S)
    try:
        assert not stopping.is_alive()
        assert watcher.check() == WatchState("polling", "stopped")
    finally:
        release.set()
        eventually(lambda: not any(one.is_alive() for one in watcher._threads))


def test_stop__leaves_no_thread_and_no_descriptor(folder):
    threads, descriptors = set(threading.enumerate()), set(Path("/proc/self/fd").iterdir())
    watch = Watch(Root(folder))
    assert len(set(threading.enumerate()) - threads) == 3
    watch.watcher.stop()
    eventually(lambda: set(threading.enumerate()) <= threads)
    assert set(Path("/proc/self/fd").iterdir()) <= descriptors


MISSING = """
import sys
sys.modules["watchdog"] = None
from pathlib import Path
from services.daemon.watcher import Watcher
from services.intake.survey import Root
watcher = Watcher([Root(Path(sys.argv[1]))], print)
watcher.start()
print(watcher.check())
watcher.stop()
"""

NO_DESCRIPTORS = """
import resource, sys
import watchdog.events, watchdog.observers
from pathlib import Path
from services.daemon.watcher import Watcher
from services.intake.survey import Root
watcher = Watcher([Root(Path(sys.argv[1]))], print)
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
watcher.start()
print(watcher.check())
watcher.stop()
"""


def run(code, folder):
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_start__without_watchdog_it_polls_and_says_what_to_install(folder):
    (state,) = run(MISSING, folder)
    assert "polling" in state
    assert how_to_install("watch") in state


def test_start__at_the_limit_of_watchers_it_polls_and_says_so(folder):
    (state,) = run(NO_DESCRIPTORS, folder)
    assert "polling" in state
    assert "limit reached" in state
