"""The largest moves of a title: which race, who, from where to where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from services.web.derived import figures
from services.web.derived.title_race import (
    Swing,
    Told,
    swings,
    swings_sentence,
    what_happened,
)
from services.web.derived.title_words import Kind, TitleContender, contenders
from services.web.derived.weekend import last_round
from services.web.drawing.people import swatch
from services.web.pages.archived import event_of
from services.web.pages.season_shown import SeasonShown
from services.web.pages.title_lines import car_of, chosen, told_by_round

if TYPE_CHECKING:
    from services.archive.rows import RunRow, TitleRow

__all__ = ["swings_section"]


def swings_section(shown: SeasonShown, kind: Kind, settled: int | None) -> dict[str, Any] | None:
    """Return the largest swings of those whose lines are drawn; None without a past."""
    told = told_by_round(shown, kind)
    if not told:
        return None
    drawn = chosen(told, contenders(shown.document, kind))
    found, left_out = swings(_all_told(shown, kind), shown.document, [one.key for one in drawn])
    titles = {
        event.metadata.event_id: (title, event.metadata.round)
        for title, event in shown.document.predictions.items()
    }
    places = {key: figures.area(key, title) for key, (title, _) in titles.items()}
    short = dict(zip(places, figures.short_names(list(places.values())), strict=True))
    return {
        "title": swings_sentence(found, places),
        "n": figures.spelt(len(found)),
        "rows": [
            _row(shown, kind, one, drawn)
            | {"now": _said(one, titles[one.event_id][1], settled)}
            | {
                "round": titles[one.event_id][1],
                "where": places[one.event_id],
                "short": short[one.event_id],
            }
            for one in found
        ],
        "left_out": left_out,
    }


def _row(
    shown: SeasonShown, kind: Kind, one: Swing, drawn: Sequence[TitleContender]
) -> dict[str, Any]:
    who = next(each for each in drawn if each.key == one.key)
    car = (
        shown.cars.of(one.key, one.event_id)
        if kind == "driver"
        else car_of(shown, kind, who, drawn)
    )
    event = event_of(shown.document, one.event_id)
    return {
        "path": f"/events/{one.event_id}",
        "swatch": swatch(car.class_, is_second=car.is_second),
        "code": car.code,
        "what": "" if event is None else what_happened(event, one.key, kind, is_race=one.is_race),
        "before": figures.per_cent(one.before).removesuffix(f"{figures.THIN}%"),
        "change": figures.change(one.difference),
        "noise": figures.points_apart(one.noise).removesuffix(" points").removesuffix(" point"),
    }


def _said(one: Swing, round_no: int, settled: int | None) -> str:
    """Return the chance after it; of what is settled it may be 0 and 100 %."""
    is_settled = settled is not None and one.is_race and round_no >= settled
    return figures.share(one.now, 1.0) if is_settled else figures.per_cent(one.now)


def _all_told(shown: SeasonShown, kind: Kind) -> list[list[Told]]:
    """Return what every run said, by the last round that it knew: what was published first."""
    last = last_round(shown.document)
    by_run: dict[int, list[TitleRow]] = {}
    for row in shown.kept.all_titles(kind):
        by_run.setdefault(row.run_no, []).append(row)
    runs = shown.kept.runs
    rounds: dict[int, list[RunRow]] = {}
    for number in by_run:
        if number in runs and runs[number].known_round <= last:
            rounds.setdefault(runs[number].known_round, []).append(runs[number])
    return [_of_round(rounds[one], by_run) for one in sorted(rounds)]


def _of_round(runs: list[RunRow], rows: Mapping[int, list[TitleRow]]) -> list[Told]:
    published = sorted((one for one in runs if not one.is_backfill), key=lambda one: one.run_no)
    backfilled = [one for one in runs if one.is_backfill]
    order = [*published, *sorted(backfilled, key=lambda one: (one.as_of or "", one.run_no))]
    return [
        Told(
            one.known_round,
            {row.subject_id: row.p_title for row in rows[one.run_no]},
            one.n_sims,
            (one.code_version, one.config_hash, "backfill" if one.is_backfill else "published"),
        )
        for one in order
    ]
