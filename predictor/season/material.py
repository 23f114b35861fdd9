"""The records of one season, sorted out of many files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from predictor.notes import Note, NoteKind
from predictor.records import (
    CalendarRecord,
    EntriesRecord,
    EventRef,
    LapsRecord,
    ParsedFile,
    RainRecord,
    Record,
    SessionRecord,
)
from predictor.season.identity import season_of
from predictor.season.mentions import Mention
from predictor.season.places import is_testing
from predictor.season.sessions import in_old_folder, provider_rank
from predictor.season.teams import Team, resolve_team
from predictor.vocabulary import SessionKind

__all__ = [
    "TESTING_SCOPE",
    "Material",
    "by_season",
    "entry_mentions",
    "notes_on_files",
    "session_mentions",
    "team_notes",
    "teams_named",
]

_FULL_ENTRY = 16  # drivers; no season since 2010 had fewer, so a shorter list is a part
_MAX_NAMED = 5  # files that are named one by one; of more that say the same, one note tells
_IN_FIGURES = (NoteKind.VALUE_IMPOSSIBLE, NoteKind.STATUS_OVERRULED)  # little else differs in them
_OLD = Note(NoteKind.FILE_OLD, "a newer file of its kind lies in no folder of old files; not used")
_UNTOLD = Note(NoteKind.SEASON_UNTOLD, "nothing in it tells the season; not used")
_TESTING = Note(NoteKind.TESTING, "testing is not used but day by day, before a season")
_LAPS = Note(NoteKind.DATA_UNUSED, "laps are read, but no forecast uses them yet")
TESTING_SCOPE = "testing"  # where drivers are named in it; no event has such an id
_TESTING_RANK = 100  # numbers and names worn in a test are trusted last
_ENTRY_RANK = -1  # an entry list is trusted before any session for codes and names


@dataclass(slots=True)
class Material:
    """The records of one season with the files they came from."""

    sessions: list[tuple[str, SessionRecord]] = field(default_factory=list)
    laps: list[tuple[str, LapsRecord]] = field(default_factory=list)
    testing: list[tuple[str, SessionRecord]] = field(default_factory=list)  # of no event
    rain: list[tuple[str, RainRecord]] = field(default_factory=list)
    calendars: list[CalendarRecord] = field(default_factory=list)
    entries: list[EntriesRecord] = field(default_factory=list)
    said: dict[Note, set[str]] = field(default_factory=lambda: defaultdict(set))  # note -> paths
    sources: set[str] = field(default_factory=set)
    n_records: Counter[str] = field(default_factory=Counter)  # by path

    def without(self, refs: Container[EventRef]) -> Material:
        """Give the same without what is of some references."""
        sessions = [one for one in self.sessions if one[1].event not in refs]
        laps = [one for one in self.laps if one[1].event not in refs]
        rain = [one for one in self.rain if one[1].event not in refs]
        return replace(self, sessions=sessions, laps=laps, rain=rain)

    def refs(self) -> list[tuple[str, EventRef]]:
        """Give what files say of the events that they belong to, with their paths."""
        refs = [(path, record.event) for path, record in self.sessions]
        refs += [(path, record.event) for path, record in self.laps]
        return refs + [(path, record.event) for path, record in self.rain]


def by_season(
    files: Mapping[str, ParsedFile],
) -> tuple[dict[int, Material], dict[str, list[Note]]]:
    """Sort records by season; what belongs to none is noted in every season.

    Returns
    -------
    materials : dict from int to Material
    homeless : dict from str to list of Note
        Of each file, why records of it belong to no season.
    """
    materials: dict[int, Material] = defaultdict(Material)
    keys = {
        event.event.provider_key: calendar.season
        for file in files.values()
        for calendar in file.records
        if isinstance(calendar, CalendarRecord)
        for event in calendar.events
        if event.event.provider_key
    }
    homeless: dict[str, list[Note]] = defaultdict(list)
    current = _current_plans(files)
    for path in sorted(files):
        file, seasons = files[path], set()
        for record in file.records:
            plan = _plan_of(record)
            if plan is not None and plan in current and in_old_folder(path):
                materials[plan.season].said[_OLD].add(path)
                continue
            year = _season_of_record(record, keys)
            if year is None:
                homeless[path].append(_UNTOLD)
                continue
            seasons.add(year)
            materials[year].n_records[path] += 1
            _collect(materials[year], path, record)
        for year in seasons:
            for note in file.notes:
                materials[year].said[note].add(path)
            materials[year].sources |= set(file.sources)
    for material in materials.values():
        for path, reasons in homeless.items():
            for why in reasons:
                material.said[why].add(path)
    return dict(materials), homeless


class _Plan(NamedTuple):
    """What tells calendars and entry lists of one provider and season from each other."""

    kind: type
    provider: str
    season: int


def _plan_of(record: Record) -> _Plan | None:
    if isinstance(record, CalendarRecord | EntriesRecord):
        return _Plan(type(record), record.provider, record.season)
    return None


def _current_plans(files: Mapping[str, ParsedFile]) -> set[_Plan]:
    """Give the calendars and entry lists of which there is one in no folder of old files."""
    return {
        plan
        for path, file in files.items()
        if not in_old_folder(path)
        for record in file.records
        if (plan := _plan_of(record)) is not None
    }


def _season_of_record(record: Record, keys: dict[str, int]) -> int | None:
    if isinstance(record, CalendarRecord | EntriesRecord):
        return record.season
    return season_of(record.event, keys)


def _collect(material: Material, path: str, record: Record) -> None:
    if isinstance(record, CalendarRecord):
        material.calendars.append(record)
    elif isinstance(record, EntriesRecord):
        material.entries.append(record)
    elif isinstance(record, RainRecord):
        material.rain.append((path, record))
    elif isinstance(record, SessionRecord) and record.kind is SessionKind.TESTING:
        material.testing.append((path, record))
    elif is_testing(record.event.name):
        material.said[_TESTING].add(path)
    elif isinstance(record, LapsRecord):
        material.laps.append((path, record))
        material.said[_LAPS].add(path)
    else:
        material.sessions.append((path, record))


def notes_on_files(said: Mapping[Note, Collection[str]]) -> Iterator[Note]:
    """Tell what there is to say of files, given the paths by what is said of them.

    What is said of many files is one note; of some kinds also where it is said in other figures.
    """
    alike: dict[NoteKind, dict[Note, Collection[str]]] = defaultdict(dict)
    for note, paths in said.items():
        if note.kind in _IN_FIGURES:
            alike[note.kind][note] = paths
        else:
            yield from _on_files(note, paths)
    for notes in alike.values():
        files = {path for paths in notes.values() for path in paths}
        if len(notes) > 1 and len(files) > _MAX_NAMED:
            first = min(notes, key=str)
            yield from _on_files(replace(first, text=f"{first.text}, and the like"), files)
        else:
            for note, paths in notes.items():
                yield from _on_files(note, paths)


def _on_files(note: Note, paths: Collection[str]) -> Iterator[Note]:
    if len(paths) <= _MAX_NAMED:
        yield from map(note.at, paths)
    else:
        yield note.at(f"{len(paths)} files, {min(paths)} to {max(paths)}")


def entry_mentions(season: int, entries: Iterable[EntriesRecord]) -> Iterable[Mention]:
    """Give every driver that the season's entry lists name."""
    for record in entries:
        for entry in record.entries:
            team_id = resolve_team(entry.team, season).team_id if entry.team else None
            is_entry = entry.role == "race"
            yield Mention(entry.driver, "", team_id, _ENTRY_RANK, is_entry=is_entry)


def session_mentions(
    season: int, record: SessionRecord, event_id: str, path: str
) -> Iterable[Mention]:
    """Give every driver that a session's result names."""
    one = f"{path} {record.kind}"
    rank = provider_rank(record.provider) + _TESTING_RANK * (event_id == TESTING_SCOPE)
    is_race = record.kind is SessionKind.RACE
    for row in record.results:
        team_id = resolve_team(row.team, season).team_id if row.team else None
        yield Mention(row.driver, event_id, team_id, rank, is_result=is_race, record=one)


def teams_named(season: int, material: Material) -> dict[str, Team]:
    """Give every team that the season's files name, by team id."""
    names = {row.team for _, record in material.sessions for row in record.results}
    names |= {entry.team for record in material.entries for entry in record.entries}
    teams: dict[str, Team] = {}
    for name in sorted(name for name in names if name):
        team = resolve_team(name, season)
        teams.setdefault(team.team_id, team)  # spellings of an unknown team: the first
    return teams


def team_notes(season: int, material: Material) -> Iterable[Note]:
    """Say which teams have results but stand in no entry list, where there is a full one."""
    entered = {
        (entry.driver, entry.team)
        for record in material.entries
        for entry in record.entries
        if entry.role == "race" and entry.team
    }
    if len(entered) < _FULL_ENTRY:
        return
    known = {resolve_team(team, season).team_id for _, team in entered}
    strange: dict[str, tuple[str, str]] = {}
    for path, record in (*material.sessions, *material.testing):
        for name in sorted({row.team for row in record.results if row.team}):
            team_id = resolve_team(name, season).team_id
            if team_id not in known:
                strange.setdefault(team_id, (name, path))
    for team_id, (name, path) in sorted(strange.items()):
        yield Note(
            NoteKind.TEAM_UNLISTED,
            f"team {name!r} is in no entry list; it counts as a team of its own, "
            f"{team_id}; spell it as the entries do, or add it to them",
            where=path,
        )
