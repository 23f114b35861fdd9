"""Replay a recorded weekend into a folder of its own: files come, and documents with them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from predictor.vocabulary import SessionKind
from services.archive.kept import keep
from services.archive.place import ARCHIVE_FILE, StorePlace
from services.disk.atomic_write import replace_file
from services.disk.program import RACE_DATA
from services.disk.regular_file import read_regular
from services.engine.manifest import Manifest, write_manifest
from services.publishing.places import manifest_path, output_path
from services.publishing.publisher import publish, stable_digest
from services.publishing.told_races import publish_told
from services.settings.child_environment import environment_of_child
from services.settings.environment import is_installed
from services.settings.logs import LOG
from services.settings.run_request import RunRequest
from services.web.demo.recording import Drop, Recording, read_recording
from services.web.derived.figures import series
from services.web.derived.weekend import SESSIONS, has_run
from services.web.world import Demo

__all__ = ["Replay", "drop_files", "replaying"]


class Replay:
    """A weekend that happens again.

    Parameters
    ----------
    folder : Path
        Empty; for the season's files and for what is published.
    every_s : float
        Between two drops.
    say : callable
        Told in a line what was dropped.
    recording : Recording, optional
        That which comes with the program unless given.
    """

    def __init__(
        self,
        folder: Path,
        every_s: float,
        say: Callable[[str], None],
        recording: Recording | None = None,
    ) -> None:
        self._recording = recording or read_recording()
        self._every_s = every_s
        self._say = say
        self.data = folder / self._recording.season
        self.output = folder / "predictions"
        self.store = StorePlace(path=self.output / ARCHIVE_FILE)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replay", daemon=True)
        self._since = time.monotonic()
        self._moment = self._recording.before[-1].at
        self._n_come = 0

    def start(self) -> None:
        """Publish how the season stood before the weekend, and begin."""
        self.open()
        self._thread.start()

    def open(self) -> None:
        """Publish how the season stood before the weekend."""
        *earlier, last = self._recording.before
        drop_files(self.data, [name for drop in earlier for name in drop.files])
        self._publish(last)

    def look_back(self) -> None:
        """Archive the season so far, and what reference models say of its races."""
        self._archive(self._recording.before)
        if self._stop.is_set() or not is_installed("sqlalchemy"):
            return
        from services.archive.backfilled import add_season_references  # noqa: PLC0415 - SQLAlchemy
        from services.archive.writer import Reference  # noqa: PLC0415

        said = [
            Reference(
                one.event_id,
                one.horizon,
                one.model,
                dict(zip(one.drivers, one.p_position, strict=True)),
            )
            for one in self._recording.references
        ]
        add_season_references(self.store, int(self._recording.season), said)

    def drop(self, drop: Drop) -> None:
        """Let one drop come, with what a run made of it."""
        self._n_come += 1  # before its document: no page of that says that it is yet to come
        self._publish(drop)
        self._archive((drop,))

    def join(self) -> None:
        """Wait for the end of the weekend."""
        self._thread.join()

    def stop(self) -> None:
        """End, once what is being published is."""
        self._stop.set()
        self._thread.join()

    @property
    def drops(self) -> tuple[Drop, ...]:
        """All that has come and will come."""
        return (*self._recording.before, *self._recording.weekend)

    def demo(self) -> Demo:
        """Return what readers are told of the replay."""
        to_come = self._recording.weekend[self._n_come :]
        events = self._recording.weekend[-1].season_document.predictions.items()
        title, event = [one for one in events if has_run(one[1])][-1]
        of = f"The {title} of {event.metadata.event_id.partition('-')[0]}"
        return Demo(of, _sessions(to_come[0]) if to_come else "", self._every_s)

    def now(self) -> datetime:
        """Return the time of the weekend: that of the last drop, and what has passed since."""
        passed = timedelta(seconds=time.monotonic() - self._since)
        return datetime.fromisoformat(self._moment) + passed

    def _run(self) -> None:
        due = time.monotonic()
        self.look_back()
        for drop in self._recording.weekend:
            due += self._every_s  # whatever the archive takes meanwhile
            if self._stop.wait(max(0.0, due - time.monotonic())):
                return
            self.drop(drop)
            self._say(f"{drop.at}: {drop.what}")
        self._say("the weekend is over; Ctrl+C ends the server")

    def _publish(self, drop: Drop) -> None:
        """Let files come, and put the document there that a run made of them."""
        drop_files(self.data, drop.files)
        season = drop.season_document.metadata.season
        request = RunRequest(
            train_data=self.data,
            output=self.output / output_path(RunRequest(train_data=self.data), season).name,
        )
        # From it a what-if learns what the forecast was made from.
        manifest = Manifest(
            season=season,
            result=stable_digest(bytes(drop.document)),
            train_data=str(self.data.resolve()),
        )
        write_manifest(manifest_path(request), manifest)
        self._moment, self._since = drop.at, time.monotonic()
        publish(bytes(drop.document), request.output or self.output)
        for told in drop.told:
            publish_told(bytes(told), self.output)

    def _archive(self, drops: Sequence[Drop]) -> None:
        """Archive documents; without the packages for it pages have no history."""
        for drop in drops:
            if self._stop.is_set():
                return
            keep(self.output, bytes(drop.document) + b"\n", drop.season_document)
        if not is_installed("sqlalchemy"):
            return
        from services.archive.sync import sync  # noqa: PLC0415 - SQLAlchemy loads here

        for path, why in sync(self.output, self.store).left_out:
            LOG.warning("%s cannot be archived: %s", path, why)


def _sessions(drop: Drop) -> str:
    """Return the sessions of a drop, as "practice 1" or "sprint qualifying and the sprint"."""
    kinds = [SessionKind(Path(name).stem) for name in drop.files]
    return series([SESSIONS[kind] for kind in kinds])


def drop_files(data: Path, names: Sequence[str]) -> None:
    """Let files of a season that comes with the program come into a folder called by its year."""
    for name in names:
        replace_file(data / name, read_regular(RACE_DATA / data.name / name))


@contextlib.contextmanager
def _warming() -> Iterator[None]:
    """Have the kernels compiled beside: the first what-if would not wait for that.

    Where they are compiled already, that is over in a moment.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "services", "warm"],
        env=environment_of_child(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def replaying(every_s: float, say: Callable[[str], None]) -> Iterator[Replay]:
    """Replay the recorded weekend in a temporary folder while the block lasts."""
    with tempfile.TemporaryDirectory(prefix="f1-demo-") as folder, _warming():
        replay = Replay(Path(folder), every_s, say)
        replay.start()
        try:
            yield replay
        finally:
            replay.stop()
