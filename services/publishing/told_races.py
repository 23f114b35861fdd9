"""Told races beside the season document: one file an event, which the page shows."""

from __future__ import annotations

from pathlib import Path

from predictor.errors import F1Error, UsageError
from predictor.published.json_text import read_json
from predictor.published.season_types import SeasonDocument
from predictor.published.told_trouble import told_trouble
from predictor.published.told_types import ToldRace
from services.disk.own_kinds import RACE
from services.disk.targets import Target, check_targets, write_target
from services.publishing.publisher import read_document

__all__ = [
    "TOLD",
    "ToldDamaged",
    "check_told_folder",
    "is_of",
    "publish_told",
    "read_told",
    "told_name",
]

TOLD = "told"  # the folder, below the output folder


class ToldDamaged(F1Error):  # noqa: N818 - read aloud, as NoUsableInput
    """A file is no told race, or of a version that is not read."""

    exit_code = 65  # EX_DATAERR


def told_name(event_id: str, session: str) -> str:
    """Return what a told race is called: the event's id, and of a sprint so much more."""
    return event_id if session == "race" else f"{event_id}-sprint"


def check_told_folder(folder: Path) -> None:
    """Make sure before any work that told races may stand in a folder.

    Raises
    ------
    UsageError
        If no season document lies in it: then nothing would lead to the race.
    """
    if not any(read_document(path) is not None for path in sorted(folder.glob("*.json"))):
        raise UsageError(
            "a told race is published beside its forecast, and none is there",
            where=str(folder),
            expected="an output folder, with a season document in it",
            do="run the forecast into it first, or name its document with --output",
        )


def publish_told(payload: bytes, folder: Path) -> Path:
    """Put a told race into an output folder, in the place of an earlier one of its event.

    Parameters
    ----------
    payload : bytes
        Of a `ToldRace`.
    folder : Path
        That `check_told_folder` has found to be an output folder.

    Raises
    ------
    ToldDamaged
        If it is none.
    SomebodysFile, OutputNotWritable
        If something else is in its place, or the disk refuses.
    """
    race = read_told(payload)
    path = folder / TOLD / f"{told_name(race.event.event_id, race.event.session)}.json"
    target = Target(path, RACE, "--publish")
    check_targets([target])
    write_target(target, payload, durable=True)
    return path


def read_told(payload: bytes) -> ToldRace:
    """Read a told race.

    Raises
    ------
    ToldDamaged
        Naming the first place that is not as it should be.
    """
    try:
        told = read_json(payload, ToldRace)
    except F1Error as error:
        raise _damaged(error.got) from error
    if trouble := told_trouble(told):
        raise _damaged(trouble)
    return told


def _damaged(got: str) -> ToldDamaged:
    return ToldDamaged(
        "it is no told race",
        got=got,
        expected="what simulate EVENT --publish writes",
        do="tell it once more, or remove it",
    )


def is_of(race: ToldRace, document: SeasonDocument) -> bool:
    """Return whether a race is one of those that a season document's forecast counts.

    Its odds of all races are then those of the document, to the last digit.
    """
    for event in document.predictions.values():
        if event.metadata.event_id == race.event.event_id:
            rows = event.predictions
            if race.event.session == "sprint":
                rows = event.sprint.predictions if event.sprint else ()  # type: ignore[assignment]
            told = {one.driver_id: one.p_win for one in race.distribution}
            return bool(rows) and {one.driver_id: one.p_win for one in rows} == told
    return False
