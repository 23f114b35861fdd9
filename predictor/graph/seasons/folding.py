"""Join parsed session files into season states; what cannot be joined is left out and told.

What joins is imported only when files are joined: a run in which nothing changed does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from predictor.graph.seasons.parsing import ParseOutcome, parse_one
from predictor.notes import Note
from predictor.season.state import SeasonState

if TYPE_CHECKING:
    from predictor.folder_files import Joined

__all__ = [
    "Outcomes",
    "Rejection",
    "Seasons",
    "before_season",
    "by_path",
    "fold_parsed",
    "join_outcomes",
    "outcomes_of",
    "parse_all",
    "parse_and_fold",
    "rejected_of",
    "told_once",
    "years_of",
]


# By path, or by the name of a group of files.
Outcomes = Mapping[str, ParseOutcome | Mapping[str, ParseOutcome]]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A file that is left out, and why."""

    file: str
    note: Note

    @property
    def reason(self) -> str:
        """Why, for a person."""
        return str(self.note)


@dataclass(frozen=True, slots=True)
class Seasons:
    """What a folder of session files comes to."""

    states: tuple[SeasonState, ...]  # ordered by season
    rejected: tuple[Rejection, ...]


def fold_parsed(files: Outcomes, copies: Mapping[str, str], folder: str) -> Seasons:
    """Join the parsed files of one folder into season states.

    Parameters
    ----------
    files : Outcomes
        Of files with equal bytes only the first.
    copies : mapping of str to str
        Paths of the others, with the first one's.
    folder : str
        Its name.
    """
    return _fold(outcomes_of(files, copies), folder)


def outcomes_of(files: Outcomes, copies: Mapping[str, str]) -> dict[str, ParseOutcome]:
    """Return the outcomes by path, copies too; see `fold_parsed`."""
    parsed = by_path(files)
    return parsed | {path: parsed[first] for path, first in copies.items()}


def parse_and_fold(
    files: Mapping[str, bytes],
    before: int,
    earlier: tuple[SeasonState, ...] = (),
    folder: str = "",
) -> Seasons:
    """Parse all files of the history and join them into the seasons before one."""
    return before_season(_fold(parse_all(files), folder), before, earlier)


def parse_all(files: Mapping[str, bytes]) -> dict[str, ParseOutcome]:
    """Parse files, those with equal bytes once."""
    parsed = {data: parse_one(data) for data in set(files.values())}
    return {path: parsed[data] for path, data in files.items()}


def before_season(folded: Seasons, before: int, earlier: tuple[SeasonState, ...]) -> Seasons:
    """Return the seasons before one, those of ``earlier`` among them."""
    # Of two states of a season the fuller one: a stray file must not stand for a whole year.
    both = sorted((*folded.states, *earlier), key=_n_sessions)
    states = {state.season: state for state in both}
    wanted = tuple(states[season] for season in sorted(states) if season < before)
    return Seasons(wanted, folded.rejected)


def rejected_of(history: Seasons) -> tuple[Rejection, ...]:
    """Return the files of the history that are left out."""
    return history.rejected


def years_of(history: Seasons) -> tuple[int, ...]:
    """Return the seasons of the history."""
    return tuple(state.season for state in history.states)


def by_path(given: Outcomes) -> dict[str, ParseOutcome]:
    """Return outcomes by path, those of groups too."""
    files: dict[str, ParseOutcome] = {}
    for name, value in given.items():
        files |= {name: value} if isinstance(value, ParseOutcome) else value
    return files


def join_outcomes(outcomes: Mapping[str, ParseOutcome], folder: str) -> Joined:
    """Join the files of a folder that could be parsed, with those whose parts complete them."""
    from predictor.folder_files import join_files  # noqa: PLC0415 - not needed when nothing changed
    from predictor.formats import join_parts  # noqa: PLC0415 - not needed when nothing changed

    # Copies share one value, so that they can be told by it.
    parsed = {id(one): one.file for one in outcomes.values() if one.usable}
    usable = {path: parsed[id(one)] for path, one in outcomes.items() if one.usable}
    completed = join_parts({path: one.parts for path, one in outcomes.items() if one.parts})
    left = {path: file for path, file in usable.items() if path not in completed.refused}
    joined = join_files(left | completed.files, folder)
    return replace(joined, refused={**completed.refused, **joined.refused})


def _fold(outcomes: Mapping[str, ParseOutcome], folder: str) -> Seasons:
    joined = join_outcomes(told_once(outcomes), folder)
    reasons = {
        path: one.rejection
        for path, one in outcomes.items()
        if one.rejection and path not in joined.files
    }
    reasons |= joined.refused
    rejected = tuple(Rejection(path, reasons[path]) for path in sorted(reasons))
    return Seasons(joined.states, rejected)


def told_once(outcomes: Mapping[str, ParseOutcome]) -> dict[str, ParseOutcome]:
    """Leave out copies that can say nothing new: their content alone names the event.

    Copies share one value, see `fold_parsed`, and are known by it. One in a folder of old
    files stands for the others last.
    """
    from predictor.season.sessions import in_old_folder  # noqa: PLC0415 - as in `join_outcomes`

    told: dict[str, ParseOutcome] = {}
    seen: set[int] = set()
    for path in sorted(outcomes, key=lambda path: (in_old_folder(path), path)):
        one = outcomes[path]
        if id(one) not in seen or not one.names_itself:
            told[path] = one
        seen.add(id(one))
    return told


def _n_sessions(state: SeasonState) -> int:
    return sum(len(event.sessions) for event in state.events)
