"""Parts of the track record: beside others, misses, race by race, by what was known."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

from predictor.vocabulary import Horizon
from services.archive.rows import OURS
from services.web.derived import figures
from services.web.derived.record import typical
from services.web.derived.references import REFERENCE_NAMES, WHAT_THEY_DO
from services.web.derived.skill import Difference, difference, horizon_sentence, skill_sentence
from services.web.derived.weekend import AFTER
from services.web.drawing.keys import key
from services.web.drawing.rows import axis_row
from services.web.drawing.scale import Scale, Tick, nice_top, steps_to
from services.web.drawing.skill_rows import SKILL_MARKS, skill_row
from services.web.drawing.strip import race_strip
from services.web.pages.record_shown import RecordShown, ScoredRace

__all__ = ["horizons_section", "misses_section", "races_section", "skill_section"]

_OURS_NAME = "This forecast"
_GRID = "grid_frequency"
_SHORT = {
    "elo": "Form",
    "reverse_plackett_luce": "Plain form",
    "grid_frequency": "Grid",
    "points_order": "Points",
    "last_race": "Last race",
    "uniform": "Alike",
}
_MISSES = 8
_UNLIKELY = 0.10
_ADDED = {Horizon.AFTER_PRACTICE: "practice", Horizon.AFTER_QUALIFYING: "qualifying"}


def skill_section(shown: RecordShown, others: Mapping[str, Difference]) -> dict[str, Any]:
    """Return our typical chance beside that of reference models, by season and all together."""
    models = [OURS, *shown.references]
    periods = [(str(year), [r for r in shown.scored if r.season == year]) for year in shown.seasons]
    if len(periods) > 1:
        periods.append((f"All {figures.spelt(len(periods))}", list(shown.scored)))
    chances = [
        (name, len(races), {model: _typical(shown, model, races) for model in models})
        for name, races in periods
    ]
    top = nice_top([value for _, _, one in chances for value in one.values()])
    scale = Scale(0.0, top)
    ticks = [Tick(value, f"{value * 100:.0f}") for value in steps_to(top) if value <= top + 1e-9]
    ticks[-1] = Tick(ticks[-1].value, f"{ticks[-1].text}{figures.THIN}%")
    names = {OURS: _OURS_NAME, **REFERENCE_NAMES}
    return {
        "title": skill_sentence(others),
        "has_others": bool(others),
        "key": key([(SKILL_MARKS[model], names[model]) for model in models]),
        "rows": [
            (name, skill_row(one, scale, ticks), figures.per_cent(one[OURS]), n)
            for name, n, one in chances
        ],
        "axis": axis_row(ticks, scale),
        "heads": [_SHORT[model] for model in shown.references],
        "numbers": [
            (name, n, [figures.per_cent(one[model]) for model in models])
            for name, n, one in chances
        ],
        "compared": [
            (names[name], WHAT_THEY_DO[name], _loss_words(one), one.word)
            for name, one in others.items()
        ],
        "loss": f"{_mean(shown, OURS, 'winner_log_loss'):.3f}",
        "n": len(shown.scored),
        "ahead": _ahead(chances) if len(shown.seasons) > 1 and _GRID in shown.references else "",
        "seasons": "2025" if not shown.seasons else _argument(shown.seasons),
    }


def _argument(seasons: tuple[int, ...]) -> str:
    first, last = seasons[0], seasons[-1]
    return str(first) if first == last else f"{first}:{last}"


def _ahead(chances: list[tuple[str, int, dict[str, float]]]) -> str:
    seasons = chances[:-1]
    won = sum(one[OURS] > one[_GRID] for _, _, one in seasons)
    return f"Our dot is right of the grid’s square in {won} of {len(seasons)} seasons."


def _loss_words(one: Difference) -> str:
    """Return the mean difference of log losses with two standard errors."""
    margin = "" if math.isinf(one.margin) else f" ± {one.margin:.2f}"
    sign = "+" if one.mean > 0 else figures.MINUS if one.mean < 0 else ""
    return f"{sign}{abs(one.mean):.2f}{margin}"


def _typical(shown: RecordShown, model: str, races: list[ScoredRace]) -> float:
    losses = shown.losses(model)
    return typical([losses[race.event_id] for race in races])


def _mean(shown: RecordShown, model: str, metric: str) -> float:
    rows = shown.models[shown.horizon][model]
    values = [getattr(rows[race.event_id], metric) or 0.0 for race in shown.scored]
    return math.fsum(values) / len(values)


def misses_section(shown: RecordShown) -> dict[str, Any]:
    """Return the winners that were given least."""
    found = sorted(shown.scored, key=lambda race: race.chance)[:_MISSES]
    n_rare = sum(race.chance < _UNLIKELY for race in shown.scored)
    expected = math.fsum(
        row.p_win for race in shown.scored for row in race.rows if row.p_win < _UNLIKELY
    )
    least = f"less than {_UNLIKELY * 100:.0f}{figures.THIN}%"
    return {
        "title": "Worst misses first" if len(shown.scored) > 1 else "The one race",
        "rows": [
            {
                "path": shown.path_of(race.event_id),
                "race": race.name,
                "winner": race.winner,
                "winner_path": shown.driver_path(race.season, race.winner_id),
                "chance": figures.one_in(race.chance),
                "favourite": figures.surname(race.favourite.name),
                "favourite_path": shown.driver_path(race.season, race.favourite.driver_id),
                "its": figures.per_cent(race.favourite.p_win),
            }
            for race in found
        ],
        "note": (
            f"In {figures.count(len(shown.scored), 'race')} {figures.spelt(n_rare)} "
            f"{'winner' if n_rare == 1 else 'winners'} had been given {least}; taken at their "
            f"word, the forecasts expected {expected:.0f}."
        ),
    }


def races_section(shown: RecordShown) -> dict[str, Any]:
    """Return every race of every season: the chance given to its winner."""
    by_season = {
        year: [race for race in shown.scored if race.season == year] for year in shown.seasons
    }
    longest = max(map(len, by_season.values()))
    hits = sum(race.is_hit for race in shown.scored)
    n = len(shown.scored)
    return {
        "title": "The one race" if n == 1 else f"Our favourite won {hits} of {n}",
        "key": key([("hit", "our favourite won"), ("miss", "another did")]),
        "strips": [
            (str(year), race_strip([(one.chance, one.is_hit) for one in races], longest))
            for year, races in by_season.items()
        ],
        "rows": [
            {
                "path": shown.path_of(race.event_id),
                "race": race.name,
                "winner": race.winner,
                "winner_path": shown.driver_path(race.season, race.winner_id),
                "chance": figures.per_cent(race.chance),
                "mark": "✓" if race.is_hit else "×",
                "said": "our favourite won" if race.is_hit else "another won",
            }
            for race in reversed(shown.scored)
        ],
    }


def horizons_section(shown: RecordShown) -> dict[str, Any] | None:
    """Return how much the sessions of a weekend are worth; None with one horizon alone."""
    ours = {one: shown.losses(OURS, one) for one in Horizon if shown.models.get(one, {}).get(OURS)}
    common = set.intersection(*(set(one) for one in ours.values())) if ours else set()
    if len(ours) < 2 or not common:
        return None
    kept = {one: {name: losses[name] for name in common} for one, losses in ours.items()}
    order = list(kept)
    steps = [
        (_ADDED[after], difference(kept[after], kept[before]))
        for before, after in itertools.pairwise(order)
    ]
    has_grid = all(common <= shown.losses(_GRID, one).keys() for one in order)
    return {
        "title": horizon_sentence(steps),
        "n": len(common),
        "has_grid": has_grid,
        "rows": [_horizon_row(shown, one, common, has_grid=has_grid) for one in order],
        "steps": [f"{name}: {_loss_words(one)}" for name, one in steps],
    }


def _horizon_row(
    shown: RecordShown, horizon: Horizon, common: set[str], *, has_grid: bool
) -> tuple[str, str, str, str]:
    ours = shown.losses(OURS, horizon)
    grid = shown.losses(_GRID, horizon) if has_grid else {}
    won = sum(shown.models[horizon][OURS][name].top_1 == 1 for name in common)
    return (
        AFTER[horizon].capitalize(),
        figures.per_cent(typical([ours[name] for name in common])),
        figures.per_cent(typical([grid[name] for name in common])) if has_grid else "",
        f"{won} of {len(common)}",
    )
