"""Read a table of laps from a Parquet file, as arrays by race."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from predictor.errors import PackageMissing, UsageError
from services.disk.program import how_to_install
from services.disk.regular_file import check_regular

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LapTable", "read_lap_table"]


class LapTable:
    """The columns of a table of laps, cut by season, round and session.

    Parameters
    ----------
    columns : dict of column to array
    """

    def __init__(self, columns: dict[str, NDArray[Any]]) -> None:
        import numpy as np  # noqa: PLC0415 - with the reader of the file, not for --help

        self._columns = columns
        self._of_round: dict[tuple[int, int], NDArray[np.int64]] = {}
        key = columns["season"].astype(np.int64) * 1000 + columns["round"].astype(np.int64)
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        for rows in np.split(order, starts[1:]):
            if len(rows):
                season, race = divmod(int(key[rows[0]]), 1000)
                self._of_round[season, race] = rows

    def rounds(self) -> Iterator[tuple[int, int]]:
        """Give every season and round, in order."""
        yield from sorted(self._of_round)

    def session(self, season: int, race: int, session: str) -> dict[str, NDArray[Any]]:
        """Give the columns of one session's rows."""
        rows = self._of_round[season, race]
        rows = rows[self._columns["session"][rows] == session]
        return {name: values[rows] for name, values in self._columns.items()}

    def words(self, season: int, race: int, column: str) -> frozenset[str]:
        """Give every word of a column in any session of a round."""
        return frozenset(str(w) for w in self._columns[column][self._of_round[season, race]] if w)


def read_lap_table(path: Path, columns: Sequence[str], seasons: Iterable[int]) -> LapTable:
    """Give the laps of these seasons.

    Raises
    ------
    UsageError
        If the file cannot be read, or lacks a column.
    PackageMissing
        If pyarrow is not installed.
    """
    try:
        from pyarrow import parquet  # noqa: PLC0415 - only for this
    except ImportError as error:
        raise PackageMissing(
            "fitting circuits needs pyarrow",
            where="--laps",
            do=how_to_install("study"),
        ) from error
    try:
        check_regular(path)
        table = parquet.read_table(
            path, columns=list(columns), filters=[("season", "in", sorted(seasons))]
        )
    except (OSError, ValueError, KeyError) as error:  # pyarrow's own errors are among these
        raise UsageError(
            "the table of laps cannot be read",
            where=str(path),
            got=str(error).splitlines()[0],
            expected=f"a Parquet file with the columns {', '.join(columns)}",
            do="name another file with --laps",
        ) from error
    missing = sorted(set(columns) - set(table.column_names))
    if missing:
        raise UsageError(
            "the table of laps lacks a column",
            where=str(path),
            got=f"no {missing[0]}",
            expected=", ".join(columns),
            do="name another file with --laps",
        )
    return LapTable({name: table[name].to_numpy() for name in columns})
