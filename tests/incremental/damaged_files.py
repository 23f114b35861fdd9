"""Files that were fine and are not any more: what of them stays in use."""

from __future__ import annotations

import shutil

from hypothesis.stateful import rule

from tests.incremental.choices import PICK
from tests.incremental.foreign_files import ForeignFiles
from tests.incremental.oracle import Kept
from tests.incremental.world import edit_file, write

__all__ = ["DamagedFiles"]


class DamagedFiles(ForeignFiles):
    """A disk and an editor that spoil files, with and without bytes that stand in for them."""

    @rule(pick=PICK, how=PICK)
    def edit_and_corrupt_before_and_after_a_run(self, pick: int, how: int) -> None:
        path = self.world.file(pick)
        if path is not None:
            edit_file(path, how)
            self.world.settle()
            path.write_bytes(path.read_bytes()[:100])
        self.world.settle()

    @rule(pick=PICK)
    def delete_and_bring_back_damaged(self, pick: int) -> None:
        """Nothing may be remembered of a file that was gone in between."""
        path = self.world.file(pick)
        if path is not None:
            path.unlink()
            self.world.settle()
            write(path, b'{"season": 2025, "sess')
        self.world.settle()

    @rule(pick=PICK)
    def damage_a_file_and_drop_an_event(self, pick: int) -> None:
        """If the event is that of the file, its last good bytes cannot be used either."""
        path, calendar = self.world.file(pick), self.world.drops / "calendar.json"
        if path is not None and calendar.exists():
            self.world.settle()
            path.write_bytes(path.read_bytes()[:100])
            edit_file(calendar, 4 * pick + 1)
        self.world.settle()

    @rule(pick=PICK)
    def damage_and_lose_the_last_good_bytes(self, pick: int) -> None:
        """A damaged file is left out when nothing is left to stand in for it."""
        path = self.world.file(pick)
        if path is not None:
            path.write_bytes(path.read_bytes()[:100])
            self.world.settle()
        shutil.rmtree(self.world.output.parent / ".last-good", ignore_errors=True)
        self.world.kept = Kept()
        self.world.settle()
