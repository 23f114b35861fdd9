"""What a page says of one run: what came, what moved, why, and what the run was."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from predictor.published.season_types import SeasonDocument
from services.web.api.answers.runs import Move
from services.web.derived import figures
from services.web.derived.came import KINDS, kinds_sentence
from services.web.derived.cars import Cars
from services.web.drawing.people import car_cell, team_cell
from services.web.drawing.rows import dumbbell
from services.web.drawing.scale import Scale, nice_top
from services.web.pages.run_chain import Compared, Step

__all__ = ["run_values", "said_of"]

# What the record calls it -> what a reader does.
_ASKED_BY = {
    "drop": "files that came",
    "start": "the daemon’s start",
    "retry": "a new try",
    "content check": "a look at all files",
    "another model": "another learned model",
}
_MOST = 8  # changes in one table
_TITLES = {"driver_title": "Drivers’ title", "team_title": "Teams’ title"}


def said_of(step: Step, *, hide: bool) -> str:
    """Return a run as one sentence: what came, and whom it moved."""
    compared = step.compared
    if compared is None:
        return f"A run of {figures.date_text(step.run.published_at)}"
    if hide:
        return compared.said_hidden
    if step.before is not None and not compared.moved:
        return f"{compared.said}: nothing moved beyond the noise"
    return compared.said


def run_values(document: SeasonDocument, cars: Cars, step: Step, *, hide: bool) -> dict[str, Any]:
    """Return what the template of a run shows.

    Parameters
    ----------
    document : SeasonDocument
        Of the season as it is now, for the names of its events.
    cars : Cars
        Of that season.
    step : Step
    hide : bool
    """
    run, compared = step.run, step.compared
    return {
        "run_id": run.run_id,
        "when": figures.moment_text(run.published_at),
        "at": run.published_at,
        "path": f"/runs/{run.run_id}",
        "facts": _facts(step),
        "came": _came(compared),
        "files": run.changed,
        "n_more": run.n_more,
        "first": step.before is None,
        "is_gone": compared is None,
        "before_id": None if step.before is None else step.before.run_id,
        "why": ""
        if compared is None or hide or step.before is None
        else kinds_sentence(compared.came, len(compared.moved), has_split=bool(compared.splits)),
        "tables": [] if compared is None or hide else _tables(cars, compared),
        "n_moved": 0 if compared is None else len(compared.moved),
        "n_compared": 0 if compared is None else compared.n_compared,
        "noise": "" if compared is None else figures.points_apart(compared.noise),
        "splits": [] if compared is None or hide else _splits(cars, compared),
        "anew": [] if compared is None else _anew(document, compared),
        "was": _was(step),
    }


def _facts(step: Step) -> list[tuple[str, str, str]]:
    run = step.run
    as_of = "the winter" if run.as_of is None else figures.moment_text(run.as_of)
    facts = [
        ("As of", as_of, "nothing later was known"),
        ("Simulated seasons", figures.number(run.n_sims), f"seed {run.seed}"),
    ]
    entry = None if step.compared is None else step.compared.entry
    if entry is not None and entry.stages_run is not UNSET and entry.stages_reused is not UNSET:
        whole = entry.stages_run + entry.stages_reused
        took = "" if entry.duration_s is UNSET else f"in {entry.duration_s:.1f} s"
        facts.append(
            ("Computed anew", f"{figures.number(entry.stages_run)} of {whole} steps", took)
        )
    facts.append(("Asked for by", _ASKED_BY.get(run.trigger, run.trigger) or "not told", ""))
    return facts


def _came(compared: Compared | None) -> list[tuple[str, list[str]]]:
    """Return what came by kind."""
    if compared is None:
        return []
    found: dict[str, list[str]] = {}
    for one in compared.came:
        found.setdefault(KINDS[one.kind], []).append(one.text)
    return [(kind[:1].upper() + kind[1:], texts) for kind, texts in found.items()]


def _tables(cars: Cars, compared: Compared) -> list[dict[str, Any]]:
    """Return the changes beyond the noise: of the next race, of the titles, of all else."""
    next_id = None if compared.next_event is None else compared.next_event[1]
    tables = []
    if compared.next_event is not None:
        title = compared.next_event[0]
        wins = [one for one in compared.moved if one.what == "win" and one.event_id == next_id]
        tables.append(_table(cars, f"{title}: who wins", wins, next_id))
    for what, name in _TITLES.items():
        tables.append(_table(cars, name, [m for m in compared.moved if m.what == what], None))
    tables = [one for one in tables if one["rows"]]
    others = [m for m in compared.moved if m.event_id and (m.what, m.event_id) != ("win", next_id)]
    if others:
        tables.append({"others": _others(others, next_id)})
    return tables


def _others(moved: list[Move], next_id: str | None) -> str:
    """Return how many chances moved of which no table tells, by race."""
    podium = sum(one.event_id == next_id for one in moved)
    later = len(moved) - podium
    said = []
    if podium:
        said.append(f"{figures.count(podium, 'chance')} of the podium there")
    if later:
        said.append(f"{figures.count(later, 'chance')} in races after it")
    return figures.series(said)


def _table(cars: Cars, name: str, moved: list[Move], event_id: str | None) -> dict[str, Any]:
    top = nice_top([chance for one in moved for chance in (one.before, one.now)])
    scale = Scale(0.0, top)
    return {
        "name": name,
        "n": len(moved),
        "others": "",
        "top": f"0 to {figures.per_cent(top) if top < 1 else '100 %'}",
        "n_more": max(0, len(moved) - _MOST),
        "rows": [
            (
                team_cell(
                    one.name,
                    cars.class_of(one.subject_id),
                    href=cars.team_href(one.subject_id),
                )
                if one.what == "team_title"
                else car_cell(cars.of(one.subject_id, event_id)),
                dumbbell(one.before, one.now, scale),
                figures.per_cent(one.before),
                figures.per_cent(one.now),
                figures.change(one.change),
                f"{one.noise * 100:.1f}",
            )
            for one in moved[:_MOST]
        ],
    }


def _splits(cars: Cars, compared: Compared) -> list[tuple[str, ...]]:
    return [
        (
            car_cell(cars.of(one.driver_id)),
            figures.per_cent(one.before),
            figures.per_cent(one.now),
            figures.change(one.by_weights),
            figures.change(one.by_rest),
        )
        for one in compared.splits[:_MOST]
    ]


def _anew(document: SeasonDocument, compared: Compared) -> list[tuple[str, str]]:
    """Return why events were forecast anew, as the record has it, and which."""
    entry = compared.entry
    if entry is None or entry.races_recomputed is UNSET:
        return []
    places = {
        event.metadata.event_id: figures.area(event.metadata.event_id, title)
        for title, event in document.predictions.items()
    }
    found = []
    for one in entry.races_recomputed:
        names = [places.get(event_id, event_id) for event_id in one.events]
        said = figures.series(names) if len(names) <= 4 else figures.count(len(names), "event")
        found.append((one.cause, said))
    return found


def _was(step: Step) -> list[tuple[str, str]]:
    """Return what the run was, for whom wants to make it again."""
    run = step.run
    said = [
        ("Run", run.run_id),
        ("Published", figures.moment_text(run.published_at)),
        ("Forecasts up to horizon", run.horizon.value),
        ("Code", run.code_version),
        ("Settings", run.config_hash),
        ("Data", run.data_hash),
        ("Forecasts", f"sha256:{run.predictions_sha256}"),
    ]
    compared = step.compared
    if compared is not None:
        at = compared.metadata
        weights = {**at.driver_weights, **at.team_weights}
        told = ", ".join(f"{key} {value:g}" for key, value in sorted(weights.items()))
        said[3:3] = [
            ("Weights", told or "none"),
            ("Learned model", "has a say" if at.use_ml_layer else "none"),
            ("Full fits of the season", "yes" if at.use_bayesian else "no"),
            ("Computed by", at.backend.value),
        ]
    return said
