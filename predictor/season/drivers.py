"""Which driver a row means, where a file gives only a number, a code or a name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from predictor.notes import Note, NoteKind
from predictor.records import DriverRef
from predictor.season.foreign_names import foreign_names
from predictor.season.mentions import Mention
from predictor.season.spellings import find_spellings
from predictor.season.state import Driver
from predictor.season.words import slugify, title_of

__all__ = ["FIRST_OWN_NUMBERS", "Roster"]

FIRST_OWN_NUMBERS = 2014  # season; before, a number was the car's, whoever drove it

_SEASON = ""  # scope of the whole season; events are scoped by their event_id
_ENTERED = "entered"  # scope of those entered for the opening round


@dataclass(slots=True)
class _Seen:
    """Everything said about one driver."""

    codes: set[tuple[int, str]] = field(default_factory=set)
    names: set[tuple[int, str]] = field(default_factory=set)
    numbers: dict[str, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    teams: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    n_results: int = 0


class Roster:
    """Everyone named in a season; the same whatever the order of the mentions.

    Parameters
    ----------
    mentions : iterable of Mention
    own_numbers : bool
        Whether a car number is a driver's own, as since 2014, and not his car's.
    """

    def __init__(self, mentions: Iterable[Mention], *, own_numbers: bool = True) -> None:
        self._by_claim: dict[tuple[str, str, object], set[str]] = defaultdict(set)
        self._seen: dict[str, _Seen] = defaultdict(_Seen)
        self._unresolved: set[str] = set()
        self._codes: dict[str, str] = {}
        self._settled: dict[tuple[DriverRef, str, str | None], str] = {}
        heard = list(mentions)
        self._foreign = foreign_names(heard) if own_numbers else {}
        believed = [one for one in heard if (one.ref, one.event_id) not in self._foreign]
        self._spellings = find_spellings(believed, own_numbers=own_numbers)
        waiting = []
        for mention in heard:
            owner = self._foreign.get((mention.ref, mention.event_id))
            if owner is not None:  # of what is said of him only the number is his
                ref = DriverRef(owner, number=mention.ref.number)
                self._add(owner, replace(mention, ref=ref, team_id=None))
            elif mention.ref.driver_id is None:
                waiting.append(mention)
            elif mention.ref.driver_id in self._spellings.owner:
                owner = self._spellings.owner[mention.ref.driver_id]
                name = mention.ref.name if mention.event_id == _SEASON else None
                self._add(owner, replace(mention, ref=replace(mention.ref, name=name)))
            else:
                self._add(mention.ref.driver_id, mention)
        # Those with a name nobody knows become drivers first, so that a bare number finds them.
        for has_name in (True, False):
            group = [mention for mention in waiting if (mention.ref.name is not None) is has_name]
            resolved = [
                (self.resolve(mention.ref, mention.event_id, mention.team_id), mention)
                for mention in group
            ]
            for driver_id, mention in resolved:
                # Kept: what is added here may make the same reference ambiguous afterwards.
                self._settled[mention.ref, mention.event_id, mention.team_id] = driver_id
                self._add(driver_id, mention)
        self._codes = _unique_codes(self._seen)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Notes on drivers whom no file identifies, and on names that are not believed."""
        events: dict[tuple[int | None, str, str], set[str]] = defaultdict(set)
        for (ref, event_id), owner in self._foreign.items():
            events[ref.number, ref.name or str(ref.driver_id), owner].add(event_id)
        notes = [
            Note(
                NoteKind.DRIVER_RESPELT,
                f"car number {number} is called {name}, but it is {owner}'s; taken as his",
                where=", ".join(sorted(where)),
            )
            for (number, name, owner), where in sorted(events.items(), key=repr)
        ]
        if self._unresolved:
            who = ", ".join(sorted(self._unresolved))
            text = f"no file says who drives as {who}; give the season's entries.json"
            notes.append(Note(NoteKind.DRIVER_UNKNOWN, text))
        return (*notes, *self._spellings.notes)

    def resolve(self, ref: DriverRef, event_id: str, team_id: str | None = None) -> str:
        """Give the driver id a reference means.

        The event's own files are asked first, then the season's entries, then every
        file of the season; within each, all of number, code and name that are given
        must agree, and the team decides between two that are left.
        """
        if ref.driver_id is not None:
            written = self._spellings.owner.get(ref.driver_id, ref.driver_id)
            return self._foreign.get((ref, event_id), written)
        if (ref, event_id, team_id) in self._settled:
            return self._settled[ref, event_id, team_id]
        for scope in (event_id, _ENTERED, _SEASON):
            found = self._candidates(ref, scope)
            if len(found) > 1 and team_id is not None:
                found = {who for who in found if team_id in self._seen[who].teams[_SEASON]}
            if len(found) == 1:
                return next(iter(found))
        if ref.name is not None:
            return slugify(ref.name)
        made = f"code-{slugify(ref.code)}" if ref.code else f"number-{ref.number}"
        self._unresolved.add(made)
        return made

    def is_foreign(self, ref: DriverRef, event_id: str) -> bool:
        """Whether a reference's name is not that of the driver it means; nor need its team be."""
        return (ref, event_id) in self._foreign

    def driver(self, driver_id: str) -> Driver:
        """Give a driver as displayed in this season."""
        seen = self._seen[driver_id]
        name = min(seen.names)[1] if seen.names else title_of(driver_id)
        return Driver(driver_id, self._codes[driver_id], self.number(driver_id), name)

    def number(self, driver_id: str, event_id: str = _SEASON) -> int | None:
        """Give the car number at an event, or the season's where the event says none."""
        numbers = self._seen[driver_id].numbers
        said = numbers.get(event_id) or numbers.get(_SEASON)
        return min(said)[1] if said else None

    def team_id(self, driver_id: str, event_id: str) -> str | None:
        """Give a driver's team by the event's other files, else by the season's entries."""
        for scope in (event_id, _ENTERED):
            teams = self._seen[driver_id].teams[scope]
            if len(teams) == 1:
                return next(iter(teams))
        return None

    def drivers(self) -> tuple[Driver, ...]:
        """Give everyone, in order of driver id."""
        return tuple(self.driver(driver_id) for driver_id in sorted(self._seen))

    def _add(self, driver_id: str, mention: Mention) -> None:
        ref, seen = mention.ref, self._seen[driver_id]
        seen.n_results += mention.is_result
        scopes = [_SEASON, mention.event_id] + [_ENTERED] * mention.is_entry
        for kind, value in _claims(ref):
            for scope in scopes:
                self._by_claim[scope, kind, value].add(driver_id)
        if ref.code:
            seen.codes.add((mention.rank, ref.code.upper()))
        if ref.name:
            seen.names.add((mention.rank, ref.name))
        if ref.number is not None:
            for scope in {_SEASON, mention.event_id}:
                seen.numbers[scope].add((mention.rank, ref.number))
        if mention.team_id is not None:
            for scope in scopes:
                seen.teams[scope].add(mention.team_id)

    def _candidates(self, ref: DriverRef, scope: str) -> set[str]:
        found: set[str] | None = None
        for kind, value in _claims(ref):
            named = self._by_claim.get((scope, kind, value))
            if named:
                found = set(named) if found is None else found & named
        return found or set()


def _claims(ref: DriverRef) -> Iterable[tuple[str, object]]:
    if ref.name is not None:
        yield "name", slugify(ref.name)
    if ref.code is not None:
        yield "code", ref.code.upper()
    if ref.number is not None:
        yield "number", ref.number


def _unique_codes(seen: dict[str, _Seen]) -> dict[str, str]:
    """Give each driver a code of his own; who drove more keeps the plain one."""
    wanted = {
        driver_id: min(facts.codes)[1] if facts.codes else _code_from_id(driver_id)
        for driver_id, facts in seen.items()
    }
    taken: Counter[str] = Counter()
    codes: dict[str, str] = {}
    for driver_id in sorted(wanted, key=lambda who: (-seen[who].n_results, who)):
        code = wanted[driver_id]
        taken[code] += 1
        codes[driver_id] = code if taken[code] == 1 else f"{code}{taken[code]}"
    return codes


def _code_from_id(driver_id: str) -> str:
    last = driver_id.removeprefix("code-").removeprefix("number-").split("-")[-1]
    return last[:3].upper()
