"""One run in a forked child, with a fault in it; and the state that it starts from."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from predictor.errors import F1Error, UsageError
from services.publishing.publisher import read_document
from tests.crash.io_faults import KILL, Fault, Shim
from tests.forecasting.small_season import SmallSeason

__all__ = ["KILLED", "Outcome", "Scene", "run_with", "set_scene"]

KILLED = -9
_BROKEN = b'{"results": ['  # a file that was being written


class Outcome(NamedTuple):
    """What became of the child."""

    code: int  # as the command would exit; -9 if it was killed
    calls: tuple[tuple[str, str], ...]  # operation and path that the fault hit, if it did
    notes: tuple[str, ...]
    error: str


@dataclass(frozen=True)
class Scene:
    """A season whose next run has much to do, and what it must come to."""

    season: SmallSeason
    before: str  # stable digest of the document that is published
    after: str  # and of the next one, as a full rebuild has it
    log_before: str
    _kept: Path

    @property
    def folder(self) -> Path:
        """The output folder."""
        return self.season.output.parent

    def restore(self) -> None:
        """Put the output folder back to the beginning."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._kept.exists():
            shutil.copytree(self._kept, self.folder)

    def published(self) -> str:
        """Give the stable digest of the document, empty if there is none."""
        published = read_document(self.season.output)
        return published.digest if published is not None else ""


def set_scene(folder: Path, *, is_first_run: bool = False) -> Scene:
    """Publish, run without news, fail, and then change, add and break session files."""
    season = SmallSeason(folder)
    output, kept = season.output.parent, folder / "kept"
    if not is_first_run:
        season.run(jobs=1)
        season.run(jobs=1)
        with contextlib.suppress(UsageError):
            season.run(jobs=1, only="nowhere")
        (season.drops / "02-china" / "qualifying.json").unlink()
        (season.drops / "01-australia" / "race.json").write_bytes(_BROKEN)
        season.add("02-china/sprint.json")
        shutil.copytree(output, kept)
    scene = Scene(season, "", "", "", kept)
    before = scene.published()
    season.run(jobs=1, verify=True)
    after = scene.published()
    scene.restore()
    log = kept / "training.log"
    return Scene(season, before, after, log.read_text() if log.exists() else "", kept)


def run_with(scene: Scene, fault: Fault | None) -> Outcome:
    """Run the job in a child, with a fault if one is given."""
    report = scene.folder.parent / "fault.jsonl"
    said = scene.folder.parent / "said.json"
    for path in (report, said):
        path.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        _be_child(scene, fault, report, said)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    lines = report.read_text().splitlines() if report.exists() else []
    calls = tuple((operation, path) for operation, path in map(json.loads, lines))
    answer: dict[str, Any] = json.loads(said.read_text()) if said.exists() else {}
    assert code == KILLED or answer, "the child ended without a word"
    assert code != KILLED or (fault is not None and fault.kind == KILL)
    return Outcome(code, calls, tuple(answer.get("notes", ())), answer.get("error", ""))


def _be_child(scene: Scene, fault: Fault | None, report: Path, said: Path) -> None:
    """Run the job and end the process, without pytest noticing."""
    code = 1
    try:
        if fault is not None:
            shim = Shim(scene.folder, report)
            shim.install()
            shim.arm(fault)
        answer: dict[str, Any] = {}
        code = 0
        try:
            answer["notes"] = scene.season.run(jobs=1).notes
        except F1Error as error:
            answer["error"] = str(error)
            code = error.exit_code
        except BaseException:  # noqa: BLE001 - told to the parent
            answer["error"] = "unforeseen: " + traceback.format_exc()
            code = 70
        said.write_text(json.dumps(answer))
    finally:
        sys.stderr.flush()
        os._exit(code)
