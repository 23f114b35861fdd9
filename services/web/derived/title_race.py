"""How a title race went: who led the forecast since when, and what moved it most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import UNSET

from predictor.published.event_types import Event, ResultRow
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import ResultStatus
from services.web.derived import figures, level
from services.web.derived.title_words import Kind, TitleContender, title_heading
from services.web.derived.weekend import sprint_has_run

__all__ = [
    "Lead",
    "Swing",
    "Told",
    "lead_of",
    "race_headline",
    "since_sentence",
    "swings",
    "swings_sentence",
    "what_happened",
]

_NAMED_FROM = 0.05
_LEAST = 0.01  # a change that no figure shows is none to a reader
_TIMES = {1: "once", 2: "twice", 3: "three times"}
_OUT = {
    ResultStatus.DNF: "retired",
    ResultStatus.DSQ: "disqualified",
    ResultStatus.DNS: "did not start",
    ResultStatus.NC: "not classified",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one run said of a title.

    Attributes
    ----------
    round : int
        Of the last race that it knew.
    chances : Mapping[str, float]
        Key of a contender -> chance.
    n_sims : int
        Simulated seasons.
    made_by : tuple of str
        Code, settings and kind of run: two runs whose differ may differ by that, too.
    """

    round: int
    chances: Mapping[str, float]
    n_sims: int
    made_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """Who is ahead in the forecast, and since when.

    Attributes
    ----------
    key : str, optional
        None while two or more are level.
    since : int
        Round after which the one ahead was first ahead, for the last time until now.
    is_from_the_start : bool
        Whether he was ahead at the first point, and nobody else ever.
    n_changes : int
        How often another one was ahead than before.
    """

    key: str | None
    since: int
    is_from_the_start: bool
    n_changes: int


@dataclass(frozen=True, slots=True)
class Swing:
    """One chance of a title before and after a race, or what came between two races.

    Attributes
    ----------
    key : str
    event_id : str
    is_race : bool
        Whether the race itself is between the two, or the sessions before it.
    before, now : float
    noise : float
        The most that a change of this size may be without being one, as a chance.
    """

    key: str
    event_id: str
    is_race: bool
    before: float
    now: float
    noise: float

    @property
    def difference(self) -> float:
        """Now less before."""
        return self.now - self.before


def lead_of(points: Sequence[Told]) -> Lead:
    """Return who is ahead after the last of some rounds, and how often that has changed.

    Parameters
    ----------
    points : sequence of Told
        One a round, the present last. Whoever is level with another is not ahead.
    """
    ahead: list[tuple[int, str]] = []
    now: str | None = None
    for told in points:
        order = sorted(told.chances, key=lambda key: -told.chances[key])
        is_single = level.leaders([told.chances[key] for key in order], told.n_sims) == 1
        now = order[0] if is_single else None
        if now is not None and (not ahead or ahead[-1][1] != now):
            ahead.append((told.round, now))
    return Lead(
        key=now,
        since=ahead[-1][0] if ahead else 0,
        is_from_the_start=len(ahead) == 1 and ahead[0][0] == points[0].round,
        n_changes=max(0, len(ahead) - 1),
    )


def race_headline(
    order: Sequence[TitleContender],
    n_sims: int,
    lead: Lead | None,
    won: TitleContender | None,
    settled: str,
) -> str:
    """Return the answer: who has which chance, and how the race went.

    Parameters
    ----------
    order : sequence of TitleContender
        By chance.
    n_sims : int
        Simulated seasons.
    lead : Lead, optional
        None where only the present is known.
    won : TitleContender, optional
        Who has the title already.
    settled : str
        Since when, in words that follow "settled"; empty where that is not known.
    """
    if won is not None:
        return f"{won.name} is champion{': settled ' + settled if settled else ''}"
    if not order:
        return "No title odds yet"
    n_level = level.leaders([one.p_title for one in order], n_sims)
    named = [one for one in order if one.p_title >= _NAMED_FROM]
    if 1 < n_level <= 3:
        names = figures.series([one.name for one in order[:n_level]])
        values = figures.series([figures.per_cent(one.p_title) for one in order[:n_level]])
        said = f"{names} are level, {values}"
    elif n_level > 3:
        said = f"Wide open: {figures.spelt(n_level)} are level"
    else:
        said = title_heading(order, None)
    race = {0: "", 1: "nobody else has 5 in 100", 2: "a title race of two"}
    kind = race.get(len(named), f"a title race of {figures.spelt(len(named))}")
    parts = [part for part in (kind, _went(lead)) if part]
    if not parts:
        return said
    return f"{said}{',' if ':' in said else ':'} {', and '.join(parts)}"


def _went(lead: Lead | None) -> str:
    if lead is None or lead.n_changes == 0:
        return ""
    times = _TIMES.get(lead.n_changes, f"{figures.spelt(lead.n_changes)} times")
    return f"the lead changed hands {times}"


def since_sentence(
    lead: Lead | None, names: Mapping[str, str], where: Mapping[int, str], last: int
) -> str:
    """Return since when who is ahead in the forecast; empty where that is not known.

    Parameters
    ----------
    lead : Lead, optional
    names : Mapping[str, str]
        Key of a contender -> name.
    where : Mapping[int, str]
        Round -> where it was.
    last : int
        Round of the last race that is run.
    """
    if lead is None or lead.key is None:
        return ""
    name = names[lead.key]
    if lead.is_from_the_start:
        how_long = (
            "since before the first race" if lead.since == 0 else "for as long as any is kept"
        )
        return f"{name} has been ahead in the forecast {how_long}."
    if lead.since >= last and last in where:
        # The present knows more than that race: it need not have been the race.
        return f"Before {where[last]}, {name} was not ahead."
    since = where.get(lead.since)
    return f"{name} has been ahead in the forecast since {since}." if since else ""


def swings(
    told: Sequence[Sequence[Told]], document: SeasonDocument, keys: Sequence[str], most: int = 6
) -> tuple[tuple[Swing, ...], int]:
    """Return the largest moves of a title beyond the noise, and how many rounds tell of none.

    Parameters
    ----------
    told : sequence of sequence of Told
        Per round that anything is known of, from before the first race on: all runs that knew
        no later race; those made alike in the order of what they knew, the ones that count most
        first.
    document : SeasonDocument
        For the events.
    keys : sequence of str
        Whose moves count.
    most : int

    Returns
    -------
    tuple of Swing
        The largest first.
    int
        Races left out: before and after them no two runs were made alike, or races of more than
        one round came at once.
    """
    by_round = {one.metadata.round: one for one in document.predictions.values()}
    found: list[Swing] = []
    left_out = 0
    for place, runs in enumerate(told):
        race = by_round.get(runs[0].round)
        coming = by_round.get(runs[0].round + 1)
        if place and race is not None:
            pair = _alike(told[place - 1], runs)
            if pair is None or pair[1].round - pair[0].round != 1:
                left_out += 1
            else:
                found += _moved(*pair, race.metadata.event_id, keys, is_race=True)
        own = _by_maker(runs)[runs[0].made_by]
        if coming is not None and len(own) > 1:
            found += _moved(own[0], own[-1], coming.metadata.event_id, keys, is_race=False)
    found.sort(key=lambda one: -abs(one.difference))
    return tuple(found[:most]), left_out


def _by_maker(runs: Sequence[Told]) -> dict[tuple[str, ...], list[Told]]:
    found: dict[tuple[str, ...], list[Told]] = {}
    for one in runs:
        found.setdefault(one.made_by, []).append(one)
    return found


def _alike(before: Sequence[Told], now: Sequence[Told]) -> tuple[Told, Told] | None:
    """Return the last run before a race and the first after it that were made alike."""
    then, at = _by_maker(before), _by_maker(now)
    shared = [one for one in at if one in then]
    return (then[shared[0]][-1], at[shared[0]][0]) if shared else None


def _moved(
    was: Told, now: Told, event_id: str, keys: Sequence[str], *, is_race: bool
) -> list[Swing]:
    both = [
        Swing(
            key,
            event_id,
            is_race,
            was.chances[key],
            now.chances[key],
            level.between_runs(was.chances[key], now.chances[key], was.n_sims, now.n_sims),
        )
        for key in keys
        if key in was.chances and key in now.chances
    ]
    return [one for one in both if abs(one.difference) > max(one.noise, _LEAST)]


def swings_sentence(found: Sequence[Swing], places: Mapping[str, str]) -> str:
    """Return which races moved a title most, as the title of a table.

    Parameters
    ----------
    found : sequence of Swing
        The largest first.
    places : Mapping[str, str]
        Event id -> where it is.
    """
    if not found:
        return "Nothing moved it beyond the noise"
    first = found[0]
    other = next((one for one in found if one.event_id != first.event_id), None)
    where = places[first.event_id]
    if other is None:
        return f"{where} moved it most"
    if other.key == first.key and other.difference * first.difference < 0:
        early, late = sorted((first, other), key=lambda one: list(places).index(one.event_id))
        return f"{places[early.event_id]} turned it; {places[late.event_id]} turned it back"
    return f"{where} moved it most, then {places[other.event_id]}"


def what_happened(event: Event, key: str, kind: Kind, *, is_race: bool) -> str:
    """Return what became of a driver or a team between the two: "won", "1st and 4th", "retired".

    Parameters
    ----------
    event : Event
    key : str
    kind : {'driver', 'team'}
    is_race : bool
        Whether the race is between the two; else the sessions before it, of which its sprint
        is told.
    """
    cars = {row.driver_id for row in event.predictions if row.team_id == key}
    of = {key} if kind == "driver" else cars
    if is_race:
        order = () if event.result is UNSET else event.result.order
        return figures.series([_ended(row) for row in order if row.driver_id in of])
    if not sprint_has_run(event):
        return "before the race"
    order = event.sprint.result.order  # type: ignore[union-attr]
    said = figures.series([_ended(row) for row in order if row.driver_id in of])
    return f"before the race; sprint {said}" if said else "before the race"


def _ended(row: ResultRow) -> str:
    if row.status in _OUT:
        return _OUT[row.status]
    if row.position is None:
        return "not classified"
    return "won" if row.position == 1 else figures.ordinal(row.position)
