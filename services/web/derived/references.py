"""Reference models by the names that readers know, and how we compare with them."""

from __future__ import annotations

import math
from collections.abc import Mapping

__all__ = ["IN_TEXT", "REFERENCE_NAMES", "WHAT_THEY_DO", "score_title", "uniform_rps"]

REFERENCE_NAMES: Mapping[str, str] = {
    "elo": "Form ratings (Elo)",
    "reverse_plackett_luce": "Form alone (Plackett\N{NON-BREAKING HYPHEN}Luce)",
    "grid_frequency": "Grid place alone",
    "points_order": "Points order",
    "last_race": "The last race’s order",
    "uniform": "Everyone alike",
}
# The same in running text.
IN_TEXT: Mapping[str, str] = {
    "elo": "form ratings",
    "reverse_plackett_luce": "a plain form model",
    "grid_frequency": "the grid",
    "points_order": "the points order",
    "last_race": "the last race’s order",
    "uniform": "everyone alike",
}
WHAT_THEY_DO: Mapping[str, str] = {
    "elo": "Every driver and team has a rating that rises with each rival beaten, as in chess. "
    "Takes the grid once it is known, and no practice.",
    "reverse_plackett_luce": "Strength of driver and team from earlier races, the grid and "
    "qualifying gaps, in one model of finishing orders. No laps, no simulated race.",
    "grid_frequency": "How often each place on the grid has led to each place at the flag, whoever "
    "stands on it. Before qualifying, the order of recent qualifying gaps stands in.",
    "points_order": "How often each place in the championship, by points of races, has led to each "
    "place at the flag. Before the first race, the order of the season before. No session is used.",
    "last_race": "How often each place in the race before has led to each place at the flag. No "
    "session of the weekend is used.",
    "uniform": "Every starter has the same chance: what one can say without knowing anything.",
}
_GRID = "grid_frequency"
_A_LITTLE = 0.01  # of the ranked probability score
_CLEAR = 0.05  # of the chance given to the winner


def uniform_rps(n: int) -> float:
    """Return the ranked probability score of a forecast in which all are alike.

    Its cumulated chance of place k is k/n for each; one who came j-th has 1 from k = j on.
    """
    if n < 2:
        return 0.0
    total = sum(
        (k / n - (1.0 if j <= k else 0.0)) ** 2 for j in range(1, n + 1) for k in range(1, n)
    )
    return total / (n * (n - 1))


def score_title(winner: dict[str, float], order: dict[str, float]) -> str:
    """Return how we did against the place on the grid, or against everyone alike without it.

    Parameters
    ----------
    winner : dict
        Model -> chance given to the winner; more is better.
    order : dict
        Model -> ranked probability score; less is better.
    """
    has_grid = _GRID in winner and _GRID in order
    model = _GRID if has_grid else "uniform"
    name = "the grid" if has_grid else "no knowledge"
    on_winner = _judged(winner["ours"] - winner[model], _CLEAR)
    on_order = _judged(order[model] - order["ours"], _A_LITTLE)
    if on_winner == on_order:
        said = f"{on_winner.capitalize()} {_than(on_winner)} {name}, on the winner and on the order"
    else:
        first = f"{on_winner.capitalize()} {_than(on_winner)} {name} on the winner"
        said = f"{first}, {on_order} on the order"
    return said + _beaten_by(winner, order, model)


def _beaten_by(winner: Mapping[str, float], order: Mapping[str, float], told: str) -> str:
    """Return who else was better than we on both, which a title must not keep to itself."""
    better = [
        name
        for model, name in REFERENCE_NAMES.items()
        if model != told
        and winner.get(model, 0.0) > winner["ours"]
        and order.get(model, math.inf) < order["ours"]
    ]
    return f"; better on both: {' and '.join(better)}" if better else ""


def _judged(difference: float, clear: float) -> str:
    if abs(difference) < clear / 10:
        return "as good"
    word = "better" if difference > 0 else "worse"
    return word if abs(difference) >= clear else f"a little {word}"


def _than(word: str) -> str:
    return "as" if word == "as good" else "than"
