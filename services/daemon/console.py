"""What a person at the terminal, or the journal, sees of the daemon: one line an event."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from services.monitoring.status_file import BuildStatus, Status
from services.publishing.publisher import read_document
from services.publishing.table import season_table
from services.settings.terminal import plain

__all__ = ["Console"]

_FILES_SHOWN = 3


class Console:
    """Tells what has changed between one status and the next.

    Parameters
    ----------
    folder : Path
        The output folder.
    write : callable, optional
        Takes text; standard output unless given.
    shows_table : bool, optional
        Whether the first forecast is shown as a table: on a terminal, unless given.
    """

    def __init__(
        self,
        folder: Path,
        write: Callable[[str], object] | None = None,
        *,
        shows_table: bool | None = None,
    ) -> None:
        self._folder = folder
        self._write = write or sys.stdout.write
        self._owes_table = sys.stdout.isatty() if shows_table is None else shows_table
        self._last: Status | None = None

    def tell(self, status: Status) -> None:
        """Write what is new."""
        lines = [plain(line) for line in self._news(status)]
        if self._owes_table and status.state == "idle" and status.output:
            self._owes_table = False
            lines += self._table(status)
        self._last = status
        if not lines:
            return
        try:
            self._write("\n".join(lines) + "\n")
            sys.stdout.flush()
        except (OSError, ValueError):  # closed: nobody listens any more
            self._write = len
            self._owes_table = False

    def _news(self, status: Status) -> Iterator[str]:
        last = self._last
        if last is None:
            yield f"following {status.train_data}; Ctrl+C ends it"
        reason = status.watching.reason
        if reason and (last is None or last.watching.reason != reason):
            yield f"no events, looking every second or so: {reason}"
        build = status.last_build
        before_it = last.last_build if last is not None else None
        again = build is not None and before_it is not None and build.error == before_it.error != ""
        if build is not None and build != before_it and not again:
            yield _line_of(build, status.output)
        yield from _of_training(status, last)
        before = last.degraded if last is not None else []
        yield from (f"  degraded: {reason}" for reason in status.degraded if reason not in before)
        if before and not status.degraded:
            yield "  all is well again"

    def _table(self, status: Status) -> list[str]:
        path = self._folder / status.output
        published = read_document(path)
        return season_table(published.document, path).splitlines() if published is not None else []


def _line_of(build: BuildStatus, output: str) -> str:
    """Give one line about a build; the time is the clock's, as the document has it."""
    cause = ", ".join(build.files[:_FILES_SHOWN]) or build.trigger
    more = len(build.files) - _FILES_SHOWN
    cause += f" and {more} more" if more > 0 else ""
    took = f"{build.duration_s:g} s"
    if build.error:
        return f"{build.ended} {build.outcome} after {took} ({cause}): {build.error}"
    stages = f"stages run {build.stages_run}, reused {build.stages_reused}"
    return f"{build.ended} {build.outcome} {output} in {took} ({cause}; {stages})"


def _of_training(status: Status, last: Status | None) -> Iterator[str]:
    """Give a line when a training begins, and one when it ends."""
    model, before = status.model, last.model if last is not None else None
    if model is None:
        return
    if model.training_pid and (before is None or not before.training_pid):
        yield f"{status.updated} training a new model: {'; '.join(model.reasons)}"
    ended = model.last_training
    if ended is not None and before is not None and ended != before.last_training:
        words = f": {ended.words}" if ended.words else ""
        version = f" {ended.version}" if ended.version else ""
        yield f"{ended.ended} model{version} {ended.outcome} after {ended.duration_s:g} s{words}"
