"""What changed and why: the last runs of a season, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from predictor.published.season_types import SeasonDocument
from services.web.derived import figures
from services.web.derived.cars import Cars
from services.web.maker import Made, framed
from services.web.pages.people_places import people_ways
from services.web.pages.record_entries import entries_section
from services.web.pages.run_chain import N_RUNS, Chain, Compared, Step
from services.web.pages.run_parts import run_values, said_of
from services.web.pages.site import page
from services.web.pages.waterfalls import waterfalls
from services.web.resource import Resource
from services.web.world import World

__all__ = ["RunPages", "make"]


class RunPages:
    """Gives ``/changes`` and ``/runs/{id}`` of the last runs of the front page's season.

    Two documents are compared once: their comparison is kept for the next world.

    Parameters
    ----------
    n_runs : int
        That have pages.
    """

    def __init__(self, n_runs: int = N_RUNS) -> None:
        self._n_runs = n_runs
        self._known: dict[tuple[str, str], Compared] = {}

    def __call__(self, world: World, *, hide: bool) -> Iterator[Made]:
        """Give the pages of a world."""
        year = world.default_season
        if year is None:
            return
        document = world.documents[year]
        chain = Chain(world, year, self._known, self._n_runs)
        yield "/changes", partial(_changes, world, document, chain, hide=hide)
        for place, run_id in enumerate(chain.run_ids):
            yield f"/runs/{run_id}", partial(_run, world, document, chain, place, hide=hide)


make = framed("archive", "archive_trouble")(RunPages())


def _changes(world: World, document: SeasonDocument, chain: Chain, *, hide: bool) -> Resource:
    year = document.metadata.season
    cars = Cars(document, people_ways(world, year, hide=hide))
    steps = chain.steps()
    last = next((one for one in steps if one.before is not None and one.compared), None)
    headline = said_of(last, hide=hide) if last is not None else f"What changed in {year}"
    return page(
        world,
        "changes.html",
        path="/changes",
        title=headline,
        hide=hide,
        headline=headline,
        year=year,
        last=None if last is None else run_values(document, cars, last, hide=hide),
        falls=[] if hide else waterfalls(document, cars, steps),
        runs=[_row(one, hide=hide) for one in steps],
        record=entries_section(document),
        trouble=world.archive_trouble,
        has_looks_back=chain.has_looks_back,
        n_runs=chain.n_runs,
    )


def _row(step: Step, *, hide: bool) -> dict[str, Any]:
    compared = None if hide or step.before is None else step.compared
    return {
        "path": f"/runs/{step.run.run_id}",
        "at": step.run.published_at,
        "day": figures.date_text(step.run.published_at),
        "when": figures.moment_text(step.run.published_at),
        "said": said_of(step, hide=hide),
        "n_moved": "" if compared is None else figures.number(len(compared.moved)),
    }


def _run(
    world: World, document: SeasonDocument, chain: Chain, place: int, *, hide: bool
) -> Resource:
    step = chain.step(place)
    cars = Cars(document, people_ways(world, document.metadata.season, hide=hide))
    headline = said_of(step, hide=hide)
    return page(
        world,
        "run.html",
        title=headline,
        hide=hide,
        headline=headline,
        step=step,
        paths=frozenset(f"/runs/{run_id}" for run_id in chain.run_ids),
        n_runs=chain.n_runs,
        **run_values(document, cars, step, hide=hide),
    )
