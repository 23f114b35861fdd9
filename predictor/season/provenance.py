"""Which files tell of which session, for a reader who looks after a folder of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from predictor.records import ParsedFile, SessionRecord
from predictor.season.fold import identify
from predictor.season.material import by_season
from predictor.vocabulary import SessionKind

__all__ = ["Told", "told_by"]


@dataclass(frozen=True, slots=True)
class Told:
    """One session in one file."""

    path: str
    record: SessionRecord  # as the provider has it


def told_by(
    files: Mapping[str, ParsedFile], season: int
) -> dict[tuple[str, SessionKind], tuple[Told, ...]]:
    """Give the files of every session of a season, as `predictor.season.fold` joins them.

    Parameters
    ----------
    files : mapping from str to ParsedFile
        By path, linked.
    season : int

    Returns
    -------
    dict from (event id, kind of session) to tuple of Told
        Ordered by path.
    """
    materials, _ = by_season(files)
    if season not in materials:
        return {}
    material = materials[season]
    identified = identify(season, material)
    found: dict[tuple[str, SessionKind], list[Told]] = defaultdict(list)
    for path, record in material.without(identified.refused).sessions:
        found[identified.by_ref[record.event], record.kind].append(Told(path, record))
    return {key: tuple(sorted(found[key], key=lambda told: told.path)) for key in sorted(found)}
