"""The odds of a championship, with the points that they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from predictor.published.season_types import SeasonDocument
from predictor.published.title_types import PointsRange
from services.notebook.charts import TitlePlots
from services.notebook.difference import Difference, compared_titles
from services.notebook.frames import Column, Kind, Tabular, columns_of
from services.notebook.html import titles_html

__all__ = ["Championship", "TitleChance", "Titles", "titles_of"]

Championship = Literal["drivers", "constructors"]

_NAMES: tuple[tuple[str, Kind], ...] = (
    ("id", "text"),
    ("name", "text"),
    ("team", "text"),
    ("p_title", "number"),
    ("points", "number"),
    ("points_mean", "number"),
    ("points_05", "number"),
    ("points_50", "number"),
    ("points_95", "number"),
)


@dataclass(frozen=True, slots=True)
class TitleChance:
    """One driver's or team's chance."""

    subject_id: str
    name: str
    team: str | None
    p_title: float
    points: PointsRange


@dataclass(frozen=True, slots=True)
class Titles(Tabular):
    """The odds of one championship, best first; a row a driver or team."""

    season: int
    kind: Championship
    n_simulations: int  # seasons
    rows: tuple[TitleChance, ...]

    @property
    def plot(self) -> TitlePlots:
        """The picture: ``plot.points()``."""
        return TitlePlots(self)

    def columns(self) -> tuple[Column, ...]:
        """Return the chance, the points now, and those at the end of simulated seasons."""
        return columns_of(
            _NAMES,
            (
                (
                    row.subject_id,
                    row.name,
                    row.team,
                    row.p_title,
                    row.points.current,
                    row.points.mean,
                    row.points.p05,
                    row.points.p50,
                    row.points.p95,
                )
                for row in self.rows
            ),
        )

    def diff(self, before: Titles) -> Difference:
        """Return what is different here from other odds of the same championship."""
        return compared_titles(before, self)

    def _repr_html_(self) -> str:
        return titles_html(self)


def titles_of(document: SeasonDocument, kind: Championship) -> Titles:
    """Return the odds of one championship as a document has them."""

    def drivers() -> Iterator[TitleChance]:
        for one in document.championship.drivers:
            yield TitleChance(one.driver_id, one.name, one.team, one.p_title, one.points)

    def teams() -> Iterator[TitleChance]:
        for one in document.championship.constructors:
            yield TitleChance(one.team_id, one.team, one.team, one.p_title, one.points)

    metadata = document.metadata
    rows = tuple(drivers() if kind == "drivers" else teams())
    return Titles(metadata.season, kind, metadata.num_simulations, rows)
