"""The archive's rows as flat tables: which there are, their columns, and where each comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct, structs

from services.archive.reader import Archive
from services.archive.rows import (
    ForecastRow,
    Race,
    ResultRow,
    RunRow,
    ScoreRow,
    Subject,
    TitleRow,
)

__all__ = ["TABLES", "Asked", "ExportTable", "Row"]

_PAGE = 500
_SUBJECTS: tuple[Subject, ...] = ("driver", "team")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted.

    Attributes
    ----------
    seasons : tuple of int
    session : {'race', 'sprint'}
    scenario : str or None
        Of forecasts; None: the headline.
    """

    seasons: tuple[int, ...]
    session: Race = "race"
    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table that can be exported.

    Attributes
    ----------
    kind : type of Struct
        Of its rows.
    before : mapping of str to type
        Columns before those of the row.
    rows : callable
    """

    kind: type[Struct]
    before: Mapping[str, type]
    rows: Callable[[Archive, Asked], Iterator[Row]]

    @property
    def columns(self) -> dict[str, Any]:
        """Name and type of each column: int, float, bool, str, or a tuple of one of them."""
        hints = get_type_hints(self.kind)
        own = {name: _plain(hints[name]) for name in self.kind.__struct_fields__}
        return {**self.before, **own}


def _runs(archive: Archive, asked: Asked) -> Iterator[Row]:
    for season in asked.seasons:
        page: Sequence[RunRow] = archive.runs(season=season, limit=_PAGE)
        while page:
            yield from map(structs.asdict, page)
            page = archive.runs(season=season, after=page[-1].run_no, limit=_PAGE)


def _forecasts(archive: Archive, asked: Asked) -> Iterator[Row]:
    for season in asked.seasons:
        for event in archive.events(season):
            after, before = -1, {"season": season, "round": event.round}
            while page := archive.event_history(
                event.event_id,
                scenario=asked.scenario,
                session=asked.session,
                after=after,
                limit=_PAGE,
            ):
                yield from (before | structs.asdict(row) for row in page)
                after = page[-1].run_no


def _frozen(archive: Archive, asked: Asked) -> Iterator[Row]:
    for season in asked.seasons:
        rounds = {one.event_id: one.round for one in archive.events(season)}
        for event_id, horizons in archive.frozen_season(season, asked.session).items():
            before = {"season": season, "round": rounds[event_id]}
            for rows in horizons.values():
                yield from (before | structs.asdict(row) for row in rows)


def _titles(archive: Archive, asked: Asked) -> Iterator[Row]:
    for season in asked.seasons:
        for kind in _SUBJECTS:
            before = {"season": season, "kind": kind}
            for row in archive.title_history(season, kind):
                yield before | structs.asdict(row)


def _results(archive: Archive, asked: Asked) -> Iterator[Row]:
    for season in asked.seasons:
        for event in archive.events(season):
            before = {"season": season, "round": event.round}
            for row in archive.result_trail(event.event_id, asked.session):
                yield before | structs.asdict(row)


def _scores(archive: Archive, asked: Asked) -> Iterator[Row]:
    for season in asked.seasons:
        found = archive.scores(season=season, session=asked.session, all_revisions=True)
        yield from map(structs.asdict, found)


def _plain(hint: Any) -> Any:  # noqa: ANN401 - what `get_type_hints` gives
    """Return the kind of value that stands in a column: a plain type, or a tuple of one."""
    inner = [one for one in get_args(hint) if one is not NoneType]
    if get_origin(hint) is tuple:
        return hint
    if get_origin(hint) in (Union, UnionType):
        return _plain(inner[0])
    return hint if hint in (int, float, bool) else str


_OF_EVENT = {"season": int, "round": int}

TABLES: Mapping[str, ExportTable] = {
    "forecasts": ExportTable(ForecastRow, _OF_EVENT, _forecasts),
    "frozen": ExportTable(ForecastRow, _OF_EVENT, _frozen),
    "titles": ExportTable(TitleRow, {"season": int, "kind": str}, _titles),
    "results": ExportTable(ResultRow, _OF_EVENT, _results),
    "scores": ExportTable(ScoreRow, {}, _scores),
    "runs": ExportTable(RunRow, {}, _runs),
}
