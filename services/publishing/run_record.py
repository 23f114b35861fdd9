"""What every run did, one JSON line each, in ``training_history.jsonl``.

The document carries its own last entries, and it is the commit point: an entry that
a crash kept out of the file is taken back from the document at the next start, and so
is a file that was lost. A line torn by a power cut is cut off. The file may have any
length: it is read from its end. The record never stops a run: what cannot be read or
mended of it is logged and left out.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from predictor.published.run_types import MAX_COUNTER, ChangedInput, RunEntry
from services.disk.atomic_write import sync_folder
from services.disk.own_kinds import HISTORY
from services.disk.regular_file import open_own, open_regular
from services.disk.targets import why_not
from services.publishing.history_lines import blocks_from_end, end_of_lines, sound_entries
from services.settings.logs import LOG

__all__ = [
    "HISTORY_FILE",
    "TrainingHistory",
    "changed_inputs",
    "open_history",
]

HISTORY_FILE = "training_history.jsonl"

_LISTED_INPUTS = 5  # fifty entries stand in the document, which must stay small
_MOST_BLOCKS = 16  # then enough is read in any case: the document lists most of the rest
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


@dataclass(frozen=True, slots=True)
class TrainingHistory:
    """The end of the history of one output folder; several documents may share it."""

    path: Path
    entries: tuple[RunEntry, ...]  # the last ones, as many as a document lists and more
    is_read: bool = True  # else which numbers are taken is not known

    @property
    def next_counter(self) -> int:
        """Number of the run that is being recorded, 1-based."""
        return 1 + max((entry.counter for entry in self.entries), default=0)

    def of_output(self, output: str, last: int) -> list[RunEntry]:
        """Give the last entries that concern one document, in order of their counters."""
        entries = [entry for entry in self.entries if entry.output == output]
        entries.sort(key=lambda entry: entry.counter)
        return entries[max(len(entries) - last, 0) :]

    def append(self, entry: RunEntry) -> TrainingHistory:
        """Add one line to the file, which has reached the disk on return.

        Raises
        ------
        OSError
            If the disk refuses, or could not say before which numbers are taken; the file is
            as it was then. The caller decides what it means.
        """
        if not self.is_read:
            raise OSError(errno.EIO, "what is in it could not be read")
        _append_lines(self.path, [entry])
        return TrainingHistory(self.path, (*self.entries, entry))


def open_history(path: Path, own: Sequence[RunEntry], *, listed: int = 50) -> TrainingHistory:
    """Read the end of the history, cut a torn line, take back what only the document has.

    Parameters
    ----------
    path : Path
        Need not exist.
    own : sequence of RunEntry
        Those that the published document lists.
    listed : int
        How many runs of the document's output must be known, as far as the end of the file
        and the document have so many.

    Returns
    -------
    TrainingHistory
        Knows the entries of the document too, even where they cannot be added to the file.
    """
    try:
        with _own_record(path) as file:
            end = _cut_torn_line(file, path)
            read, oldest = _read_end(file, end, own, listed)
    except FileNotFoundError:
        read, oldest = [], 0
    except OSError as error:
        LOG.warning("%s cannot be read: %s", path.name, error)
        return TrainingHistory(path, tuple(own), is_read=False)
    known = {entry.run_id for entry in read}
    unread = [entry for entry in own if entry.run_id not in known]
    # Entries older than all that was read stand further up in the file.
    lost = _renumbered([entry for entry in unread if entry.counter >= oldest], read)
    if lost:
        try:
            _append_lines(path, lost)
        except OSError as error:
            LOG.warning("%s cannot be mended: %s", path.name, error)
    older = [entry for entry in unread if entry.counter < oldest]
    return TrainingHistory(path, (*older, *read, *lost))


def changed_inputs(now: Mapping[str, str], before: Mapping[str, str]) -> tuple[ChangedInput, ...]:
    """List inputs whose digest changed, with the old and the new one (None: not there).

    A long list ends with how many more there are.
    """
    changed = tuple(
        ChangedInput(file=name, old=before.get(name), new=now.get(name))
        for name in sorted(now.keys() | before.keys())
        if now.get(name) != before.get(name)
    )
    if len(changed) > _LISTED_INPUTS:
        return (*changed[:_LISTED_INPUTS], ChangedInput(more=len(changed) - _LISTED_INPUTS))
    return changed


def _renumbered(lost: Sequence[RunEntry], read: Sequence[RunEntry]) -> list[RunEntry]:
    """Give lost entries numbers that no other run has got since."""
    taken = {entry.counter for entry in read}
    free = 1 + max((entry.counter for entry in (*read, *lost)), default=0)
    found = []
    for entry in lost:
        if entry.counter in taken:
            entry, free = msgspec.structs.replace(entry, counter=free), free + 1  # noqa: PLW2901 - another number
        found.append(entry)
    return found


def _append_lines(path: Path, entries: Iterable[RunEntry]) -> None:
    """Add lines in one write; after a refusal the file is as it was."""
    data = b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)
    descriptor = open_own(path, _APPEND)
    try:
        size = os.fstat(descriptor).st_size
        try:
            _write_at_once(descriptor, data)
            os.fsync(descriptor)
        except OSError:
            # Where even this fails, the torn line is cut at the next start.
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)
    if size == 0:
        sync_folder(path.parent)  # the name of a new file must survive a power cut too


def _write_at_once(descriptor: int, data: bytes) -> None:
    if os.write(descriptor, data) < len(data):
        raise OSError(errno.ENOSPC, "the disk took only a part of the line")


def _cut_torn_line(file: BinaryIO, path: Path) -> int:
    """Give the offset behind the last whole line, where the file ends now if it can be cut."""
    end = end_of_lines(file)
    if end < file.seek(0, os.SEEK_END):
        try:
            os.truncate(path, end)
        except OSError as error:  # the lines before it can still be read
            LOG.warning("%s: torn last line cannot be cut: %s", path.name, error)
    return end


def _own_record(path: Path) -> BinaryIO:
    """Open the file for reading if it is a record of runs."""
    reason = why_not(path, HISTORY)
    if reason:
        raise OSError(errno.EEXIST, f"is {reason}", str(path))
    return open_regular(path)


def _read_end(
    file: BinaryIO, end: int, own: Sequence[RunEntry], listed: int
) -> tuple[list[RunEntry], int]:
    """Read back until a document's list can be written.

    Parameters
    ----------
    file : BinaryIO
        Of the history.
    end : int
        Offset behind its last whole line.
    own : Sequence[RunEntry]
        What the document lists: with these at hand, nothing older than the newest is needed.
    listed : int
        So many entries of its output are enough.

    Returns
    -------
    list of RunEntry, int
        In the order of the file; and a counter below which everything is further up in the
        file, 0 where there is nothing further up.
    """
    newest = max((entry.counter for entry in own), default=MAX_COUNTER)
    entries: list[RunEntry] = []
    n_lines = n_damaged = oldest = 0
    for n_blocks, (lines, more) in enumerate(blocks_from_end(file, end), start=1):
        block = sound_entries(lines)
        n_lines += len(lines)
        n_damaged += len(lines) - len(block)
        if not more:
            oldest = 0
        elif block:
            oldest = block[0].counter
        # Further up only one document is of interest, so the memory needed stays flat.
        entries[:0] = _of_same_output(block, own) if entries else block
        is_listed = n_lines >= listed and oldest <= newest
        is_enough = is_listed or len(_of_same_output(entries, own)) >= listed
        if entries and (is_enough or n_blocks >= _MOST_BLOCKS):
            break
    if n_damaged:
        # The rest of the record is still good.
        LOG.warning("%s: damaged lines left out: %d", Path(file.name).name, n_damaged)
    return entries, oldest


def _of_same_output(entries: Sequence[RunEntry], own: Sequence[RunEntry]) -> Sequence[RunEntry]:
    """Give the entries of the document that lists ``own``; all of them if none does."""
    if not own:
        return entries
    return [entry for entry in entries if entry.output == own[-1].output]
