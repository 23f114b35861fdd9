"""Real files of every format, cut to a size at which thousands of changes take minutes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.rules.sources import ROOT

__all__ = ["SHARED", "Samples", "samples"]

SHARED = ROOT.parent / "shared" / "data"
Samples = dict[str, bytes]  # path as dropped -> content

_OWN = (
    "2025/calendar.json", "2025/entries.json", "2025/01-australia/race.json",
    "2025/01-australia/qualifying.json", "2025/01-australia/fp1.json",
    "2025/02-china/sprint.json", "2025/02-china/sprint-qualifying.json",
    "2021/12-belgium/race.json", "2021/10-great-britain/sprint.json", "2016/01-australia/race.json",
)  # fmt: skip
_ENDINGS = {".json", ".csv"}
_MOST_ROWS = 60
_MOST_BYTES = 400_000


@cache
def samples() -> Samples:
    """Give the shipped samples and, where it is there, those of the reference data."""
    found = {name: (ROOT / "race-data" / name).read_bytes() for name in _OWN}
    for path, data in _provided():
        short = _shortened(path, data)
        if len(short) <= _MOST_BYTES:
            found[path] = short
    return found


def _provided() -> Iterator[tuple[str, bytes]]:
    folder = SHARED / "formats"
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.suffix in _ENDINGS and path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _shortened(path: str, data: bytes) -> bytes:
    """Keep the first rows of every list in a file."""
    text = data.decode("utf-8-sig")
    if Path(path).suffix == ".json":
        try:
            return json.dumps(_first_rows(json.loads(text))).encode()
        except ValueError:
            return data[:_MOST_BYTES]
    rows = list(csv.reader(io.StringIO(text)))[: 3 * _MOST_ROWS]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue().encode()


def _first_rows(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _first_rows(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_first_rows(one) for one in value[:_MOST_ROWS]]
    return value
