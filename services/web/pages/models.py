"""Which learned model has a say in the forecast, how much, and whether it still holds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from predictor.published.learned_types import Drift, LearnedModel
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import Horizon
from services.web.derived import figures
from services.web.derived.model_words import (
    drift_sentence,
    layer_of,
    losses_sentence,
    models_headline,
    paired_losses,
    share_words,
)
from services.web.derived.skill import Difference
from services.web.derived.weekend import AFTER
from services.web.drawing.bars import bar
from services.web.maker import Made, framed
from services.web.pages.model_card import card_of_serving
from services.web.pages.site import page
from services.web.resource import Resource
from services.web.world import World

__all__ = ["make"]

_MOST_SAY = 0.3  # the largest weight that a model can have
_SHORT = 12  # of a digest
_BESIDE = {"filter": "Forecast without it", "grid": "Grid place alone"}


@framed("status", "models")
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the page of models."""
    yield "/models", lambda: _page(world, hide=hide)


def _page(world: World, *, hide: bool) -> Resource:
    document = None if world.default_season is None else world.documents[world.default_season]
    layer = layer_of(document)
    headline = models_headline(None if hide and layer is not None else layer)
    if hide and layer is not None:
        # Weights are what earlier races bore out, and so tell of results.
        headline = f"Model {layer.version} serves" if layer.version else models_headline(layer)
    return page(
        world,
        "models.html",
        path="/models",
        title=headline,
        hide=hide,
        headline=headline,
        layer=layer,
        is_asked=layer is not None,
        facts=_facts(layer),
        weights=[] if layer is None or hide else _weights(layer),
        losses=None if document is None or layer is None or hide else _losses(document),
        drift=None if layer is None or layer.version is None or hide else _drift(layer.drift),
        candidate=None if layer is None or hide else _candidate(layer),
        notes=() if layer is None else layer.notes,
        registry=None if world.models is None else _registry(world.models),
        training=None if hide else _training(world),
        card=card_of_serving(world),
        year=world.default_season,
    )


def _facts(layer: LearnedModel | None) -> list[tuple[str, str, str]]:
    if layer is None or layer.version is None:
        return []
    origin = "came with the product" if layer.shipped else "trained here"
    until = figures.date_text(layer.trained_until)
    return [
        ("Serves", str(layer.version), f"{layer.kind}, {origin}"),
        ("Has seen", until, "the last race; no say in races up to then"),
        ("Rules", "new" if layer.new_regulations else "as before", "of this season, technically"),
        ("Digest", (layer.digest or "").removeprefix("sha256:")[:_SHORT], "of all its files"),
    ]


def _weights(layer: LearnedModel) -> list[tuple[Any, ...]]:
    return [
        (
            AFTER[horizon].capitalize(),
            bar(one.weight, _MOST_SAY),
            share_words(one.weight),
            _signed(one.gain, 2 * one.se),
            one.n,
        )
        for horizon in Horizon
        if (one := layer.weights.get(horizon)) is not None
    ]


def _signed(mean: float, margin: float) -> str:
    sign = "+" if mean > 0 else figures.MINUS if mean < 0 else ""
    beyond = "" if math.isinf(margin) else f" ± {margin:.3f}"
    return f"{sign}{abs(mean):.3f}{beyond}"


def _losses(document: SeasonDocument) -> dict[str, Any]:
    paired: Mapping[str, Difference] = paired_losses(document)
    return {
        "title": losses_sentence(dict(paired)),
        "n": paired["filter"].n if paired else 0,
        "rows": [
            (_BESIDE[name], _signed(one.mean, one.margin), one.word) for name, one in paired.items()
        ],
    }


def _drift(drift: Drift | None) -> dict[str, Any]:
    return {
        "title": drift_sentence(drift),
        "note": drift.note if drift else "",
        "n_races": drift.n_races if drift else 0,
        "n_seasons": drift.n_seasons if drift else 0,
        "largest": f"{drift.psi_max:.2f}" if drift else "",
        "feature": drift.psi_feature if drift else "",
        "alarms": [
            (one.name, one.statistic, f"{one.value:.2f}", f"{one.usual:.2f}", f"{one.p:.3f}")
            for one in (drift.alarms if drift else ())
        ],
    }


def _candidate(layer: LearnedModel) -> str:
    """Return how the candidate does that runs beside; empty without one."""
    one = layer.candidate
    if one is None or one.version is None:
        return ""
    first = f"Candidate {one.version} ({one.kind}) runs beside it and moves no forecast"
    if one.gain is None or one.n == 0:
        return f"{first}; no race has been scored with both yet."
    gained = _signed(one.gain, math.inf if one.se is None else 2 * one.se)
    return f"{first}. Over {figures.count(one.n, 'race')} it lost less by {gained}."


def _registry(listing: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        (version, "shipped" if is_shipped else entry["status"], entry)
        for group, is_shipped in (("versions", False), ("shipped", True))
        for version, entry in listing[group].items()
    ]
    serves = listing["serves"]
    return {
        "title": "No version serves" if serves is None else f"Version {serves['version']} serves",
        "rows": [
            (
                version,
                status,
                entry["kind"],
                entry["trained_until"],
                entry["created"][:10],
                entry["digest"].removeprefix("sha256:")[:_SHORT],
            )
            for version, status, entry in reversed(rows)
        ],
        "before": [str(one) for one in listing["line"][1:]],
        "notes": list(listing["notes"]),
        "backups": len(listing["backups"]),
    }


def _training(world: World) -> dict[str, Any] | None:
    """Return what the daemon says of training; None where it says nothing."""
    model = None if world.status is None else world.status.model
    if model is None:
        return None
    last = model.last_training
    return {
        "reasons": list(model.reasons),
        "is_training": model.training_pid is not None,
        "served": model.served,
        "last": None
        if last is None
        else {
            "ended": last.ended,
            "outcome": last.outcome,
            "version": last.version,
            "words": last.words,
        },
    }
