"""Two forecasts of the same thing, number by number, and what of that is more than noise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from predictor.errors import UsageError
from services.notebook.charts import DifferencePlots
from services.notebook.frames import Column, Kind, Tabular, columns_of
from services.notebook.html import difference_html
from services.web.derived.level import STANDARD_ERRORS, between_runs

if TYPE_CHECKING:
    from services.notebook.forecast import Forecast
    from services.notebook.titles import Titles

__all__ = ["NUMBERS", "Change", "Difference", "compared", "compared_titles"]

NUMBERS = ("p_win", "p_podium", "p_points", "p_dnf", "expected_position")  # of a race

_NAMES: tuple[tuple[str, Kind], ...] = (
    ("id", "text"),
    ("name", "text"),
    ("number", "text"),
    ("before", "number"),
    ("after", "number"),
    ("change", "number"),
    ("noise", "number"),
    ("beyond_noise", "yes or no"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One number of one driver or team in two forecasts."""

    subject_id: str
    name: str
    number: str  # p_win, p_title, expected_position, ...
    before: float
    after: float
    noise: float  # two standard errors of the difference, at most: runs share random numbers

    @property
    def change(self) -> float:
        """How much more it is after than before."""
        return self.after - self.before

    @property
    def is_beyond_noise(self) -> bool:
        """Whether the number of simulations alone would hardly ever make as much of it."""
        return abs(self.change) > self.noise


@dataclass(frozen=True, slots=True)
class Difference(Tabular):
    """What is different in a forecast from another one; a row for each subject and number."""

    about: str
    changes: tuple[Change, ...]
    without: tuple[str, ...] = ()  # who stands in one of the two alone

    @property
    def plot(self) -> DifferencePlots:
        """The picture: ``plot.changes("p_win")``."""
        return DifferencePlots(self)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that are compared."""
        return tuple(dict.fromkeys(one.number for one in self.changes))

    def columns(self) -> tuple[Column, ...]:
        """Return both values, the change, and the noise that it is held against."""
        return columns_of(
            _NAMES,
            (
                (
                    one.subject_id,
                    one.name,
                    one.number,
                    one.before,
                    one.after,
                    one.change,
                    one.noise,
                    one.is_beyond_noise,
                )
                for one in self.changes
            ),
        )

    def of(self, number: str) -> tuple[Change, ...]:
        """Return the changes of one number, the largest first.

        Raises
        ------
        UsageError
            If it is not compared here.
        """
        if number not in self.numbers:
            raise UsageError(
                "no such number",
                where=self.about,
                got=repr(number),
                expected=" or ".join(self.numbers),
                do="name one of them",
            )
        found = (one for one in self.changes if one.number == number)
        return tuple(sorted(found, key=lambda one: -abs(one.change)))

    def _repr_html_(self) -> str:
        return difference_html(self)


def compared(before: Forecast, after: Forecast) -> Difference:
    """Compare two forecasts of one race.

    Raises
    ------
    UsageError
        If they are of two races.
    """
    named = (f"{before.event} {before.season}", f"{after.event} {after.season}")
    same = before.metadata.event_id == after.metadata.event_id and before.session == after.session
    if not same:
        raise UsageError(
            "two races cannot be compared",
            where="diff",
            got=f"{named[0]}, {before.session}, and {named[1]}, {after.session}",
            do="give forecasts of the same race or sprint",
        )
    of = {row.driver_id: row for row in before.rows}

    sims = (before.n_simulations, after.n_simulations)

    def changes() -> Iterator[Change]:
        for row in after.rows:
            if row.driver_id not in of:
                continue
            then = of[row.driver_id]
            for number in NUMBERS:
                values = (getattr(then, number), getattr(row, number))
                noise = (
                    between_runs(*values, *sims)
                    if number.startswith("p_")
                    else _noise_of_places((then.p_position, row.p_position), sims)
                )
                yield Change(row.driver_id, row.name, number, *values, noise)

    return Difference(
        f"{named[1]}, {after.session}",
        tuple(changes()),
        _in_one_alone({row.driver_id for row in after.rows}, of.keys()),
    )


def compared_titles(before: Titles, after: Titles) -> Difference:
    """Compare the odds of one championship.

    Raises
    ------
    UsageError
        If they are of two.
    """
    if (before.kind, before.season) != (after.kind, after.season):
        raise UsageError(
            "two championships cannot be compared",
            where="diff",
            got=f"{before.kind} {before.season} and {after.kind} {after.season}",
            do="give odds of the same championship",
        )
    of = {one.subject_id: one for one in before.rows}
    changes = tuple(
        Change(
            row.subject_id,
            row.name,
            "p_title",
            of[row.subject_id].p_title,
            row.p_title,
            between_runs(
                of[row.subject_id].p_title, row.p_title, before.n_simulations, after.n_simulations
            ),
        )
        for row in after.rows
        if row.subject_id in of
    )
    ids = {row.subject_id for row in after.rows}
    about = f"{after.kind}' championship {after.season}"
    return Difference(about, changes, _in_one_alone(ids, of.keys()))


def _noise_of_places(p_position: Sequence[Sequence[float]], sims: Sequence[int]) -> float:
    """Return the noise of the difference of two mean places."""
    if min(sims) < 1:
        return math.inf
    variance = 0.0
    for chances, n_sims in zip(p_position, sims, strict=True):
        mean = sum(place * p for place, p in enumerate(chances, start=1))
        spread = sum(p * (place - mean) ** 2 for place, p in enumerate(chances, start=1))
        variance += spread / n_sims
    return STANDARD_ERRORS * math.sqrt(variance)


def _in_one_alone(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*one} ^ {*other}))
