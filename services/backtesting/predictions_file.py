"""Every driver's forecast of a backtest as one row of a table: CSV or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from predictor.errors import PackageMissing, UsageError
from services.disk.program import how_to_install

if TYPE_CHECKING:
    from predictor.evaluate.race_forecast import RaceForecast

__all__ = ["check_ending", "table_of"]

_ENDINGS = (".csv", ".parquet")


def check_ending(path: Path) -> None:
    """Make sure before any work that a table can be written under a name.

    Raises
    ------
    UsageError
        If it ends in neither .csv nor .parquet.
    F1Error
        If it ends in .parquet and pyarrow is not installed.
    """
    if path.suffix.lower() not in _ENDINGS:
        raise UsageError(
            "the kind of table is told by the file's ending",
            where="--predictions",
            got=repr(path.name),
            expected=" or ".join(_ENDINGS),
            do="give the file one of these endings",
        )
    if path.suffix.lower() == ".parquet":
        _pyarrow()


def table_of(forecasts: Sequence[RaceForecast], path: Path) -> bytes:
    """Give the table in the format that the path's ending names.

    One row per race, horizon and driver, in the order in which the race ended:
    ``position`` is the place among the starters that scores are taken from;
    ``p_position_1`` to ``p_position_N`` stay blank beyond the size of the race's field.

    Raises
    ------
    F1Error
        See `check_ending`.
    """
    largest = max(len(forecast.driver_ids) for forecast in forecasts)
    rows = [row for forecast in forecasts for row in _rows(forecast, largest)]
    if path.suffix.lower() == ".parquet":
        return _parquet(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _rows(forecast: RaceForecast, largest: int) -> Iterator[dict[str, Any]]:
    p_podium = forecast.p_position[:, :3].sum(axis=1)
    for i, driver_id in enumerate(forecast.driver_ids):
        p_position = [*forecast.p_position[i].tolist()]
        p_position += [None] * (largest - len(p_position))
        yield {
            "season": forecast.season,
            "round": forecast.round,
            "event_id": forecast.event_id,
            "horizon": forecast.horizon.value,
            "driver_id": driver_id,
            "position": i + 1,
            "p_win": float(forecast.p_position[i, 0]),
            "p_podium": round(float(p_podium[i]), 5),
            "p_points": float(forecast.p_points[i]),
            "p_dnf": float(forecast.p_dnf[i]),
            **{f"p_position_{place}": p for place, p in enumerate(p_position, start=1)},
        }


def _parquet(rows: Sequence[dict[str, Any]]) -> bytes:
    pyarrow, parquet = _pyarrow()
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), buffer)
    return buffer.getvalue()


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415 - large, and wanted by few
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise PackageMissing(
            "a Parquet table needs the package pyarrow",
            where="--predictions",
            got=str(error),
            do=f"{how_to_install('study')}; or write .csv",
        ) from error
    return pyarrow, parquet
