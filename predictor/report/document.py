"""The season document: one value, a function of data, configuration and code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from predictor.bayes.fit import FitReport
from predictor.evaluate.scores import mean_scores
from predictor.forecast.assemble import ScenarioForecast
from predictor.forecast.blend import blended
from predictor.forecast.championship import TitleOdds, title_odds
from predictor.forecast.feasible import why_no_sprint, why_not_forecast
from predictor.forecast.learned_report import LayerReport
from predictor.forecast.options import ForecastOptions
from predictor.notes import Note, NoteKind
from predictor.report.event_block import EventBasis, EventForecasts, event_block
from predictor.report.fits import fit_blocks, fit_notes
from predictor.report.learned_block import event_layer, layer_block, layer_notes
from predictor.report.races_ahead import forecasts_of, remaining_races
from predictor.report.rows import rounded
from predictor.season.standings import standings
from predictor.season.state import EventState, SeasonState
from predictor.vocabulary import EventStatus

__all__ = ["SCHEMA_VERSION", "EventBasis", "season_document"]

SCHEMA_VERSION = "1.1.0"


def season_document(
    season: SeasonState,
    bases: Mapping[str, EventBasis],
    options: ForecastOptions,
    forecasts: Mapping[str, ScenarioForecast],
    fits: Sequence[FitReport] = (),
    layer: LayerReport | None = None,
) -> bytes:
    """Build the document, save for what only the house knows: files, code, clock.

    It is given as JSON text, because events stand in calendar order and canonical
    values know no order of names.

    Parameters
    ----------
    bases : mapping of event id to EventBasis
        Events that have a forecast.
    forecasts : mapping of str to ScenarioForecast
        By ``forecast/<event id>[/unweighted][/sprint]/<scenario>``.
    fits : sequence of FitReport
        Of the sampled posterior, in the order in which forecasts came to rest on them.
    layer : LayerReport, optional
        What the ML layer came to; title odds rest on the simulated races alone.
    """
    predictions = _predictions(season, bases, options, forecasts, layer)
    sprints = [block["sprint"] for block in predictions.values() if "sprint" in block]
    notes = [
        *_notes(season, options),
        *fit_notes(fits, options),
        *layer_notes(layer),
        *_weight_notes(predictions, options),
    ]
    document = {
        "schema_version": SCHEMA_VERSION,
        "metadata": {
            "season": season.season,
            "as_of": _as_of(predictions),
            "status": _status(season),
            "notes": list(map(str, notes)),
            "note_details": list(map(asdict, notes)),
            "num_simulations": options.n_simulations,
            "use_bayesian": options.use_bayesian,
            "use_ml_layer": layer is not None,
            "driver_weights": dict(options.driver_weights),
            "team_weights": dict(options.team_weights),
            "scenarios": [scenario.value for scenario in options.scenarios],
            "horizon": options.horizon.value,
            "seed": options.seed,
            "backend": options.backend.value,
            "sources": [_source(text) for text in season.sources],
            **({"fits": fit_blocks(fits)} if options.use_bayesian else {}),
            **({"ml_layer": layer_block(layer)} if layer is not None else {}),
        },
        "championship": _championship(season, forecasts, options),
        "scores": _mean_scores(
            (block["metadata"]["horizon"], block) for block in predictions.values()
        ),
        "sprint_scores": _mean_scores((block["horizon"], block) for block in sprints),
        "predictions": predictions,
    }
    return json.dumps(document, allow_nan=False, ensure_ascii=False).encode()


def _predictions(
    season: SeasonState,
    bases: Mapping[str, EventBasis],
    options: ForecastOptions,
    forecasts: Mapping[str, ScenarioForecast],
    layer: LayerReport | None,
) -> dict[str, Any]:
    predictions = {}
    for event in season.events:
        blend = layer.blends.get(event.event_id) if layer is not None else None
        tilt = blend.tilt if blend is not None else None
        block = event_block(
            event,
            bases.get(event.event_id),
            EventForecasts(
                blended(forecasts_of(forecasts, event, "", options), tilt),
                blended(forecasts_of(forecasts, event, "/unweighted", options), tilt),
                forecasts_of(forecasts, event, "/sprint", options),
                forecasts_of(forecasts, event, "/unweighted/sprint", options),
            ),
            options,
        )
        if layer is not None and blend is not None:
            block["metadata"]["ml"] = event_layer(event.event_id, blend, layer)
        predictions[_title(event, season)] = block
    return predictions


def _title(event: EventState, season: SeasonState) -> str:
    """Give the event's name, with its id where two events of the season share a name."""
    same = [other for other in season.events if other.name == event.name]
    return event.name if len(same) == 1 else f"{event.name} ({event.event_id})"


def _championship(
    season: SeasonState,
    forecasts: Mapping[str, ScenarioForecast],
    options: ForecastOptions,
) -> dict[str, Any]:
    table = standings(season)
    drivers, constructors = title_odds(
        table.drivers,
        table.constructors,
        remaining_races(season, forecasts, options),
        seed=options.seed,
        n_sims=options.n_simulations,
    )
    entries = [entry for event in season.events for entry in event.entries]
    teams = {entry.team_id: entry.team for entry in entries}
    latest = {entry.driver_id: entry for entry in entries}
    names = {driver.driver_id: driver.name for driver in season.drivers}
    codes = {driver.driver_id: driver.code for driver in season.drivers}
    return {
        "drivers": [
            {
                "driver": codes.get(row.name, row.name),
                "driver_id": row.name,
                "name": names.get(row.name, row.name),
                "team": latest[row.name].team if row.name in latest else None,
                **_odds(row),
            }
            for row in drivers
        ],
        "constructors": [
            {"team_id": row.name, "team": teams.get(row.name, row.name), **_odds(row)}
            for row in constructors
        ],
    }


def _odds(row: TitleOdds) -> dict[str, Any]:
    return {
        "p_title": rounded(row.p_title),
        "points": {
            "current": rounded(row.current, 3),
            "mean": rounded(row.mean, 2),
            "p05": rounded(row.p05, 2),
            "p50": rounded(row.p50, 2),
            "p95": rounded(row.p95, 2),
        },
    }


def _as_of(predictions: Mapping[str, Any]) -> str | None:
    """Give the latest cut-off among events whose own sessions were used or whose race is run."""
    known = [
        block["metadata"]["as_of"]
        for block in predictions.values()
        if block["metadata"]["as_of"]
        and (block["metadata"]["horizon"] != "a" or block["metadata"]["status"] == "completed")
    ]
    return max(known, default=None)


def _notes(season: SeasonState, options: ForecastOptions) -> list[Note]:
    """Give what a reader should know, of the season, its events and what stands in for them."""
    of_events = [note.at(event.event_id) for event in season.events for note in event.notes]
    known = options.model.circuits
    stand_ins = [
        Note(
            NoteKind.CIRCUIT_UNKNOWN,
            f"nothing is known of circuit {event.circuit_id or '(not named)'}; "
            "an average one stands in",
            where=event.event_id,
        )
        for event in season.events
        if known and event.circuit_id not in known
    ]
    notes = [*season.notes, *of_events, *stand_ins, *_without_forecast(season)]
    return list(dict.fromkeys(notes))


def _weight_notes(predictions: Mapping[str, Any], options: ForecastOptions) -> Iterator[Note]:
    """Say which forecast the scores are of, where the user's weights make another."""
    if not (options.driver_weights or options.team_weights):
        return
    blocks = [*predictions.values(), *(block.get("sprint", {}) for block in predictions.values())]
    if any("scores" in block for block in blocks):
        text = "scores are those of the forecasts without user weights"
        yield Note(NoteKind.SCORES_UNWEIGHTED, text)


def _without_forecast(season: SeasonState) -> Iterator[Note]:
    """Say which events have no forecast, why, and what that does to the title odds."""
    for event in season.events:
        reason = why_not_forecast(event) or why_no_sprint(event)
        # Where nobody is known to take part the season says so, of all such events at once.
        if reason is None or event.status is EventStatus.CANCELLED or not event.entries:
            continue
        is_run = event.status is EventStatus.COMPLETED
        text = reason if is_run else f"{reason}; title odds leave its points out"
        yield Note(NoteKind.WITHOUT_FORECAST, text, where=event.event_id)


def _status(season: SeasonState) -> str:
    held = [event for event in season.events if event.status is not EventStatus.CANCELLED]
    done = all(event.status is EventStatus.COMPLETED for event in held)
    # Without a calendar nobody knows how many events are still to come.
    return "complete" if done and held and season.has_calendar else "partial"


def _source(text: str) -> dict[str, str | None]:
    """Split a credit line such as "f1db 6a5845b840e6 CC BY 4.0" into name and licence."""
    name, mark, licence = text.partition(" CC ")
    return {"name": name.strip(), "licence": f"CC {licence.strip()}" if mark else None}


def _mean_scores(forecasts: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Give the mean score per horizon over the races or sprints already run."""
    by_horizon: dict[str, list[Mapping[str, float]]] = {}
    for horizon, block in forecasts:
        if "scores" in block:
            by_horizon.setdefault(horizon, []).append(block["scores"])
    return {
        horizon: {"races": len(rows), **_means(rows)}
        for horizon, rows in sorted(by_horizon.items())
    }


def _means(rows: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    return {
        name: {"mean": rounded(mean, 4), "se": None if se != se else rounded(se, 4)}  # noqa: PLR0124 - NaN
        for name, (mean, se) in mean_scores(rows).items()
    }
