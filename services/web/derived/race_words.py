"""Sentences of a race to come: who is ahead, by how much, and what rain would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from predictor.published.event_types import Odds, ScenarioForecast, SprintDriver
from predictor.vocabulary import Scenario
from services.web.derived import figures, level

__all__ = [
    "SCENARIOS",
    "SCENARIO_HEADS",
    "SCENARIO_KINDS",
    "Contender",
    "by_chance",
    "favourites_sentence",
    "gap_sentence",
    "podium_sentence",
    "scenario_sentence",
    "who_is_ahead",
    "wins_sentence",
]

SCENARIO_HEADS = {
    Scenario.DRY: "Dry, no safety car",
    Scenario.SAFETY_CAR: "Dry, safety car",
    Scenario.WET: "Wet",
}
SCENARIO_KINDS = {
    Scenario.DRY: "dry without a safety car",
    Scenario.SAFETY_CAR: "dry with one",
    Scenario.WET: "wet",
}
SCENARIOS = {
    Scenario.SAFETY_CAR: "a safety car",
    Scenario.DRY: "a dry race without a safety car",
    Scenario.WET: "rain",
}
_CLEAR = 0.15  # points of chance by which one is clear of the next
_CLOSE = 0.10  # within which the next is close behind
_MOST_NAMED = 3
_MOST_OF_WINS = 0.80
_MOST_SHARING = 5
_AT_THE_FRONT = 6


@dataclass(frozen=True, slots=True)
class Contender:
    """One driver's chance of winning, and his surname."""

    name: str
    p_win: float


def by_chance(rows: Sequence[SprintDriver]) -> list[SprintDriver]:
    """Return drivers by chance to win in whole per cent, then by expected place."""
    return sorted(rows, key=lambda row: (-round(row.p_win, 2), row.expected_position))


def contenders(rows: Sequence[SprintDriver]) -> list[Contender]:
    """Return drivers by their chance to win, the likeliest first."""
    called = figures.surnames([row.name for row in rows])
    return [
        Contender(called[row.name], row.p_win) for row in sorted(rows, key=lambda row: -row.p_win)
    ]


def who_is_ahead(rows: Sequence[SprintDriver], n_sims: int) -> str:
    """Return who is ahead in a few words, as "Piastri and Norris level".

    Parameters
    ----------
    rows : sequence of SprintDriver
        In any order.
    n_sims : int
        That each chance rests on.
    """
    order = contenders(rows)
    if not order:
        return "no forecast yet"
    n_level = level.leaders([one.p_win for one in order], n_sims)
    if n_level > _MOST_NAMED:
        return f"{figures.spelt(n_level)} drivers level"
    if n_level > 1:
        return f"{figures.series([one.name for one in order[:n_level]])} level"
    first, p = order[0].name, order[0].p_win
    if p >= _MOST_OF_WINS:
        return f"{first} {figures.likely(p)} to win"
    if len(order) == 1 or p - order[1].p_win >= _CLEAR:
        return f"{first} the clear favourite"
    return f"{first} ahead of {order[1].name}"


def favourites_sentence(rows: Sequence[SprintDriver], n_sims: int) -> str:
    """Return the same with who comes next, where he is close."""
    order = contenders(rows)
    said = who_is_ahead(rows, n_sims)
    n_level = level.leaders([one.p_win for one in order], n_sims)
    if not 1 <= n_level < _MOST_NAMED or len(order) <= n_level:
        return said
    behind = order[n_level]
    # Who is ahead of the next names him already.
    is_named = n_level == 1 and said.endswith(f"ahead of {behind.name}")
    if is_named or order[0].p_win - behind.p_win > _CLOSE:
        return said
    return f"{said}, {behind.name} close behind"


def gap_sentence(rows: Sequence[SprintDriver], n_sims: int) -> str:
    """Return how far the first two are apart, and whether that is more than noise."""
    order = contenders(rows)
    if len(order) < 2:
        return ""
    first, second = order[:2]
    noise = level.between(first.p_win, second.p_win, n_sims)
    # With a decimal, as the noise: it must not contradict whole figures above it.
    apart = f"{(first.p_win - second.p_win) * 100:.1f} points"
    amount = f"{noise * 100:.1f} points"
    both = figures.per_cent(first.p_win + second.p_win)
    if level.is_level(first.p_win, second.p_win, n_sims):
        judged = f"{apart} apart, within the noise of the simulation ({amount}): call it level."
    else:
        judged = f"{apart} apart, more than the noise of the simulation ({amount})."
    return f"{judged} One of the two wins {both} of the races."


def wins_sentence(rows: Sequence[SprintDriver]) -> str:
    """Return how many drivers share most of the wins."""
    order = contenders(rows)
    total = 0.0
    for place, one in enumerate(order[:_MOST_SHARING], start=1):
        total += one.p_win
        if total >= _MOST_OF_WINS:
            said = figures.per_cent(total)
            if place == 1:
                return f"{one.name} wins {said} of the races"
            word = figures.spelt(place)
            return f"{word.capitalize()} drivers share {said} of the wins"
    word = figures.spelt(min(_MOST_SHARING, len(order)))
    return f"An open race: the {word} likeliest share only {figures.per_cent(total)} of the wins"


def podium_sentence(rows: Sequence[SprintDriver]) -> str:
    """Return how much of the podium the likeliest five take."""
    chances = sorted((row.p_podium for row in rows), reverse=True)
    places = sum(chances)
    if places <= 0 or len(chances) <= _MOST_SHARING:
        return "Who finishes where"
    part = sum(chances[:_MOST_SHARING]) / places
    word = figures.spelt(_MOST_SHARING).capitalize()
    return f"{word} cars take {figures.per_cent(part)} of the podium places"


def scenario_sentence(
    rows: Sequence[SprintDriver], scenarios: Mapping[Scenario, ScenarioForecast], n_sims: int
) -> str:
    """Return what rain or a safety car would change most among the likeliest winners.

    A change below the noise of the simulation is none.
    """
    front = sorted(rows, key=lambda row: -row.p_win)[:_AT_THE_FRONT]
    called = figures.surnames([row.name for row in rows])
    changes: list[tuple[float, str, Scenario, float, float]] = []
    for kind, forecast in scenarios.items():
        chances: dict[str, Odds] = {row.driver_id: row for row in forecast.predictions}
        for row in front:
            given = chances.get(row.driver_id)
            if given is not None:
                difference = given.p_win - row.p_win
                changes.append((difference, called[row.name], kind, row.p_win, given.p_win))
    if not changes or len(scenarios) < 2:
        return "One kind of race was simulated"
    beyond = [one for one in changes if level.has_moved(one[3], one[4], n_sims, n_sims)]
    if not beyond:
        most = max(abs(one[0]) for one in changes)
        said = figures.points_apart(most)
        return f"Rain or a safety car would change little at the front: {said} at most"
    difference, name, kind, before, after = max(beyond, key=lambda one: abs(one[0]))
    verb = "help" if difference > 0 else "hurt"
    what = SCENARIOS[kind]
    return f"{what[0].upper()}{what[1:]} would {verb} {name} most: {_arrow(before, after)}"


def _arrow(before: float, after: float) -> str:
    return f"{figures.per_cent(before)} → {figures.per_cent(after)}"
