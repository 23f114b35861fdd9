"""``--output`` of commands that look: a document or a folder of them, and who could write there."""

from __future__ import annotations

import shlex
from pathlib import Path

from services.monitoring.status_file import Status
from services.publishing.history_lines import runs_from_last
from services.publishing.places import has_default_name
from services.publishing.run_record import HISTORY_FILE

__all__ = ["command_to_watch", "folder_and_document"]

_DEFAULT = Path("predictions")


def folder_and_document(output: Path) -> tuple[Path, str | None]:
    """Return the folder that is meant, and the document's name if one is meant.

    What is not there yet is a document if its name ends as a file's does.
    """
    if output.is_dir() or not (output.suffix or output.exists()):
        return output, None
    return output.parent, output.name


def command_to_watch(folder: Path, document: str | None, last: Status | None) -> str:
    """Return the command that starts a daemon: for the document asked about, else the last one.

    Parameters
    ----------
    folder : Path
        Output folder.
    document : str, optional
        File name of the document asked about; None if any will do.
    last : Status, optional
        What the folder's last daemon said. It tells which season files it followed, and its
        document; without it the record of runs tells the document.
    """
    name = document or (last.output if last is not None else "") or _last_recorded(folder)
    words = ["python", "-m", "services", "watch"]
    words += ["--train-data", "FOLDER" if last is None else last.train_data]
    # The default is left out: it follows the season's year, and goes on with its stored results.
    if folder != _DEFAULT or (name and not has_default_name(name)):
        words += ["--output", str(folder / (name or "NAME.json"))]
    return shlex.join(words)


def _last_recorded(folder: Path) -> str:
    """Return the document of the last run that saw a whole season; empty if there is none."""
    try:
        for entry in runs_from_last(folder / HISTORY_FILE):
            if entry.output and "as_of" not in (entry.configuration or {}):
                return entry.output
    except OSError:  # no record: nothing is known
        return ""
    return ""
