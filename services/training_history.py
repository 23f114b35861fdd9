"""What every run did, one JSON line each, in ``training_history.jsonl``.

The document carries its own last entries, and it is the commit point: an entry that
a crash kept out of the file is taken back from the document at the next start. A line
torn by a power cut is cut off. The record never stops a run: what cannot be read or
written of it is logged and left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from services.logs import LOG

__all__ = ["TrainingHistory", "changed_inputs", "open_history"]

Entry = dict[str, Any]

_MAX_COUNTER = 2**53  # the largest number that every reader of JSON agrees on
_LISTED_INPUTS = 5  # fifty entries stand in the document, which must stay small


@dataclass(frozen=True, slots=True)
class TrainingHistory:
    """The history file of one output folder; several documents may share it."""

    path: Path
    entries: tuple[Entry, ...]

    @property
    def next_counter(self) -> int:
        """Number of the run that is being recorded, 1-based."""
        return 1 + max((entry["counter"] for entry in self.entries), default=0)

    def of_output(self, output: str, last: int) -> list[Entry]:
        """Give the last entries that concern one document."""
        entries = [entry for entry in self.entries if entry.get("output") == output]
        return entries[max(len(entries) - last, 0) :]

    def append(self, entry: Entry) -> TrainingHistory:
        """Add one line to the file; the caller decides what an `OSError` means."""
        with self.path.open("ab") as file:
            file.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
        return TrainingHistory(self.path, (*self.entries, entry))


def open_history(path: Path, document: Mapping[str, Any] | None) -> TrainingHistory:
    """Read the history, cut a torn line, and take back entries only the document has.

    Parameters
    ----------
    path : Path
        Need not exist.
    document : Mapping[str, Any] | None
        The published document.
    """
    entries = list(_read_and_mend(path))
    known = {entry.get("run_id") for entry in entries}
    history = TrainingHistory(path, tuple(entries))
    for entry in _listed_in(document):
        if entry.get("run_id") not in known:
            try:
                history = history.append(entry)
            except OSError as error:
                LOG.warning("%s cannot be mended: %s", path.name, error)
                break
    return history


def changed_inputs(now: Mapping[str, str], before: Mapping[str, str]) -> list[dict[str, Any]]:
    """List inputs whose digest changed, with the old and the new one (None: not there).

    A long list ends with how many more there are.
    """
    changed: list[dict[str, Any]] = [
        {"file": name, "old": before.get(name), "new": now.get(name)}
        for name in sorted(now.keys() | before.keys())
        if now.get(name) != before.get(name)
    ]
    if len(changed) > _LISTED_INPUTS:
        more = len(changed) - _LISTED_INPUTS
        return [*changed[:_LISTED_INPUTS], {"more": more}]
    return changed


def _listed_in(document: Mapping[str, Any] | None) -> Sequence[Entry]:
    """Give the sound entries of a document, which may be of any age and by anybody."""
    metadata = (document or {}).get("metadata")
    listed = metadata.get("training_history") if isinstance(metadata, dict) else None
    return [entry for entry in listed if _is_sound(entry)] if isinstance(listed, list) else []


def _read_and_mend(path: Path) -> Sequence[Entry]:
    try:
        data = path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) != len(data):
            with path.open("r+b") as file:
                file.truncate(len(whole))
    except FileNotFoundError:
        return []
    except OSError as error:
        LOG.warning("%s cannot be read or mended: %s", path.name, error)
        return []
    read = [_read_line(line) for line in whole.splitlines()]
    entries = [entry for entry in read if entry is not None]
    if len(entries) < len(read):
        # The rest of the record is still good.
        LOG.warning("%s: damaged lines left out: %d", path.name, len(read) - len(entries))
    return entries


def _read_line(line: bytes) -> Entry | None:
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return entry if _is_sound(entry) else None


def _is_sound(entry: object) -> bool:
    """Whether the house can go by an entry: its number and whose it is."""
    if not isinstance(entry, dict):
        return False
    counter = entry.get("counter")
    if not isinstance(counter, int) or isinstance(counter, bool):
        return False
    names = (entry.get("run_id", ""), entry.get("output", ""))
    return 0 <= counter < _MAX_COUNTER and all(isinstance(name, str) for name in names)
