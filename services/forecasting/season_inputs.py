"""Find and read what a forecast starts from: the season's folder and the earlier seasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from predictor.as_of import AsOf
from predictor.errors import NoUsableInput
from predictor.fingerprint import digest
from predictor.graph.plan import Plan
from predictor.graph.seasons.folding import Rejection, Seasons
from predictor.graph.seasons.nodes import (
    HISTORY_REJECTED,
    HISTORY_SEASONS,
    KNOWN,
    SEASONS,
    history_plan,
    known_plan,
    parsers,
    season_files,
    seasons_plan,
)
from predictor.notes import Note, NoteKind
from predictor.records import CalendarRecord
from predictor.season.state import SeasonState
from services.engine.runner import RunResult
from services.intake.last_good import LastGood, prefix_of
from services.intake.not_read import advice
from services.intake.scan import Scan, ScannedFile
from services.settings.logs import LOG

__all__ = ["Choice", "SeasonInputs", "choose_season", "read_history", "read_season", "unread"]

_SHARE_OF_LARGEST = 0.5  # of the largest season's events; less, without a calendar, is a stray file
_FELL_BACK = Note(
    NoteKind.HISTORY_SHIPPED,
    "no season could be read from the years beside the data: those shipped are used",
)
_FROM_NOTHING = Note(
    NoteKind.HISTORY_MISSING,
    "no earlier season was found: the forecast starts from nothing",
    do="name a folder of earlier seasons with --history",
)

Settle = Callable[[Plan, RunResult | None], RunResult]


@dataclass(frozen=True, slots=True)
class Choice:
    """The season to forecast, out of all that one folder holds."""

    state: SeasonState
    earlier: tuple[SeasonState, ...]  # they count as history
    seasons: Seasons
    notes: tuple[Note, ...] = ()
    strays: frozenset[str] = frozenset()  # files that hold calendars of later seasons alone


@dataclass(frozen=True, slots=True)
class SeasonInputs:
    """The season to forecast, the folders it was read from, and the plan of its history."""

    chosen: Choice
    train: Scan
    history: Scan | None = None
    # Folders of earlier seasons that gave none: what was left out of them, and why.
    passed_over: tuple[Rejection, ...] = ()
    notes: tuple[Note, ...] = ()  # what a reader should know about the inputs
    tried: tuple[Scan, ...] = ()  # every folder of earlier seasons that was looked at, as scanned
    as_of: AsOf | None = None  # None: all is known
    hidden: tuple[str, ...] = ()  # files that tell of later sessions alone

    @property
    def state(self) -> SeasonState:
        """The season to forecast."""
        return self.chosen.state

    def history_plan(self) -> Plan:
        """Plan the earlier seasons."""
        season, as_of = self.state.season, self.as_of
        # Before the season's own year sessions of earlier seasons were yet to come too.
        is_cut = as_of is not None and not as_of.may_know(season)
        return history_plan(
            self.history,
            before=season,
            earlier=self.chosen.earlier,
            until=as_of.text if as_of is not None and is_cut else "",
        )

    def file_digests(self) -> dict[str, str]:
        """Give file -> digest; the history counts as one file."""
        return self.train.digests() | {"(earlier seasons)": self.history_digest()}

    def used_digests(self) -> dict[str, str]:
        """Give file -> digest of the season's files that a forecast rests on."""
        left_out = {rejection.file for rejection in self.chosen.seasons.rejected}
        left_out |= set(self.hidden)
        return {path: value for path, value in self.train.digests().items() if path not in left_out}

    def history_digest(self) -> str:
        """Give one digest of all files of the earlier seasons."""
        files = self.history.files if self.history else ()
        return digest(sorted(file.digest for file in files))

    def rejected(self, result: RunResult) -> list[tuple[str, str]]:
        """List every file whose bytes are left out, and why, in a fixed order.

        Of a file whose last good bytes cannot be used either, the reason is that of the bytes
        which lie in the folder: those are what can be corrected.
        """
        listed = dict(_pairs(self.chosen.seasons.rejected)) | dict(self.train.rejected)
        inside = {*_pairs((*self.passed_over, *self.rejected_of_history(result)))}
        return sorted([*listed.items(), *((f"(history) {file}", why) for file, why in inside)])

    def stale(self) -> tuple[str, ...]:
        """List the rejected files whose last good bytes are in use."""
        history = self.history.stale if self.history is not None else ()
        return tuple(sorted((*self.train.stale, *(f"(history) {file}" for file in history))))

    def not_read(self) -> tuple[tuple[str, str], ...]:
        """List the files of data in a form that is not read, and what to do about each."""
        history = self.history.not_read if self.history is not None else ()
        found = [*((file, file) for file in self.train.not_read)]
        found += [(f"(history) {file}", file) for file in history]
        return tuple((shown, advice(file)) for shown, file in sorted(found))

    def good(self, result: RunResult) -> dict[str, ScannedFile]:
        """Give every file in use, by its name in the last-good table."""
        bad = {rejection.file for rejection in self.chosen.seasons.rejected}
        files = {file.path: file for file in self.train.files if file.path not in bad}
        if self.history is None:
            return files
        left_out = {one.file for one in result.value(HISTORY_REJECTED)}
        prefix = prefix_of(self.history.folder)
        return files | {
            prefix + file.path: file for file in self.history.files if file.path not in left_out
        }

    def rejected_of_history(self, result: RunResult) -> list[Rejection]:
        """List the files of the earlier seasons' folder that are left out, and why."""
        if self.history is None:
            return []
        listed = unread(self.history)
        named = {one.file for one in listed}
        return listed + [one for one in result.value(HISTORY_REJECTED) if one.file not in named]

    def noting(self, note: Note) -> SeasonInputs:
        """Give the same with one more note."""
        return replace(self, notes=(*self.notes, note))


def unread(folder: Scan) -> list[Rejection]:
    """List the files whose bytes could not be had, and why."""
    return [Rejection(file, Note(NoteKind.UNUSABLE, why)) for file, why in folder.rejected]


def read_season(
    train: Scan, good: LastGood, settle: Settle, as_of: AsOf | None = None
) -> tuple[SeasonInputs, RunResult]:
    """Settle the season's own files, with last good bytes for those that cannot be used.

    Raises
    ------
    NoUsableInput
        If no file of the folder could be used.
    UsageError
        If nobody can say what was known by ``as_of``.
    """
    result = settle(seasons_plan(train), None)
    repaired = good.stand_in(train, dict(_pairs(result.value(SEASONS).rejected)))
    if repaired is not train:
        result = settle(seasons_plan(repaired), None)
    chosen = choose_season(repaired, result, as_of)
    if repaired.stale:
        repaired = repaired.without_stale(one.file for one in chosen.seasons.rejected)
    inputs = SeasonInputs(chosen, repaired, notes=chosen.notes, as_of=as_of)
    if as_of is not None:
        inputs, result = _cut(inputs, as_of, settle, result)
    result.let_go(parsers(repaired))  # thousands of files, which are one state now
    return inputs, result


def _cut(
    inputs: SeasonInputs, as_of: AsOf, settle: Settle, result: RunResult
) -> tuple[SeasonInputs, RunResult]:
    """Settle the season's own files once more, as far as they were known."""
    from predictor.season.session_days import refuse_to_come  # noqa: PLC0415 - with its layers

    season, seasons = inputs.state.season, inputs.chosen.seasons
    refuse_to_come(inputs.state, as_of, "--as-of")
    result = settle(known_plan(inputs.train, season, as_of), result)
    known = result.value(KNOWN)
    if not known.states:
        raise NoUsableInput(
            f"nothing was known of {season} as of {as_of.words}",
            where=str(inputs.train.folder),
            expected="a calendar or an entry list, which are known at any time",
            do="add calendar.json and entries.json, or name a later point with --as-of",
        )
    strays = tuple(one for one in seasons.rejected if one.file in inputs.chosen.strays)
    rejected = tuple(sorted((*known.rejected, *strays), key=lambda one: one.file))
    chosen = replace(
        inputs.chosen, state=known.states[0], seasons=replace(seasons, rejected=rejected)
    )
    return replace(inputs, chosen=chosen, hidden=known.hidden), result


def choose_season(train: Scan, result: RunResult, as_of: AsOf | None = None) -> Choice:
    """Choose the season to forecast: the latest of a folder that is no stray file.

    A season counts if somebody is known to take part in it, by entries or a session, and a
    calendar of it is there, or at least half as many events as the largest one in the folder
    has. Earlier ones are history; later ones, all of them strays, are left out: a calendar
    alone, of which no forecast can be made, takes the place of no season. As of a day, the
    seasons of later years are such strays, unless there is no other.

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
    begun = [one for one in counted if any(event.entries for event in one.events)] or counted
    latest = begun[-1]
    if as_of is not None:
        latest = next((one for one in reversed(begun) if as_of.may_know(one.season)), begun[0])
    earlier = tuple(one for one in seasons.states if one.season < latest.season)
    notes = _which_seasons(seasons, latest)
    strays = tuple(_stray_calendars(train, result, latest.season))
    rejected = tuple(sorted((*seasons.rejected, *strays), key=lambda one: one.file))
    of_strays = frozenset(one.file for one in strays)
    return Choice(latest, earlier, replace(seasons, rejected=rejected), notes, of_strays)


def read_history(
    inputs: SeasonInputs,
    folders: Iterator[Scan],
    good: LastGood,
    settle: Settle,
    result: RunResult,
) -> tuple[SeasonInputs, RunResult]:
    """Settle the earlier seasons from the first folder that holds any.

    Parameters
    ----------
    inputs : SeasonInputs
        Without a history yet.
    folders : Iterator[Scan]
        Best first; later ones are scanned only if the earlier ones give no season.
    good : LastGood
        Stands in for files that cannot be used.
    settle : callable
        Settles a plan upon a result.
    result : RunResult
        Of the season's own files.
    """
    own = {state.season for state in inputs.chosen.earlier}
    for n_tried, folder in enumerate(folders):
        inputs = replace(inputs, tried=(*inputs.tried, folder))
        tried = replace(inputs, history=folder)
        settled = settle(tried.history_plan(), result)
        refused = dict(_pairs(settled.value(HISTORY_REJECTED)))
        repaired = good.stand_in(folder, refused, prefix_of(folder.folder))
        if repaired is not folder:
            tried = replace(inputs, history=repaired)
            settled = settle(tried.history_plan(), result)
            refused_too = (one.file for one in settled.value(HISTORY_REJECTED))
            tried = replace(tried, history=repaired.without_stale(refused_too))
        if set(settled.value(HISTORY_SEASONS)) - own:
            return (tried.noting(_FELL_BACK) if n_tried else tried), settled
        LOG.warning("no earlier season could be read from %s", folder.folder)
        left_out = tried.rejected_of_history(settled)
        inputs = replace(inputs, passed_over=(*inputs.passed_over, *left_out))
    settled = settle(inputs.history_plan(), result)
    return (inputs if settled.value(HISTORY_SEASONS) else inputs.noting(_FROM_NOTHING)), settled


def _stray_calendars(train: Scan, result: RunResult, season: int) -> Iterator[Rejection]:
    """Give the files that hold nothing but calendars of seasons after the one to forecast."""
    seasons: Seasons = result.value(SEASONS)
    if seasons.states[-1].season <= season:
        return
    for path, file in season_files(train, result).items():
        calendars = [one for one in file.records if isinstance(one, CalendarRecord)]
        years = [one.season for one in calendars]
        if years and len(years) == len(file.records) and min(years) > season:
            yield Rejection(
                path,
                Note(
                    NoteKind.OTHER_SEASON,
                    f"is a calendar of {max(years)}, while {season} is forecast; a season begins "
                    "with entries or a session beside its calendar",
                ),
            )


def _which_seasons(seasons: Seasons, chosen: SeasonState) -> tuple[Note, ...]:
    if len(seasons.states) == 1:
        return ()
    *first, last = [
        f"{state.season} ({len(state.events)} event{'s' * (len(state.events) != 1)})"
        for state in seasons.states
    ]
    text = f"the folder holds {', '.join(first)} and {last}: forecasting {chosen.season}"
    return (Note(NoteKind.SEASON_CHOSEN, text),)


def _pairs(rejected: Iterable[Rejection]) -> list[tuple[str, str]]:
    return [(one.file, one.reason) for one in rejected]
