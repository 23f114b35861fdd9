"""Title odds as they were published after a round, beside reference models and the champions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from predictor.evaluate.standings_frequency import (
    CHAMPIONSHIPS,
    ChampionAt,
    part_of,
    place_odds,
    tables_after,
)
from predictor.evaluate.title_scores import TitleForecast
from predictor.published.season_types import SeasonForecast
from predictor.season.state import SeasonState

__all__ = ["TITLE_BASELINES", "title_forecasts"]

TITLE_BASELINES = ("uniform", "standings")


def title_forecasts(
    document: bytes,
    season: SeasonState,
    n_done: int,
    past: Mapping[str, Sequence[ChampionAt]],
) -> tuple[TitleForecast, ...]:
    """Read title odds out of a season document.

    Parameters
    ----------
    document : bytes
        As the last node of a plan gives it, of the season after ``n_done`` rounds.
    season : SeasonState
        The whole season, all of it run: it tells the champions.
    n_done : int
    past : mapping of championship to sequence of ChampionAt
        Of all earlier seasons, for the reference model.

    Returns
    -------
    tuple of TitleForecast
        One per championship, contenders in the order of the document.
    """
    said = msgspec.json.decode(document, type=SeasonForecast).championship
    p_title = {
        "drivers": {row.driver_id: row.p_title for row in said.drivers},
        "constructors": {row.team_id: row.p_title for row in said.constructors},
    }
    n_rounds = sum(block.status.value == "completed" for block in season.events)
    champions = {name: rows[0].key for name, rows in tables_after(season, n_rounds).items()}
    tables = tables_after(season, n_done)
    found = []
    for name in CHAMPIONSHIPS:
        odds = p_title[name]
        odds.setdefault(champions[name], 0.0)  # of whom nobody had heard
        names = tuple(odds)
        standing = [row.key for row in tables[name]]
        order = sorted(range(len(names)), key=lambda i: _place(standing, names[i]))
        by_place = place_odds(past.get(name, ()), part_of(n_done, n_rounds), len(names))
        of_standings = np.empty(len(names))
        of_standings[order] = by_place
        found.append(
            TitleForecast(
                season=season.season,
                n_done=n_done,
                n_rounds=n_rounds,
                championship=name,
                names=names,
                p_title=np.array([odds[one] for one in names]),
                champion=names.index(champions[name]),
                baselines={
                    "uniform": np.full(len(names), 1.0 / len(names)),
                    "standings": of_standings,
                },
            )
        )
    return tuple(found)


def _place(standing: Sequence[str], name: str) -> int:
    return standing.index(name) if name in standing else len(standing)
