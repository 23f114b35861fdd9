"""Names that a provider puts on a car although the number on it is another driver's.

OpenF1 has given drivers of a supporting series for Formula 1's car numbers. Such a name
must never take a result: since 2014 a number is its driver's own for the season.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from predictor.records import DriverRef
from predictor.season.mentions import Mention

__all__ = ["foreign_names"]

_LAST_RANK_BY_ID = 1  # entries, native files and Jolpica have ids; the others make them of names
_ENOUGH_RACES = 2  # under a number, for it to be a driver's own where no entry list says so


@dataclass(slots=True)
class _Facts:
    """What all mentions of a season say together."""

    vouched: set[str] = field(default_factory=set)  # drivers of files with ids of their own
    entered: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    raced: dict[tuple[int, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    teams: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def owners(self, number: int, name: str) -> set[str]:
        """Give who else is entered with a number, or has raced with it oftener than a name."""
        others = {who for said, who in self.raced if said == number}
        at_least = max(_ENOUGH_RACES, len(self.raced.get((number, name), ())) + 1)
        often = {who for who in others if len(self.raced[number, who]) >= at_least}
        return (self.entered.get(number, set()) | often) - {name}

    def regular_teams(self) -> set[str]:
        """Give the teams of all who are entered or race."""
        regulars = {who for ids in self.entered.values() for who in ids}
        regulars |= {who for (_, who), events in self.raced.items() if len(events) >= _ENOUGH_RACES}
        return set().union(*(self.teams[who] for who in regulars))


def foreign_names(mentions: Sequence[Mention]) -> dict[tuple[DriverRef, str], str]:
    """Give whose number it is where a name that nobody vouches for stands beside it.

    A name is foreign if no entry list and no file with ids of its own knows the driver, if
    exactly one other driver is entered or has raced oftener with the number, and if the team
    does not speak for the name: it is the other driver's, or nobody's who races.

    Parameters
    ----------
    mentions : sequence of Mention
        Of one season, in any order.

    Returns
    -------
    dict from (reference, event id) to driver id
    """
    facts = _gather(mentions)
    regular_teams = facts.regular_teams()
    found = {}
    for mention in mentions:
        ref = mention.ref
        if ref.driver_id is None or ref.number is None or ref.driver_id in facts.vouched:
            continue
        owners = facts.owners(ref.number, ref.driver_id)
        if len(owners) != 1:
            continue
        (owner,) = owners
        if mention.team_id in facts.teams[owner] or mention.team_id not in regular_teams:
            found[ref, mention.event_id] = owner
    return found


def _gather(mentions: Iterable[Mention]) -> _Facts:
    facts = _Facts()
    for mention in mentions:
        who, number = mention.ref.driver_id, mention.ref.number
        if who is None:
            continue
        if mention.rank <= _LAST_RANK_BY_ID:
            facts.vouched.add(who)
        if mention.team_id is not None:
            facts.teams[who].add(mention.team_id)
        if number is not None and mention.is_entry:
            facts.entered[number].add(who)
        if number is not None and mention.is_result:
            facts.raced[number, who].add(mention.event_id)
    return facts
