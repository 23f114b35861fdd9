"""Columns with a type, and frames of pandas and polars made of them.

The one place that imports either. Types never depend on the values: an event without a result
has the same columns as one with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from predictor.errors import PackageMissing
from services.disk.program import how_to_install

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

__all__ = ["Column", "Kind", "Tabular", "columns_of", "instant", "needing", "stacked"]

Kind = Literal["text", "whole", "number", "yes or no", "instant"]

_PANDAS = {
    "text": "str",
    "whole": "Int64",  # with room for what is not known
    "number": "float64",
    "yes or no": "boolean",
    "instant": "datetime64[us, UTC]",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a frame; None where a value is not known."""

    name: str
    kind: Kind
    values: tuple[Any, ...]


class Tabular(Protocol):
    """What can be had as a plain frame of pandas or polars."""

    def columns(self) -> tuple[Column, ...]:
        """Return the columns, all of one length."""

    def to_frame(self) -> pd.DataFrame:
        """Return a plain frame of pandas, one row to a line of the table.

        Raises
        ------
        PackageMissing
            If pandas is not installed.
        """
        with needing("pandas", "frames of pandas"):
            import pandas  # noqa: PLC0415 - large, and not every reader wants it

        return pandas.DataFrame(
            {
                one.name: pandas.Series(list(one.values), dtype=_PANDAS[one.kind])
                for one in self.columns()
            }
        )

    def to_polars(self) -> pl.DataFrame:
        """Return the same as a frame of polars.

        Raises
        ------
        PackageMissing
            If polars is not installed.
        """
        with needing("polars", "frames of polars"):
            import polars  # noqa: PLC0415

        kinds: dict[Kind, Any] = {
            "text": polars.String,
            "whole": polars.Int64,
            "number": polars.Float64,
            "yes or no": polars.Boolean,
            "instant": polars.Datetime("us", "UTC"),
        }
        return polars.DataFrame(
            [polars.Series(one.name, one.values, dtype=kinds[one.kind]) for one in self.columns()]
        )


@contextlib.contextmanager
def needing(package: str, wanted: str) -> Iterator[None]:
    """Say what to install where a package of the group *notebook* cannot be imported.

    Parameters
    ----------
    package : str
    wanted : str
        What it is needed for, in the plural.

    Raises
    ------
    PackageMissing
        If it is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise PackageMissing(
            f"{wanted} need the package {package}",
            where="notebook",
            got=str(error),
            do=how_to_install("notebook"),
        ) from error


def columns_of(
    names: Sequence[tuple[str, Kind]], rows: Iterable[Sequence[Any]]
) -> tuple[Column, ...]:
    """Return the columns of a table that is given by rows.

    Parameters
    ----------
    names : sequence of (str, Kind)
        One a column.
    rows : iterable of sequence
        Values in the order of the names.
    """
    values = list(zip(*rows, strict=True)) or [()] * len(names)
    return tuple(Column(*name, tuple(one)) for name, one in zip(names, values, strict=True))


def stacked(tables: Sequence[Sequence[Column]]) -> tuple[Column, ...]:
    """Return tables of the same columns below each other; at least one."""
    return tuple(
        Column(same[0].name, same[0].kind, tuple(value for one in same for value in one.values))
        for same in zip(*tables, strict=True)
    )


def instant(text: str | None) -> datetime | None:
    """Return a time of a document with its zone; None stays None."""
    return datetime.fromisoformat(text) if text is not None else None
