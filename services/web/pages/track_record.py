"""Whether the numbers can be believed: what was said beside what came, and beside others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.archive.rows import OURS
from services.web.derived import figures
from services.web.derived.calibration import (
    Tenth,
    agreement_sentence,
    example_sentence,
    off_the_line,
    word_sentence,
)
from services.web.derived.record import typical
from services.web.derived.skill import difference, skill_clause
from services.web.derived.weekend import AFTER
from services.web.maker import Made, framed
from services.web.pages.record_shown import KINDS, RecordShown, record_shown
from services.web.pages.site import page
from services.web.pages.track_record_chances import chances_page, tile
from services.web.pages.track_record_parts import (
    horizons_section,
    misses_section,
    races_section,
    skill_section,
)
from services.web.resource import Resource
from services.web.stood import ChanceOf
from services.web.world import World

__all__ = ["make"]

_PATH = "/track-record"


@framed("archive", "archive_trouble")
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the track record, and a page for each kind of chance with the races behind its dots."""
    shown = None if hide else record_shown(world)
    paths = {of: f"{_PATH}/{of}" for of in KINDS}
    if shown is None or not shown.scored:
        yield _PATH, _nothing(world, hide=hide, is_empty=shown is not None)
        for of in KINDS:
            yield paths[of], _nothing(world, hide=hide, is_empty=shown is not None, path=paths[of])
        return
    yield _PATH, lambda: _page(shown)
    for of in KINDS:
        yield paths[of], lambda of=of: chances_page(shown, of, paths[of])  # type: ignore[misc]


def _nothing(world: World, *, hide: bool, is_empty: bool, path: str = _PATH) -> Resource:
    """Return the page that says why there is no record to show."""
    why = "hidden" if hide else "empty" if is_empty else "unusable" if world.archive_trouble else ""
    titles = {
        "hidden": "The track record is made of results, and they are hidden",
        "empty": "No race has been scored yet",
        "unusable": "The archive of forecasts cannot be read",
    }
    return page(
        world,
        "track_record_none.html",
        path=path,
        title="Track record" if hide else titles.get(why, "No forecast has been kept yet"),
        hide=hide,
        headline=titles.get(why, "No forecast has been kept yet"),
        why=why or "none",
        parent=_PATH,
    )


def _page(shown: RecordShown) -> Resource:
    bins = {of: shown.bins(of) for of in KINDS}
    others = {name: difference(shown.losses(OURS), shown.losses(name)) for name in shown.references}
    headline = _headline(bins, skill_clause(others))
    named = {KINDS[of]: found for of, found in bins.items()}
    return page(
        shown.world,
        "track_record.html",
        path=_PATH,
        title=headline,
        hide=False,
        headline=headline,
        over=_over(shown),
        lead=_lead(shown),
        facts=_facts(shown),
        word=word_sentence(named),
        agreement=agreement_sentence(named),
        tiles=[tile(of, found, f"{_PATH}/{of}") for of, found in bins.items()],
        off=off_the_line(named),
        skill=skill_section(shown, others),
        misses=misses_section(shown),
        races=races_section(shown),
        horizons=horizons_section(shown),
        horizon=shown.horizon.value,
        n_weighted=sum(race.score.model != OURS for race in shown.scored),
    )


def _headline(bins: Mapping[ChanceOf, tuple[Tenth, ...]], skill: str) -> str:
    example = example_sentence([bins["win"], bins["podium"], bins["points"]])
    if example and skill:
        return f"{example}, and {skill}"
    if example:
        return example
    if skill:
        return f"Few races so far: {skill}"
    return "Too few races so far to say how right we are"


def _over(shown: RecordShown) -> str:
    """Return how many races, of which seasons, from which knowledge, and what is left out."""
    n = len(shown.scored)
    left = len(shown.races) - n
    parts = [
        f"{figures.count(n, 'race')}, {_years(shown.seasons)}",
        f"forecasts {AFTER[shown.horizon]}",
        f"{figures.count(left, 'race')} left out: no forecast of it stood"
        if left == 1
        else f"{left} races left out: no forecast of them stood"
        if left
        else "no race left out",
    ]
    return " · ".join(parts)


def _years(seasons: tuple[int, ...]) -> str:
    first, last = seasons[0], seasons[-1]
    if first == last:
        return str(first)
    if last - first == len(seasons) - 1:
        return f"{first} to {last}"
    return figures.series([str(one) for one in seasons])


def _lead(shown: RecordShown) -> str:
    n = len(shown.scored)
    live = sum(race.rows[0].is_live for race in shown.scored)
    late = "made afterwards, from no more than what could be known then"
    if live == n:
        return "Every forecast here was published before it could be known what came of it."
    if live == 0:
        every = "The forecast was" if n == 1 else "Every forecast here was"
        return f"{every} {late}. None was published before its race."
    others = "the other was" if n - live == 1 else f"the other {n - live} were"
    return f"{figures.count(live, 'forecast')} stood published before the race; {others} {late}."


def _facts(shown: RecordShown) -> list[tuple[str, str, str, bool]]:
    """Return label, value, what it means, and whether the value is a forecast's."""
    n = len(shown.scored)
    ours = typical(list(_of_scored(shown, OURS).values()))
    grid = "grid_frequency" in shown.references
    alike = 1.0 / (sum(len(race.rows) for race in shown.scored) / n)
    means = ["typical race"]
    if grid:
        on_grid = typical(list(_of_scored(shown, "grid_frequency").values()))
        means.append(f"grid alone {figures.per_cent(on_grid)}")
    means.append(f"everyone alike {figures.per_cent(alike)}")
    first = _shared(shown, OURS, "top_1")
    three = _shared(shown, OURS, "top_3")
    inside, judged = _inside(shown)
    return [
        ("Chance we gave winners", figures.per_cent(ours), "; ".join(means), True),
        (
            "Our favourite won",
            f"{first} of {n}",
            _by_grid(shown, "top_1", "the one we held likeliest"),
            False,
        ),
        (
            "Winner in our top three",
            f"{three} of {n}",
            _by_grid(shown, "top_3", "the three we held likeliest"),
            False,
        ),
        (
            "“9 in 10” ranges",
            figures.share(inside, judged),
            f"of {figures.number(judged)} cars ended inside",
            False,
        ),
    ]


def _of_scored(shown: RecordShown, model: str) -> dict[str, float]:
    losses = shown.losses(model)
    return {race.event_id: losses[race.event_id] for race in shown.scored}


def _shared(shown: RecordShown, model: str, name: str) -> str:
    """Return how many races a model was right in; equals share one."""
    rows = shown.models[shown.horizon][model]
    total = sum(getattr(rows[race.event_id], name) or 0.0 for race in shown.scored)
    return figures.points(round(total, 1))


def _by_grid(shown: RecordShown, name: str, words: str) -> str:
    """Return how often the grid alone was right; other words where that is not known."""
    if "grid_frequency" not in shown.references:
        return words
    return f"grid alone: {_shared(shown, 'grid_frequency', name)}"


def _inside(shown: RecordShown) -> tuple[int, int]:
    """Return how many starters ended inside their range of 9 in 10, and of how many."""
    places = [
        (row, race.stood.result[row.driver_id].place)
        for race in shown.scored
        for row in race.rows
        if row.driver_id in race.stood.result
    ]
    return sum(row.q05 <= place <= row.q95 for row, place in places), len(places)
