"""A table as Parquet, column by column with its types, also where there is no row."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from predictor.errors import PackageMissing
from services.disk.own_kinds import WORDS_IN_PLOTS
from services.disk.program import how_to_install

__all__ = ["parquet_parts", "require_parquet"]

_GROUP = 20_000  # rows


def require_parquet() -> tuple[Any, Any]:
    """Return pyarrow and its Parquet part.

    Raises
    ------
    PackageMissing
        If it is not installed.
    """
    try:
        import pyarrow  # noqa: PLC0415 - large, and wanted by few
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise PackageMissing(
            "a Parquet file needs the package pyarrow",
            where="FILE",
            got=str(error),
            do=f"{how_to_install('study')}; or write .csv, .json or .ndjson",
        ) from error
    return pyarrow, parquet


def parquet_parts(columns: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield the bytes of a file, made in memory: packed by columns it is a tenth of other formats.

    Parameters
    ----------
    columns : mapping of str to type
        See `services.archive.exported.ExportTable.columns`.
    rows : iterable of mapping
    """
    pyarrow, parquet = require_parquet()
    kinds = {
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        bool: pyarrow.bool_(),
        str: pyarrow.string(),
        tuple[float, ...]: pyarrow.list_(pyarrow.float64()),
        tuple[str, ...]: pyarrow.list_(pyarrow.string()),
    }
    schema = pyarrow.schema(
        [(name, kinds[kind]) for name, kind in columns.items()],
        metadata={"written_by": WORDS_IN_PLOTS},
    )
    buffer = io.BytesIO()
    rest = iter(rows)
    with parquet.ParquetWriter(buffer, schema) as writer:
        while group := list(islice(rest, _GROUP)):
            writer.write_table(pyarrow.Table.from_pylist(group, schema))
    yield buffer.getvalue()
