"""How right forecasts were: favourites that won, the chance given to winners, against others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec import UNSET

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import Horizon
from services.web.derived import figures

__all__ = [
    "Record",
    "chance_of_winner",
    "place_among",
    "record_of",
    "record_sentence",
    "typical",
]


@dataclass(frozen=True, slots=True)
class Record:
    """How the forecasts of a season's races fared, each as it stood before its race.

    Attributes
    ----------
    n : int
        Races that are run and scored.
    favourite_won, in_top_three : int
        How often our favourite won, and how often one of our likeliest three.
    typical : float
        Geometric mean of the chances given to the winners.
    horizon : Horizon, optional
        That all of them have in common.
    n_drivers : float
        Starters of a race, on average.
    """

    n: int
    favourite_won: int
    in_top_three: int
    typical: float
    horizon: Horizon | None
    n_drivers: float


def record_of(document: SeasonDocument) -> Record:
    """Return how the forecasts of a season fared."""
    scored = [event for event in document.predictions.values() if event.scores is not UNSET]
    scores = [event.scores for event in scored if event.scores is not UNSET]
    horizons = {event.metadata.horizon for event in scored}
    return Record(
        n=len(scored),
        favourite_won=sum(one.top_1 == 1 for one in scores),
        in_top_three=sum(one.top_3 == 1 for one in scores),
        typical=typical([one.winner_log_loss for one in scores]),
        horizon=horizons.pop() if len(horizons) == 1 else None,
        n_drivers=sum(len(event.predictions) for event in scored) / max(1, len(scored)),
    )


def typical(losses: Sequence[float]) -> float:
    """Return the geometric mean of chances whose -log is given; 0 of none."""
    return math.exp(-sum(losses) / len(losses)) if losses else 0.0


def record_sentence(record: Record) -> str:
    """Return how often the favourite won, as the title of a figure."""
    n = record.n
    if n == 0:
        return "No race has been run yet"
    if n == 1:
        if record.favourite_won:
            return "Our favourite won the one race so far"
        among = "was among our top three" if record.in_top_three else "was not in our top three"
        return f"The winner of the one race so far {among}"
    first = f"The favourite won {record.favourite_won} of {n}"
    if record.in_top_three == n:
        return f"{first}; a driver of our top three won all {n}"
    return f"{first}; a driver of our top three won {record.in_top_three}"


def chance_of_winner(event: Event) -> float | None:
    """Return the chance that was given to whoever won; None without a result or a forecast."""
    if event.result is UNSET:
        return None
    winner = event.result.winner
    return next((row.p_win for row in event.predictions if row.driver_id == winner), None)


def place_among(event: Event, events: Iterable[Event]) -> tuple[str, int]:
    """Return how an event's chance of its winner ranks among those of others, and of how many.

    Returns
    -------
    str
        "best", "2nd best", "3rd worst"; empty where there is nothing to compare.
    int
        Races compared, with this one.
    """
    mine = chance_of_winner(event)
    others = [chance for one in events if (chance := chance_of_winner(one)) is not None]
    n = len(others)
    if mine is None or n < 2:
        return "", n
    from_best = 1 + sum(one > mine for one in others)
    from_worst = 1 + sum(one < mine for one in others)
    place, word = (from_best, "best") if from_best <= from_worst else (from_worst, "worst")
    return (word if place == 1 else f"{figures.ordinal(place)} {word}"), n
