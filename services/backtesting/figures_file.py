"""Read what ``backtest --json`` and ``titles --json`` wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from predictor.errors import UsageError
from services.disk.regular_file import read_regular

__all__ = ["not_figures", "read_figures"]


def read_figures(path: Path) -> Mapping[str, Any]:
    """Give the content of a file of figures.

    Raises
    ------
    UsageError
        If it cannot be read, or neither command wrote it.
    """
    try:
        content = orjson.loads(read_regular(path))
    except OSError as error:
        raise UsageError(
            "the file of figures cannot be read",
            where=str(path),
            got=error.strerror or str(error),
            do="name a file that `backtest --json` or `titles --json` wrote",
        ) from error
    except orjson.JSONDecodeError as error:
        raise not_figures(path, str(error)) from error
    if not isinstance(content, dict) or not {"horizons", "titles"} & content.keys():
        raise not_figures(path, "other content")
    return content


def not_figures(path: Path, got: str) -> UsageError:
    """Give the error for a file that holds something else."""
    return UsageError(
        "not a file of figures",
        where=str(path),
        got=got,
        expected="what `backtest --json` or `titles --json` writes in this version",
        do="write it anew with one of these commands",
    )
