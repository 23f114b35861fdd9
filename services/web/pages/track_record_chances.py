"""One kind of chance: its tile, and a page with the races behind each of its dots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.web.derived import figures
from services.web.derived.calibration import ENOUGH, Said, Tenth, bounds
from services.web.derived.weekend import AFTER
from services.web.drawing.reliability import Bin, reliability_tile
from services.web.pages.record_shown import KINDS, RecordShown
from services.web.pages.site import page
from services.web.resource import Resource
from services.web.stood import ChanceOf

__all__ = ["chances_page", "tile"]

_NOUNS: Mapping[ChanceOf, str] = {
    "win": "to win",
    "podium": "of a podium",
    "points": "of points",
    "dnf": "to retire",
}
_NAMED = 6  # drivers of one race at most; more are counted


def tile(of: ChanceOf, bins: Sequence[Tenth], path: str) -> dict[str, Any]:
    """Return the picture of one kind with its numbers, each leading to its races."""
    full = [one for one in bins if one.n]
    return {
        "of": of,
        "title": KINDS[of],
        "picture": reliability_tile(
            [_bin(one) for one in full],
            label=f"Chances {_NOUNS[of]}: what was said, and how often it came true",
        ),
        "n": sum(one.n for one in full),
        "rows": [
            {"said": bounds(one), "path": f"{path}#{_anchor(one)}", **_numbers(one)} for one in full
        ],
        "path": path,
    }


def chances_page(shown: RecordShown, of: ChanceOf, path: str) -> Resource:
    """Make the page of one kind of chance."""
    full = [one for one in shown.bins(of) if one.n]
    headline = _headline(full, _NOUNS[of])
    return page(
        shown.world,
        "track_record_of.html",
        path=path,
        title=headline,
        hide=False,
        headline=headline,
        of=of,
        noun=_NOUNS[of],
        parent="/track-record",
        horizon=shown.horizon.value,
        after=AFTER[shown.horizon],
        n=sum(one.n for one in full),
        n_races=len(shown.scored),
        bins=[
            {
                "id": _anchor(one),
                "said": bounds(one),
                "is_few": not one.is_enough,
                **_numbers(one),
                "races": _races(shown, one),
            }
            for one in full
        ],
        enough=ENOUGH,
        others=[(name, f"/track-record/{kind}") for kind, name in KINDS.items() if kind != of],
    )


def _headline(bins: Sequence[Tenth], noun: str) -> str:
    judged = [one for one in bins if one.is_enough]
    if not judged:
        return f"Chances {noun}: too few so far to judge"
    right = sum(one.agrees for one in judged)
    if right == len(judged):
        which = "all" if len(judged) > 1 else "the one"
        tenths = f"{figures.spelt(len(judged))} tenths" if len(judged) > 1 else "tenth"
        return f"Chances {noun} agree with what came in {which} {tenths}"
    return (
        f"Chances {noun} agree with what came in {figures.spelt(right)} of "
        f"{figures.count(len(judged), 'tenth')}"
    )


def _anchor(one: Tenth) -> str:
    return f"from-{one.lower * 100:.0f}"


def _numbers(one: Tenth) -> dict[str, Any]:
    low, high = one.interval or (0.0, 0.0)
    return {
        "mean": figures.per_cent(one.mean or 0.0),
        "came": figures.share(one.n_came, one.n),
        "interval": f"{figures.share(low, 1.0).removesuffix(figures.THIN + '%')} to "
        f"{figures.share(high, 1.0)}",
        "n": figures.number(one.n),
        "n_came": figures.number(one.n_came),
        "is_few": not one.is_enough,
    }


def _bin(one: Tenth) -> Bin:
    low, high = one.interval or (0.0, 0.0)
    return Bin(
        said=one.mean or 0.0,
        came=one.frequency or 0.0,
        low=low,
        high=high,
        n=one.n,
        begin=one.lower,
        end=one.upper,
    )


def _races(shown: RecordShown, one: Tenth) -> list[dict[str, Any]]:
    """Return the races of one tenth, the newest first: for whom it came true, for whom not."""
    names = {race.event_id: race.name for race in shown.scored}
    found: dict[str, list[Said]] = {}
    for said in one.said:
        found.setdefault(said.event_id, []).append(said)
    return [
        {
            "race": names[event_id],
            "path": shown.path_of(event_id),
            "came": _drivers([each for each in said if each.came]),
            "not": _drivers([each for each in said if not each.came]),
        }
        for event_id, said in reversed(found.items())
    ]


def _drivers(said: Sequence[Said]) -> str:
    if not said:
        return figures.NOTHING
    if len(said) > _NAMED:
        return figures.count(len(said), "driver")
    ordered = sorted(said, key=lambda each: -each.p)
    return ", ".join(f"{each.code} {figures.per_cent(each.p)}" for each in ordered)
