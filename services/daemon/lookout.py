"""What the daemon sees of its folders: the survey is the truth, events only hasten it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from services.daemon.watcher import Watcher, WatchState
from services.intake.earlier_seasons import candidates
from services.intake.last_good import open_last_good, prefix_of
from services.intake.run_folders import own_paths
from services.intake.survey import Root, Survey, changed, survey
from services.monitoring.status_file import Watching
from services.settings.run_request import RunRequest

__all__ = ["Lookout"]


class Lookout:
    """Surveys the season's folder and those of the earlier seasons.

    Parameters
    ----------
    settings : RunRequest
    wake : callable
        Called from another thread when files change.
    """

    def __init__(self, settings: RunRequest, wake: Callable[[], None]) -> None:
        self._settings = settings
        self._wake = wake
        self._season: int | None = None
        self._roots: tuple[Root, ...] = ()
        self._watcher: Watcher | None = None
        self._state = WatchState("polling", "not started")
        self._last: Survey | None = None
        self._used: Mapping[str, str] = {}  # by the last forecast, as the last-good table names it
        self.n_surveys = 0

    def look(self, season: int | None) -> set[str]:
        """Survey the folders; give what has changed since the last look.

        Parameters
        ----------
        season : int, optional
            The season being forecast, once it is known: it says which years are earlier.
        """
        is_season_new = self._season is None and season is not None
        self._follow(season)
        before = self._last
        if self._watcher is not None:
            # Before the survey: an event between a survey and the check would wake nobody.
            self._state = self._watcher.check()
        self._last = survey(self._roots)
        self.n_surveys += 1
        found = set() if before is None else changed(before, self._last)
        # The build that told the season has read the earlier ones: only the survey has not.
        return {path for path in found if self._is_season_path(path)} if is_season_new else found

    @property
    def watching(self) -> Watching:
        """How changes are noticed, for the status."""
        last = self._last
        return Watching(
            self._state.mode,
            self._state.reason,
            last.n_files if last else 0,
            last.n_folders if last else 0,
        )

    def shown(self, path: str) -> str:
        """Give a path as a reader wants it: relative to the season's folder if it is in it."""
        root = os.path.realpath(self._settings.train_data)
        name = path[len(root) + 1 :] if path.startswith(root + os.sep) else path
        return name.encode(errors="backslashreplace").decode()  # not every name is UTF-8

    def loss(self, *, is_new: bool = False) -> str:
        """Say what has vanished at once, so that the last forecast is better kept; or nothing.

        A folder that is gone, or has lost more than half of the files that the last forecast
        used, is a mount that failed or a slip of the hand more often than a wish.

        Parameters
        ----------
        is_new : bool
            Whether a build is about to start, so that what the last forecast used is read; while
            one is under way nobody but this daemon could change that, and nothing is.
        """
        if is_new:
            folder, series = self._settings.folder / ".last-good", self._settings.series
            self._used = open_last_good(folder, series).table
        table = self._used
        train = self._settings.train_data
        histories = self._histories()
        if self._season is not None and any(
            "\0" in name and not name.startswith(tuple(p for _, p in histories)) for name in table
        ):
            return "the folder of earlier seasons is gone"
        for folder, prefix in ((train, ""), *histories):
            known = [name for name in table if _is_of(name, prefix)]
            if not known:
                continue
            if not _is_listable(folder):
                return f"{folder.name} cannot be read"
            present = self._files_below(folder)
            if 2 * present < len(known):
                return f"{folder.name} holds {present} files, it held {len(known)}"
        return ""

    def close(self) -> None:
        """End the watch."""
        if self._watcher is not None:
            self._watcher.stop()

    def _is_season_path(self, path: str) -> bool:
        root = os.path.realpath(self._settings.train_data)
        return path == str(self._settings.train_data) or path.startswith(root + os.sep)

    def _histories(self) -> list[tuple[Path, str]]:
        return [
            (root.folder, prefix_of(Path(os.path.realpath(root.folder))))
            for root in self._roots[1:]
        ]

    def _history_roots(self, season: int) -> list[Root]:
        train = self._settings.train_data
        own = (*own_paths(self._settings), train)
        found = candidates(train, self._settings.history, season)
        return [Root(folder, own, names) for folder, names in found]

    def _follow(self, season: int | None) -> None:
        """Survey and watch the folders that count now."""
        self._season = season
        roots = [Root(self._settings.train_data, own_paths(self._settings))]
        if season is not None:
            roots += self._history_roots(season)
        if tuple(roots) == self._roots:
            return
        self.close()
        self._roots = tuple(roots)
        self._watcher = Watcher(self._roots, self._wake)
        self._watcher.start()

    def _files_below(self, folder: Path) -> int:
        root = os.path.realpath(folder) + os.sep
        train = os.path.realpath(self._settings.train_data) + os.sep
        files: Mapping[str, object] = self._last.files if self._last else {}
        present = sum(path.startswith(root) for path in files)
        if train != root and train.startswith(root):
            # The season's own folder is never history, wherever it lies.
            present -= sum(path.startswith(train) for path in files)
        return present


def _is_of(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and "\0" not in name[len(prefix) :]


def _is_listable(folder: Path) -> bool:
    try:
        os.scandir(folder).close()
    except OSError:
        return False
    return True
