"""What every run did, one JSON line each, in ``training_history.jsonl``.

The document carries its own last entries, and it is the commit point: an entry that
a crash kept out of the file is taken back from the document at the next start. A line
torn by a power cut is cut off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

__all__ = ["TrainingHistory", "changed_inputs", "open_history"]

Entry = dict[str, Any]

_LISTED_INPUTS = 5  # fifty entries stand in the document, which must stay small


@dataclass(frozen=True, slots=True)
class TrainingHistory:
    """The history file of one output folder; several documents may share it."""

    path: Path
    entries: tuple[Entry, ...]

    @property
    def next_counter(self) -> int:
        """Number of the run that is being recorded, 1-based."""
        return 1 + max((int(entry.get("counter", 0)) for entry in self.entries), default=0)

    def of_output(self, output: str, last: int) -> list[Entry]:
        """Give the last entries that concern one document."""
        return [entry for entry in self.entries if entry.get("output") == output][-last:]

    def append(self, entry: Entry) -> TrainingHistory:
        """Add one line to the file."""
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
    metadata = (document or {}).get("metadata") or {}
    lost = [
        entry
        for entry in metadata.get("training_history") or []
        if isinstance(entry, dict) and entry.get("run_id") not in known
    ]
    history = TrainingHistory(path, tuple(entries))
    for entry in lost:
        history = history.append(entry)
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


def _read_and_mend(path: Path) -> Sequence[Entry]:
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) != len(data):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    entries = []
    for line in whole.splitlines():
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue  # a damaged line in the middle: the rest of the record is still good
        if isinstance(entry, dict):
            entries.append(entry)
    return entries
