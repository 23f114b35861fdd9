"""Find and read what a forecast starts from: the season's folder and the earlier seasons."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from predictor.errors import NoUsableInput
from predictor.fingerprint import digest
from predictor.plan import Plan
from predictor.season.state import SeasonState
from services.environment import ROOT
from services.logs import LOG
from services.runner import RunResult
from services.scan import Scan, scan
from services.settings import ScanLimits
from services.snapshot import (
    HISTORY_REJECTED,
    HISTORY_SEASONS,
    SEASONS,
    Seasons,
    history_plan,
)

__all__ = ["Choice", "SeasonInputs", "choose_season", "find_history", "read_history"]

_YEAR = re.compile(r"(19|20)\d\d")
_SHARE_OF_LARGEST = 0.5  # of the largest season's events; less, without a calendar, is a stray file
_FELL_BACK = "no season could be read from the years beside the data: those shipped are used"
_FROM_NOTHING = "no earlier season was found: the forecast starts from nothing"

Settle = Callable[[Plan, RunResult], RunResult]


@dataclass(frozen=True, slots=True)
class Choice:
    """The season to forecast, out of all that one folder holds."""

    state: SeasonState
    earlier: tuple[SeasonState, ...]  # they count as history
    seasons: Seasons
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeasonInputs:
    """The season to forecast, the folders it was read from, and the plan of its history."""

    chosen: Choice
    train: Scan
    history: Scan | None = None
    # Folders of earlier seasons that gave none: what was left out of them, and why.
    passed_over: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()  # what a reader should know about the inputs

    @property
    def state(self) -> SeasonState:
        """The season to forecast."""
        return self.chosen.state

    def history_plan(self) -> Plan:
        """Plan the earlier seasons."""
        return history_plan(self.history, before=self.state.season, earlier=self.chosen.earlier)

    def file_digests(self) -> dict[str, str]:
        """Give file -> digest; the history counts as one file."""
        return self.train.digests() | {"(earlier seasons)": self.history_digest()}

    def used_digests(self) -> dict[str, str]:
        """Give file -> digest of the season's files that were not rejected."""
        left_out = {rejection.file for rejection in self.chosen.seasons.rejected}
        return {path: value for path, value in self.train.digests().items() if path not in left_out}

    def history_digest(self) -> str:
        """Give one digest of all files of the earlier seasons."""
        files = self.history.files if self.history else ()
        return digest(sorted(file.digest for file in files))

    def rejected(self, result: RunResult) -> list[dict[str, str]]:
        """List every file that is left out, and why, in a fixed order."""
        listed = [*self.train.rejected]
        listed += [(one.file, one.reason) for one in self.chosen.seasons.rejected]
        inside = {*self.passed_over, *self.rejected_of_history(result)}
        listed += [(f"(history) {file}", reason) for file, reason in inside]
        return [{"file": file, "reason": reason} for file, reason in sorted(listed)]

    def rejected_of_history(self, result: RunResult) -> list[tuple[str, str]]:
        """List the files of the earlier seasons' folder that are left out, and why."""
        if self.history is None:
            return []
        parsed = [(one.file, one.reason) for one in result.value(HISTORY_REJECTED)]
        return [*self.history.rejected, *parsed]

    def noting(self, note: str) -> SeasonInputs:
        """Give the same with one more note."""
        return replace(self, notes=(*self.notes, note))


def choose_season(train: Scan, result: RunResult) -> Choice:
    """Choose the season to forecast: the latest of a folder that is no stray file.

    A season counts if a calendar of it is there, or if it has at least half as many
    events as the largest one in the folder. Earlier ones are history; later ones, all of
    them strays, are left out.

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
    least = _SHARE_OF_LARGEST * max(len(state.events) for state in seasons.states)
    counted = [one for one in seasons.states if one.has_calendar or len(one.events) >= least]
    latest = counted[-1]
    earlier = tuple(one for one in seasons.states if one.season < latest.season)
    return Choice(latest, earlier, seasons, _which_seasons(seasons, latest))


def read_history(
    inputs: SeasonInputs, folders: Iterator[Scan], settle: Settle, result: RunResult
) -> tuple[SeasonInputs, RunResult]:
    """Settle the earlier seasons from the first folder that holds any.

    Parameters
    ----------
    inputs : SeasonInputs
        Without a history yet.
    folders : Iterator[Scan]
        Best first; later ones are scanned only if the earlier ones give no season.
    settle : callable
        Settles a plan upon a result.
    result : RunResult
        Of the season's own files.
    """
    own = {state.season for state in inputs.chosen.earlier}
    for n_tried, folder in enumerate(folders):
        tried = replace(inputs, history=folder)
        settled = settle(tried.history_plan(), result)
        if set(settled.value(HISTORY_SEASONS)) - own:
            return (tried.noting(_FELL_BACK) if n_tried else tried), settled
        LOG.warning("no earlier season could be read from %s", folder.folder)
        left_out = tried.rejected_of_history(settled)
        inputs = replace(inputs, passed_over=(*inputs.passed_over, *left_out))
    settled = settle(inputs.history_plan(), result)
    return (inputs if settled.value(HISTORY_SEASONS) else inputs.noting(_FROM_NOTHING)), settled


def find_history(
    train: Path,
    given: Path | None,
    season: int,
    limits: ScanLimits,
    skip: Collection[Path] = (),
) -> Iterator[Scan]:
    """Scan the folders where earlier seasons may be, best first, as they are asked for.

    Parameters
    ----------
    train : Path
        The season's own folder, which never counts as history.
    given : Path | None
        A folder the user names; all of it is read, and nothing else. Otherwise the
        folders beside ``train`` that are called by an earlier year, then those shipped
        with the product.
    """
    skip = (*skip, train)
    if given is not None:
        yield scan(given, limits, skip=skip)
        return
    for folder in dict.fromkeys((train.resolve().parent, ROOT / "race-data")):
        years = _years_before(folder, season)
        if years:
            # Year folders without any file, as those being filled just now, are nothing yet.
            with contextlib.suppress(NoUsableInput):
                yield scan(folder, limits, skip=skip, only=years)


def _which_seasons(seasons: Seasons, chosen: SeasonState) -> tuple[str, ...]:
    if len(seasons.states) == 1:
        return ()
    *first, last = [
        f"{state.season} ({len(state.events)} event{'s' * (len(state.events) != 1)})"
        for state in seasons.states
    ]
    return (f"the folder holds {', '.join(first)} and {last}: forecasting {chosen.season}",)


def _years_before(folder: Path, season: int) -> list[str]:
    try:
        names = [path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:  # not there, or not ours to list
        return []
    return sorted(name for name in names if _YEAR.fullmatch(name) and int(name) < season)
