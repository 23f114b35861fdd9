"""What is said of a race that is run: who won, how likely that was, and what surprised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import UNSET

from predictor.published.event_types import DriverForecast, Event, ResultRow, SprintDriver
from predictor.vocabulary import ResultStatus
from services.web.derived import figures, level
from services.web.derived.strength import half_of

__all__ = [
    "Finish",
    "Surprise",
    "expected_rare",
    "finishes",
    "grid_to_finish",
    "half_range",
    "inside_sentence",
    "n_inside",
    "result_lead",
    "result_sentence",
    "surprises",
    "surprises_sentence",
]

_RARE = 0.05
_NEARLY_IMPOSSIBLE = 0.01
_MOST_INSIDE = 0.8
_STATUS = {
    ResultStatus.DNF: "ret.",
    ResultStatus.DSQ: "dsq.",
    ResultStatus.NC: "n.c.",
}
_STATUS_WORDS = {
    ResultStatus.DNF: "retired",
    ResultStatus.DSQ: "was disqualified",
    ResultStatus.NC: "was not classified",
}


@dataclass(frozen=True, slots=True)
class Finish:
    """How one starter did, beside his forecast; None for one whom nobody forecast."""

    row: ResultRow
    forecast: DriverForecast | None

    @property
    def is_finisher(self) -> bool:
        """Whether he saw the flag and has a place."""
        return self.row.status is ResultStatus.FINISHED and self.row.position is not None

    @property
    def is_inside(self) -> bool:
        """Whether a finisher came within his range of 9 in 10."""
        if self.forecast is None or self.row.position is None or not self.is_finisher:
            return False
        low, high = self.forecast.interval_90
        return low <= self.row.position <= high


@dataclass(frozen=True, slots=True)
class Surprise:
    """A finish, and the chance of one as good or better, or as bad or worse."""

    finish: Finish
    chance: float
    is_good: bool


def finishes(event: Event) -> list[Finish]:
    """Return the starters in the order of the result."""
    if event.result is UNSET:
        return []
    forecasts = {row.driver_id: row for row in event.predictions}
    return [Finish(row, forecasts.get(row.driver_id)) for row in event.result.order]


def result_sentence(event: Event) -> str:
    """Return who won, from where, and what chance we had given him."""
    order = finishes(event)
    if not order or event.result is UNSET or event.result.winner is None:
        return "Nobody was classified"
    winner = order[0]
    if winner.forecast is None:
        return f"{winner.row.driver} won. We had no forecast for him"
    name = figures.surname(winner.forecast.name)
    return f"{name} won{_from(winner.row.grid)}. We had given him {_odds(winner.forecast.p_win)}"


def _odds(p: float) -> str:
    return figures.per_cent(p) if p >= 0.095 else figures.one_in(p)


def _from(grid: int | None) -> str:
    if grid is None:
        return ""
    return " from pole" if grid == 1 else f" from {figures.ordinal_word(grid)}"


def result_lead(event: Event) -> str:
    """Return what became of our favourite, in a sentence."""
    rows = sorted(event.predictions, key=lambda row: -row.p_win)
    if not rows or event.result is UNSET:
        return ""
    n_level = level.leaders([row.p_win for row in rows], level.sims_of(event))
    called = figures.surnames([row.name for row in rows])
    winner = event.result.winner
    if n_level > 1:
        named = figures.series([called[row.name] for row in rows[:n_level]])
        if n_level > 3:
            return f"We had {figures.spelt(n_level)} drivers level in front."
        was = ", the winner among them" if winner in {r.driver_id for r in rows[:n_level]} else ""
        return f"We had {named} level in front{was}."
    favourite = rows[0]
    if favourite.driver_id == winner:
        return "He was our favourite."
    name, said = called[favourite.name], figures.per_cent(favourite.p_win)
    came = _came(event, favourite.driver_id)
    return f"Our favourite, {name} ({said}), {came}."


def _came(event: Event, driver_id: str) -> str:
    rows = () if event.result is UNSET else event.result.order
    row = next((one for one in rows if one.driver_id == driver_id), None)
    if row is None:
        return "did not start"
    if row.status is ResultStatus.FINISHED and row.position is not None:
        return f"came {figures.ordinal_word(row.position)}{_from(row.grid)}"
    return f"{_STATUS_WORDS.get(row.status, 'did not finish')}{_from(row.grid)}"


def grid_to_finish(row: ResultRow) -> str:
    """Return "19 → 3", or "10 → ret." for one who did not see the flag."""
    begin = figures.NOTHING if row.grid is None else str(row.grid)
    if row.status is ResultStatus.FINISHED and row.position is not None:
        return f"{begin} → {row.position}"
    return f"{begin} → {_STATUS.get(row.status, 'none')}"


def n_inside(order: Sequence[Finish]) -> tuple[int, int]:
    """Return how many finishers came within their range, and of how many."""
    judged = [one for one in order if one.is_finisher and one.forecast is not None]
    return sum(one.is_inside for one in judged), len(judged)


def inside_sentence(order: Sequence[Finish]) -> str:
    """Return how many finishers came within their range of 9 in 10, as a title."""
    inside, n = n_inside(order)
    if n == 0:
        return "Forecast and result: nobody finished whom we had forecast"
    if inside == n:
        return f"Forecast and result: all {n} finishers fell inside their range"
    if inside >= _MOST_INSIDE * n:
        return "Forecast and result: most cars fell inside their range"
    outside = n - inside
    return f"Forecast and result: {outside} of {figures.count(n, 'car')} fell outside their range"


def half_range(row: SprintDriver) -> tuple[int, int]:
    """Return the places between which half of the simulated races end: 25 % to 75 %."""
    return half_of(row.p_position)


def surprises(order: Sequence[Finish]) -> list[Surprise]:
    """Return the finishes by how unlikely one as good, or as bad, had been; the rarest first.

    Of those who saw the flag: to retire is a chance of its own.
    """
    found = []
    for one in order:
        if not one.is_finisher or one.forecast is None or one.row.position is None:
            continue
        chances = one.forecast.p_position
        as_good = sum(chances[: one.row.position])
        as_bad = sum(chances[one.row.position - 1 :])
        found.append(Surprise(one, min(as_good, as_bad), is_good=as_good <= as_bad))
    return sorted(found, key=lambda one: one.chance)


def expected_rare(found: Sequence[Surprise]) -> tuple[int, float]:
    """Return how many finishes looked like 1 in 20 or less, and how many should have.

    Either tail counts, so that each car has twice that chance at most.
    """
    return sum(one.chance <= _RARE for one in found), 2 * _RARE * len(found)


def surprises_sentence(found: Sequence[Surprise]) -> str:
    """Return how surprising the race was, as a title."""
    if not found:
        return "No finish to compare"
    if found[0].chance < _NEARLY_IMPOSSIBLE:
        return "Surprises: what we thought nearly impossible"
    if found[0].chance <= _RARE:
        return "Surprises: what we thought unlikely"
    return "No great surprise: every finish was likelier than 1 in 20"
