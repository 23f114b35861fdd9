"""Find and read what a forecast starts from: the season's folder and the earlier seasons."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from predictor.errors import NoUsableInput
from predictor.fingerprint import digest
from predictor.plan import Plan
from predictor.season.state import SeasonState
from services.environment import ROOT
from services.runner import RunResult
from services.scan import Scan, scan
from services.settings import ScanLimits
from services.snapshot import HISTORY_REJECTED, SEASONS, Seasons, history_plan

__all__ = ["SeasonInputs", "choose_season", "find_history"]

_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True)
class SeasonInputs:
    """The season to forecast, the folders it was read from, and the plan of its history."""

    state: SeasonState
    earlier: tuple[SeasonState, ...]  # other seasons in the same folder
    train: Scan
    history: Scan | None
    seasons: Seasons

    def history_plan(self) -> Plan:
        """Plan the earlier seasons."""
        return history_plan(self.history, before=self.state.season, earlier=self.earlier)

    def file_digests(self) -> dict[str, str]:
        """Give file -> digest; the history counts as one file."""
        return self.train.digests() | {"(earlier seasons)": self.history_digest()}

    def used_digests(self) -> dict[str, str]:
        """Give file -> digest of the season's files that were not rejected."""
        left_out = {rejection.file for rejection in self.seasons.rejected}
        return {path: value for path, value in self.train.digests().items() if path not in left_out}

    def history_digest(self) -> str:
        """Give one digest of all files of the earlier seasons."""
        files = self.history.files if self.history else ()
        return digest(sorted(file.digest for file in files))

    def rejected(self, result: RunResult) -> list[dict[str, str]]:
        """List every file that is left out, and why, in a fixed order."""
        listed = [*self.train.rejected]
        listed += [(one.file, one.reason) for one in self.seasons.rejected]
        if self.history is not None:
            inside = [*self.history.rejected]
            inside += [(one.file, one.reason) for one in result.value(HISTORY_REJECTED)]
            listed += [(f"(history) {file}", reason) for file, reason in inside]
        return [{"file": file, "reason": reason} for file, reason in sorted(listed)]

    def notes(self) -> tuple[str, ...]:
        """Say what a reader should know about the inputs."""
        return () if self.history or self.earlier else ("no earlier season was found",)


def choose_season(
    train: Scan, result: RunResult
) -> tuple[SeasonState, tuple[SeasonState, ...], Seasons]:
    """Give the latest season of a folder, the other ones in it, and all it came to.

    Raises
    ------
    NoUsableInput
        If no file of the folder could be used.
    """
    seasons: Seasons = result.value(SEASONS)
    if not seasons.states:
        reasons = [*train.rejected, *((one.file, one.reason) for one in seasons.rejected)]
        shown = "\n       ".join(f"{file}: {reason}" for file, reason in reasons[:5])
        raise NoUsableInput(
            f"none of {len(reasons)} session files can be used",
            where=str(train.folder),
            got=shown or "no season in them",
            do="drop files of one season there, in a format that the README lists",
        )
    *earlier, latest = seasons.states
    return latest, tuple(earlier), seasons


def find_history(
    train: Path,
    given: Path | None,
    season: int,
    limits: ScanLimits,
    skip: Collection[Path] = (),
) -> Scan | None:
    """Scan the earlier seasons' files.

    Parameters
    ----------
    train : Path
        The season's own folder, which never counts as history.
    given : Path | None
        A folder the user names; all of it is read. Otherwise the folders beside
        ``train`` that are called by an earlier year, else those shipped with the product.

    Returns
    -------
    Scan | None
        None if there are none.
    """
    skip = (*skip, train)
    if given is not None:
        return scan(given, limits, skip=skip)
    for folder in (train.resolve().parent, ROOT / "race-data"):
        years = _years_before(folder, season)
        if years:
            return scan(folder, limits, skip=skip, only=years)
    return None


def _years_before(folder: Path, season: int) -> list[str]:
    if not folder.is_dir():
        return []
    names = [path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    return sorted(name for name in names if _YEAR.fullmatch(name) and int(name) < season)
