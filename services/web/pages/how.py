"""How a forecast is made, in plain words, with the figures of the forecast at hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import Horizon
from services.web.derived import figures, level
from services.web.derived.race_words import SCENARIO_HEADS, gap_sentence
from services.web.derived.record import record_of, record_sentence
from services.web.derived.weekend import AFTER, has_run, n_run, upcoming
from services.web.drawing.bars import bar
from services.web.maker import Made, framed
from services.web.pages.archived import Kept
from services.web.pages.navigation import WAYS
from services.web.pages.site import page
from services.web.resource import Resource
from services.web.world import World

__all__ = ["PATH", "make"]

PATH = "/how"

_TEACHES = {
    Horizon.BEFORE_WEEKEND: "earlier races alone; practice, qualifying and grid are drawn",
    Horizon.AFTER_PRACTICE: "how fast each car was in practice too; qualifying is drawn",
    Horizon.AFTER_QUALIFYING: "the grid too; the race alone is drawn",
}


@framed("archive")
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the page."""
    yield PATH, lambda: _page(world, hide=hide)


def _page(world: World, *, hide: bool) -> Resource:
    document = None if world.default_season is None else world.documents[world.default_season]
    event = None if document is None else _at_hand(document)
    return page(
        world,
        "how.html",
        path=PATH,
        title="How this works",
        hide=hide,
        headline=_headline(event),
        known=None if document is None else _known(document, hide=hide),
        horizons=_horizons(),
        example=None if document is None or hide else _example(world, document),
        kinds=[] if event is None else _kinds(event),
        noise=None if event is None or hide else _noise(event, document),
        has_weights=document is not None
        and bool(document.metadata.driver_weights or document.metadata.team_weights),
        record=None if document is None or hide else _record(document),
        paths={path for _, to in WAYS if (path := to(world)) is not None},
    )


def _at_hand(document: SeasonDocument) -> Event | None:
    """Return the next race, or the last one that was forecast; whichever has a forecast."""
    coming = upcoming(document)
    if coming is not None and coming[1].predictions:
        return coming[1]
    forecast = [one for one in document.predictions.values() if one.predictions]
    return forecast[-1] if forecast else None


def _headline(event: Event | None) -> str:
    n = 0 if event is None else level.sims_of(event) * max(1, len(event.scenarios))
    if n < 1:
        return "Every chance here is a count of simulated races"
    return f"Every chance here is a count: {figures.count(n, 'simulated race')} of each event"


def _known(document: SeasonDocument, *, hide: bool) -> str:
    """Return what this forecast has seen."""
    run, year = n_run(document), document.metadata.season
    if hide:
        return "What it has seen of this season is hidden here, as results are."
    if run == 0:
        return f"No race of {year} is run: this forecast knows earlier seasons alone."
    return f"This one has seen {figures.count(run, 'race')} of {year} and the seasons before."


def _horizons() -> list[tuple[str, str]]:
    return [(AFTER[horizon].capitalize(), said) for horizon, said in _TEACHES.items()]


def _example(world: World, document: SeasonDocument) -> dict[str, Any] | None:
    """Return how the chance of a winner went from horizon to horizon, where most are kept."""
    kept = Kept(world, document.metadata.season)
    best: dict[str, Any] | None = None
    run = [one for one in document.predictions.items() if has_run(one[1])]
    for title, event in reversed(run):
        winner = event.result.winner if event.result is not UNSET else None
        if winner is None:
            continue
        frozen = kept.frozen.get(event.metadata.event_id, {})
        chances = [
            (AFTER[horizon], row.p_win)
            for horizon, rows in sorted(frozen.items())
            for row in rows
            if row.driver_id == winner
        ]
        if len(chances) > (1 if best is None else best["n"]):
            names = {row.driver_id: row.name for row in event.predictions}
            said = [f"{figures.per_cent(p)} {when}" for when, p in chances]
            best = {
                "n": len(chances),
                "event_id": event.metadata.event_id,
                "who": names.get(winner, winner),
                "title": f"{title} {document.metadata.season}",
                "said": figures.series(said),
            }
    return best


def _kinds(event: Event) -> list[tuple[str, Any, str]]:
    """Return how likely each kind of race is, with a bar."""
    if len(event.scenarios) < 2:
        return []
    return [
        (
            name,
            bar(event.scenarios[kind].probability, 1.0, tone="forecast"),
            figures.per_cent(event.scenarios[kind].probability),
        )
        for kind, name in SCENARIO_HEADS.items()
        if kind in event.scenarios
    ]


def _noise(event: Event, document: SeasonDocument | None) -> dict[str, str] | None:
    """Return the two likeliest winners beside the noise of their difference."""
    n_sims = level.sims_of(event)
    if n_sims < 1 or len(event.predictions) < 2:
        return None
    rows = sorted(event.predictions, key=lambda row: -row.p_win)
    two = [f"{row.name} {figures.per_cent(row.p_win)}" for row in rows[:2]]
    events = {} if document is None else document.predictions
    titles = {one.metadata.event_id: title for title, one in events.items()}
    return {
        "event": titles.get(event.metadata.event_id, ""),
        "event_id": event.metadata.event_id,
        "two": figures.series(two),
        "said": gap_sentence(rows, n_sims),
        "most": f"{100 * level.STANDARD_ERRORS * (0.25 / n_sims) ** 0.5:.1f}",
    }


def _record(document: SeasonDocument) -> str:
    """Return how right this season's forecasts were so far; empty before its first race."""
    record = record_of(document)
    return "" if record.n == 0 else f"{record_sentence(record)} in {document.metadata.season}."
