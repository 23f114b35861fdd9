"""The folders of one season of a backtest: its own, and every earlier one there is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from predictor.errors import NoUsableInput, UsageError
from services.intake.run_folders import Folders
from services.intake.scan import Scan, readable_folder, scan
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

__all__ = ["BacktestFolders", "season_folder"]


def season_folder(data: Path, season: int) -> Path:
    """Give the folder of a season in a folder of seasons.

    Raises
    ------
    UsageError
        If it is not there.
    NoUsableInput
        If the folder of seasons cannot be read.
    """
    readable_folder(data)
    folder = data / str(season)
    if not folder.is_dir():
        there = sorted(path.name for path in data.iterdir() if path.is_dir())
        raise UsageError(
            f"no folder of the season {season}",
            where=str(data),
            got=", ".join(there) or "no folder at all",
            expected=f"a folder called {season}, with its session files",
            do="name another folder with --data, or other years with --seasons",
        )
    return folder


class BacktestFolders(Folders):
    """As of a forecast; a folder of earlier seasons is completed by those beside the season.

    Parameters
    ----------
    settings : RunRequest
    limits : Limits
    beside : Collection[str]
        Names of the earlier seasons' folders beside ``settings.train_data``. They replace those
        of the same name in ``settings.history``.
    """

    def __init__(self, settings: RunRequest, limits: Limits, beside: Collection[str] = ()) -> None:
        super().__init__(settings, limits)
        self._beside = sorted(beside) if settings.history is not None else []
        self._parent, self._scan_limits = settings.train_data.resolve().parent, limits.scan

    def histories(self, season: int) -> Iterator[Scan]:
        """Give the folders where earlier seasons may be, best first."""
        for given in super().histories(season):
            yield self._completed(given)

    def _completed(self, given: Scan) -> Scan:
        if not self._beside:
            return given
        try:
            found = scan(self._parent, self._scan_limits, only=self._beside)
        except NoUsableInput:  # folders without any file complete nothing
            return given
        kept = [file for file in given.files if file.path.split("/")[0] not in self._beside]
        return replace(
            given,
            files=tuple(sorted((*kept, *found.files), key=lambda file: file.path)),
            rejected=tuple(sorted({*given.rejected, *found.rejected})),
        )
