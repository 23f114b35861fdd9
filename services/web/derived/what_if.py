"""What an answered what-if comes to: its headline, and a line for everybody whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from predictor.published.what_if_types import Chance, DriverWhatIf, Expected, TitleWhatIf, WhatIf
from services.web.derived.figures import MINUS, THIN, per_cent, series, spelt, surnames
from services.web.derived.level import STANDARD_ERRORS

__all__ = [
    "DRIVERS",
    "TEAMS",
    "Line",
    "fine_change",
    "fine_range",
    "headline",
    "lead",
    "opinion",
    "race_lines",
    "shown_first",
    "title_headline",
    "title_lines",
]

DRIVERS, TEAMS = "drivers\N{RIGHT SINGLE QUOTATION MARK}", "teams\N{RIGHT SINGLE QUOTATION MARK}"
_90 = 1.6449  # standard errors on either side that 9 in 10 repetitions stay within
_UP, _DOWN = "\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DOWN-POINTING TRIANGLE}"
_NAMED = 3  # subjects of an opinion that a headline names; more are counted
_ALWAYS = 6  # lines of a race that are shown in any case
_LONG_SHOT = 0.01
_SHOWN = 0.005  # a chance of a title below which nobody is listed, unless it has moved


@dataclass(frozen=True, slots=True)
class Line:
    """One driver or team, with and without the opinion; chances are unrounded.

    Attributes
    ----------
    low, high : float
        9 in 10 repetitions of the simulation give a difference between them.
    moved : bool
        Whether the difference is beyond the noise.
    asked : bool
        Whether the opinion is about this one.
    """

    id: str
    code: str
    name: str
    team_id: str
    base: float
    changed: float
    difference: float
    low: float
    high: float
    moved: bool
    asked: bool
    base_place: float = 0.0  # expected place, or points at the end of the season
    changed_place: float = 0.0


def opinion(answer: WhatIf, names: Mapping[str, str]) -> str:
    """Return the opinion in words, "Verstappen 10 % stronger".

    Parameters
    ----------
    names : Mapping[str, str]
        Of drivers and teams, by id.
    """
    subjects = _subjects(answer, names)
    if len(subjects) > _NAMED:
        return f"{spelt(len(subjects))} drivers and teams other than the model has them"
    return series([f"{name} {_how(weight)}" for name, weight in subjects])


def headline(answer: WhatIf, names: Mapping[str, str], place: str) -> str:
    """Return what the opinion would do to the race, in a sentence.

    Parameters
    ----------
    place : str
        Where it is: "Belgium".
    """
    told = f"With {opinion(answer, names)}"
    subject = _one_driver(answer)
    lines = race_lines(answer)
    line = next((one for one in lines if one.id == subject), None)
    if subject and line is None:
        return f"{told}, nothing changes in {place}: he does not race there"
    if line is None or not line.moved:
        moved = [one for one in lines if one.moved]
        if not moved:
            return f"{told}, nothing in {place} moves beyond the noise"
        if line is not None:
            return f"{told}, his chance to win in {place} stays level: {per_cent(line.base)}"
        line = max(moved, key=lambda one: abs(one.difference))
    who = "he" if line.id == subject else _called(answer)[line.id]
    now, before = per_cent(line.changed), per_cent(line.base)
    if now == before:
        more = "a little more" if line.difference > 0 else "a little less"
        return f"{told}, {who} wins in {place} {more} often: {now} before and after"
    return f"{told}, {who} wins {now} of the races in {place}, not {before}"


def lead(answer: WhatIf) -> str:
    """Return who gains and who pays, in a sentence; empty where nobody moves."""
    moved = [one for one in race_lines(answer) if one.moved]
    called = _called(answer)
    up = [one for one in sorted(moved, key=lambda one: -one.difference) if one.difference > 0]
    down = [one for one in sorted(moved, key=lambda one: one.difference) if one.difference < 0]
    parts = []
    if up:
        parts.append(f"{_named(up, called)} {'gain' if len(up) > 1 else 'gains'} most")
    if down:
        parts.append(f"{_named(down, called)} {'lose' if len(down) > 1 else 'loses'} most")
    return f"{', '.join(parts)}; changes are in percentage points." if parts else ""


def shown_first(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the lines to be shown at once, and those that fold: long shots and the level."""
    first = [
        one
        for place, one in enumerate(lines)
        if place < _ALWAYS or one.asked or (one.moved and max(one.base, one.changed) >= _LONG_SHOT)
    ]
    return tuple(first), tuple(one for one in lines if one not in first)


def race_lines(answer: WhatIf) -> tuple[Line, ...]:
    """Return a line for every driver of the race, the likeliest winner first."""
    return tuple(_race_line(one, answer) for one in answer.race.drivers)


def title_headline(rows: Sequence[TitleWhatIf], lines: Sequence[Line], of: str) -> str:
    """Return what the opinion would do to a championship.

    Parameters
    ----------
    rows : sequence of TitleWhatIf
        All of them.
    lines : sequence of Line
        Of those that are shown.
    of : str
        "drivers’" or "teams’".
    """
    moved = [one for one in lines if one.moved]
    if not moved:
        return f"The {of} title moves by no more than the noise"
    line = max(moved, key=lambda one: abs(one.difference))
    called = surnames([one.name for one in rows]) if of == DRIVERS else {}
    name = called.get(line.name, line.name)
    now, before = per_cent(line.changed), per_cent(line.base)
    if now == before:
        return f"The {of} title hardly moves: {name} {now} before and after"
    return f"{name} wins the {of} title in {now} of the seasons, not {before}"


def title_lines(rows: Iterable[TitleWhatIf], asked: Iterable[str]) -> tuple[Line, ...]:
    """Return a line for everybody who has a chance of a title, the likeliest champion first."""
    about = set(asked)
    return tuple(
        _line(
            one.id,
            one.code or "",
            one.name,
            "",
            one.p_title,
            one.points,
            asked=one.id in about,
        )
        for one in rows
        if max(one.p_title.base, one.p_title.changed) >= _SHOWN or one.id in about
    )


def fine_change(difference: float) -> str:
    """Return a change in percentage points with a decimal: both sides share their luck."""
    size = f"{abs(difference) * 100:.1f}"
    if size == "0.0":
        return "0" if difference == 0 else f"{_UP if difference > 0 else _DOWN}{THIN}<0.1"
    mark, sign = (_UP, "+") if difference > 0 else (_DOWN, MINUS)
    return f"{mark}{THIN}{sign}{size}"


def fine_range(low: float, high: float) -> str:
    """Return the range of a change, "+0.6 to +1.1" points."""
    return f"{_signed(low)} to {_signed(high)}"


def _signed(value: float) -> str:
    size = f"{abs(value) * 100:.1f}"
    if size == "0.0":
        return "0"
    return f"{'+' if value > 0 else MINUS}{size}"


def _how(weight: float) -> str:
    if weight == 2.0:
        return "twice as strong"
    if weight == 0.5:
        return "half as strong"
    size = f"{abs(weight - 1.0) * 100:.1f}".removesuffix(".0")
    return f"{size}{THIN}% {'stronger' if weight > 1.0 else 'weaker'}"


def _subjects(answer: WhatIf, names: Mapping[str, str]) -> list[tuple[str, float]]:
    """Return whom the opinion is about as they are called, most weighed first."""
    drivers = {key: w for key, w in answer.driver_weights.items() if w != 1.0}
    called = surnames([names.get(key, key) for key in drivers])
    found = [(called[names.get(key, key)], w) for key, w in drivers.items()]
    found += [(names.get(key, key), w) for key, w in answer.team_weights.items() if w != 1.0]
    return sorted(found, key=lambda one: (-abs(one[1] - 1.0), one[0]))


def _one_driver(answer: WhatIf) -> str:
    """Return the id of the one driver whom the opinion is about; empty for any other opinion."""
    drivers = [key for key, weight in answer.driver_weights.items() if weight != 1.0]
    teams = [key for key, weight in answer.team_weights.items() if weight != 1.0]
    return drivers[0] if len(drivers) == 1 and not teams else ""


def _called(answer: WhatIf) -> dict[str, str]:
    called = surnames([one.name for one in answer.race.drivers])
    return {one.driver_id: called[one.name] for one in answer.race.drivers}


def _named(lines: Sequence[Line], called: Mapping[str, str]) -> str:
    return series([f"{called[one.id]} ({fine_change(one.difference)})" for one in lines[:2]])


def _race_line(one: DriverWhatIf, answer: WhatIf) -> Line:
    about = {**answer.driver_weights, **answer.team_weights}
    return _line(
        one.driver_id,
        one.driver,
        one.name,
        one.team_id,
        one.p_win,
        one.expected_position,
        asked=about.get(one.driver_id, 1.0) != 1.0 or about.get(one.team_id, 1.0) != 1.0,
    )


def _line(
    key: str,
    code: str,
    name: str,
    team_id: str,
    chance: Chance,
    mean: Expected,
    *,
    asked: bool,
) -> Line:
    return Line(
        id=key,
        code=code,
        name=name,
        team_id=team_id,
        base=chance.base,
        changed=chance.changed,
        difference=chance.difference,
        low=chance.difference - _90 * chance.se,
        high=chance.difference + _90 * chance.se,
        moved=abs(chance.difference) > STANDARD_ERRORS * chance.se,
        asked=asked,
        base_place=mean.base,
        changed_place=mean.changed,
    )
