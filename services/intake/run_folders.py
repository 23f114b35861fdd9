"""The folders of one run, each read once, with last good bytes where a file cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from services.intake.earlier_seasons import find_history
from services.intake.last_good import LastGood, open_last_good, prefix_of
from services.intake.scan import Scan, scan
from services.intake.stat_cache import StatCache
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

__all__ = ["OWN_FOLDERS", "Folders", "own_paths"]

# Below the output folder.
OWN_FOLDERS = (".cache", ".last-good", "explanations", "models", "published", "told")
# The archive of forecasts where none is named, and what SQLite lays beside it.
OWN_FILES = tuple(f"archive.sqlite{end}" for end in ("", "-wal", "-shm", "-journal"))


class Folders:
    """What a run sees of the disk; a second build upon it sees the very same.

    Parameters
    ----------
    settings : RunRequest
    limits : Limits
    reread : bool
        Read every file even in large folders, where the status of a file stands for it else.

    Raises
    ------
    UsageError, NoUsableInput
        As `services.intake.scan.scan`.
    """

    def __init__(self, settings: RunRequest, limits: Limits, *, reread: bool = False) -> None:
        self._settings = settings
        self._limits = limits
        self._cache = StatCache(settings.folder / ".cache" / "stat_cache")
        if reread:
            self._cache.forget()
        self.good: LastGood = open_last_good(settings.folder / ".last-good", settings.series)
        found = scan(settings.train_data, limits.scan, skip=self._own, cache=self._cache)
        self._cache.save()
        self.train: Scan = self.good.stand_in(found, dict(found.rejected))
        self._histories: dict[int, list[Scan]] = {}
        self._searches: dict[int, Iterator[Scan]] = {}

    def histories(self, season: int) -> Iterator[Scan]:
        """Give the folders where earlier seasons may be, best first; read as they are asked for."""
        found = self._histories.setdefault(season, [])
        if season not in self._searches:
            self._searches[season] = find_history(
                self._settings.train_data,
                self._settings.history,
                season,
                self._limits.scan,
                self._own,
                self._cache,
            )
        yield from tuple(found)
        for one in self._searches[season]:
            self._cache.save()
            prefix = prefix_of(one.folder)
            found.append(self.good.stand_in(one, dict(one.rejected), prefix))
            yield found[-1]

    @property
    def _own(self) -> list[Path]:
        return own_paths(self._settings)


def own_paths(settings: RunRequest) -> list[Path]:
    """List what the product itself writes, which is never input."""
    output = [settings.output] if settings.output else []
    return [*(settings.folder / name for name in (*OWN_FOLDERS, *OWN_FILES)), *output]
