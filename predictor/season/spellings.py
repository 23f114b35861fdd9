"""Ids that are another spelling of a driver's: "leclerc" beside an entered charles-leclerc.

An id that no entry list has makes a driver of his own, who then scores points for nobody.
So it is asked whose name, number, code and team it has; a stranger stays a stranger.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from predictor.notes import Note, NoteKind
from predictor.season.likeness import Likeness, likeness
from predictor.season.mentions import Mention

__all__ = ["Spellings", "find_spellings"]

_ENOUGH_RACES = 2  # for a driver to be a regular where no entry list says so
_FULL_ENTRY = 16  # drivers; no season since 2010 had fewer, so a shorter list is a part
_ENOUGH_FACTS = 2  # of number, code and team, where the name proves nothing alone


@dataclass(frozen=True, slots=True)
class Spellings:
    """Which ids are other spellings, and which are of nobody entered."""

    owner: dict[str, str]  # id as written -> driver id
    strangers: tuple[str, ...]  # beside a full entry list
    facts: dict[str, str]  # id as written -> where it stands

    @property
    def notes(self) -> tuple[Note, ...]:
        """Name every spelling once, and everybody who is not entered."""
        said: dict[str, list[str]] = defaultdict(list)
        for who, owner in sorted(self.owner.items()):
            said[self.facts[who]].append(f"{who} is {owner}")
        notes = [
            Note(
                NoteKind.DRIVER_RESPELT,
                "drivers whom other files spell otherwise, by all that is "
                f"said of them: {', '.join(pairs)}",
                where=where,
            )
            for where, pairs in sorted(said.items())
        ]
        if self.strangers:
            who = ", ".join(f"{one} ({self.facts[one]})" for one in self.strangers)
            text = (
                f"not among the entries: {who}; taken as newcomers; where one is a slip, spell him "
                "as the entries do, else add him to them"
            )
            notes.append(Note(NoteKind.DRIVER_UNLISTED, text))
        return tuple(notes)


@dataclass(slots=True)
class _Said:
    """All that the files of a season say of one id."""

    names: set[str] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)
    races: set[str] = field(default_factory=set)
    records: set[tuple[str, str]] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    is_listed: bool = False


def find_spellings(mentions: Sequence[Mention], *, own_numbers: bool) -> Spellings:
    """Give the ids that are other spellings of a driver who is entered, or races oftener.

    A row of his own in the same result speaks against it. Else the same name with its words in
    another order is his. Of others, a number or a code that he has not speaks against it; for it
    speak his surname and one of number, code and team (or nothing said of these), a slip in his
    name and two of them, and, whatever the name, number and code.

    Parameters
    ----------
    mentions : sequence of Mention
        Of one season, in any order.
    own_numbers : bool
        Whether a car number is a driver's own.
    """
    said = _gather(mentions)
    listed = {who for who, facts in said.items() if facts.is_listed}
    claims: dict[str, str] = {}
    for who in sorted(said.keys() - listed):
        subject = said[who]
        found: dict[str, Likeness] = {}
        for other, owner in said.items():
            is_regular = len(owner.races) >= max(_ENOUGH_RACES, len(subject.races) + 1)
            if other == who or not (owner.is_listed or is_regular):
                continue
            alike = _likeness(who, subject, other, owner)
            if _is_meant(subject, owner, alike, own_numbers=own_numbers):
                found[other] = alike
        best = [other for other, alike in found.items() if alike == max(found.values())]
        if len(best) == 1:
            claims[who] = best[0]
    owners = {who: meant for who, meant in claims.items() if not _has_rival(who, claims, said)}
    owners = _by_full_ids(owners, said)
    is_full = len(listed) >= _FULL_ENTRY
    meant = owners.keys() | owners.values()
    strangers = sorted(said.keys() - listed - meant) if is_full else []
    places = {who: _where(said[who].events) for who in (*owners, *strangers)}
    return Spellings(owners, tuple(strangers), places)


def _gather(mentions: Iterable[Mention]) -> dict[str, _Said]:
    said: dict[str, _Said] = defaultdict(_Said)
    for mention in mentions:
        ref = mention.ref
        if ref.driver_id is None:
            continue
        facts = said[ref.driver_id]
        facts.names |= {ref.name} if ref.name else set()
        facts.numbers |= {ref.number} if ref.number is not None else set()
        facts.codes |= {ref.code.upper()} if ref.code else set()
        facts.teams |= {mention.team_id} if mention.team_id is not None else set()
        facts.is_listed |= mention.event_id == ""
        if mention.event_id:
            facts.events.add(mention.event_id)
            facts.records.add((mention.event_id, mention.record))
        if mention.is_result:
            facts.races.add(mention.event_id)
    return said


def _likeness(who: str, subject: _Said, other: str, owner: _Said) -> Likeness:
    if who.upper() in owner.codes:
        return Likeness.SURNAME  # an id that is the code says as much
    return max(
        likeness(one, name) for one in (who, *subject.names) for name in (other, *owner.names)
    )


def _is_meant(subject: _Said, owner: _Said, alike: Likeness, *, own_numbers: bool) -> bool:
    numbers = subject.numbers if own_numbers else set()
    if owner.records & subject.records:
        return False
    if alike is Likeness.FULL:  # a guest of practice has other numbers than later in the season
        return True
    for given, known in ((numbers, owner.numbers), (subject.codes, owner.codes)):
        if known and not given <= known:
            return False
    has_number, has_code = bool(numbers & owner.numbers), bool(subject.codes & owner.codes)
    n_agreeing = has_number + has_code + bool(subject.teams & owner.teams)
    if alike is Likeness.SURNAME:
        return n_agreeing > 0 or not (numbers or subject.codes or subject.teams)
    if alike is Likeness.NEAR:
        return n_agreeing >= _ENOUGH_FACTS
    return has_number and has_code  # a team-mate of another name may have either


def _has_rival(who: str, claims: dict[str, str], said: dict[str, _Said]) -> bool:
    """Whether another id of the same result means the same driver: then neither is believed."""
    return any(
        other != who and meant == claims[who] and said[other].records & said[who].records
        for other, meant in claims.items()
    )


def _by_full_ids(owners: dict[str, str], said: dict[str, _Said]) -> dict[str, str]:
    """Let an entry list's bare surname give way to the full id that the results have.

    Earlier seasons know the driver by the full id; the results may be the only ones to say it.
    """
    n_spellings = Counter(owners.values())
    turned = {}
    for who, owner in owners.items():
        is_bare = "-" not in owner and "-" in who and not said[owner].events
        if is_bare and n_spellings[owner] == 1:
            turned[owner] = who
        else:
            turned[who] = owner
    return turned


def _where(events: set[str]) -> str:
    if not events:
        return "entries"
    return ", ".join(sorted(events)) if len(events) <= _ENOUGH_RACES else f"{len(events)} events"
