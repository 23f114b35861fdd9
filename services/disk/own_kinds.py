"""How the product knows a file that it wrote before: by its content, never by its name.

A file that a write or a power cut left empty is anybody's to replace; see
`services.disk.targets`. What only looks like one of these is somebody's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson

__all__ = [
    "BACKTEST",
    "BENCH",
    "CONSTANTS",
    "COUNTS",
    "DOCUMENT",
    "EVALUATION",
    "EXPORT",
    "EXPORTED_PARQUET",
    "FORECASTS",
    "GPU_CHECK",
    "HISTORY",
    "LOCK",
    "LOG",
    "METRICS",
    "PLOT",
    "RACE",
    "SEASON_FILE",
    "STATUS",
    "TITLES",
    "WORDS_IN_PLOTS",
    "Kind",
    "is_document",
]

WORDS_IN_PLOTS = "f1-season-forecast"  # a text field of every PNG file

_DOCUMENT_FIELDS = {"schema_version", "metadata", "predictions"}
_ALL_DOCUMENT_FIELDS = _DOCUMENT_FIELDS | {"championship", "scores", "sprint_scores"}
_DOCUMENT_BEGINS = (b'{"schema_version":', b'{"metadata":', b'{"predictions":')
_LOG_LINE = re.compile(rb"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [A-Z]+ ", re.MULTILINE)
_LOCK_TEXT = re.compile(rb"\d{1,20}\s*")
_TABLE_BEGINS = b"season,round,event_id,horizon,driver_id,position,"
_TABLE_COLUMNS = (b"event_id", b"horizon", b"driver_id", b"p_position_1")
_EXPORT_BEGINS = re.compile(
    rb"run_no,(?:run_id,season|event_id,session),"
    rb"|season,(?:round,run_no|kind,run_no|round,event_id,session),"
    rb'|\[?\n?\{"(?:_id":"|run_no":(?:\d|null)|season":\d{4},"(?:round|kind)":)'
    rb"|\[\n?\]\n\Z"
)
_RESTATED_BEGINS = (b'{\n "season": ', b'{\n "event_id": ')
_CONSTANTS_BEGIN = b"# Written by: python -m services fit-circuits"
_CIRCUIT_TABLES = {"climate", "constants", "hazards", "strategies"}
_HISTORY_BEGINS = b'{"counter":'
_HEAD = 65_536  # bytes at the beginning of a long file that tell whose it is
_WHOLE = 256 * 2**20  # no file of the product's own comes near


class Kind(NamedTuple):
    """Files of one kind that the product writes."""

    name: str  # with its article, for messages
    is_own: Callable[[bytes], bool]  # whether content is of an earlier such file
    n_bytes: int = _WHOLE  # of the beginning of a file, which are enough to tell


def is_document(data: bytes) -> bool:
    """Whether the content of a file is a season document, of this or another run."""
    if not all(f'"{name}"'.encode() in data for name in _DOCUMENT_FIELDS):
        return False
    return _object(data).keys() >= _DOCUMENT_FIELDS


def _was_document(data: bytes) -> bool:
    """Whether a file was published as a document, though it may be cut or edited since."""
    if data.strip() == b"{}":  # nothing in it
        return True
    content = _object(data)
    if not content:
        return data.startswith(_DOCUMENT_BEGINS)
    return "metadata" in content and content.keys() <= _ALL_DOCUMENT_FIELDS


def _has(*names: str) -> Callable[[bytes], bool]:
    """Give a test for JSON objects with these names."""
    return lambda data: _object(data).keys() >= set(names)


def _called(kind: str) -> Callable[[bytes], bool]:
    """Give a test for JSON objects that say themselves what they are."""
    return lambda data: _object(data).get("kind") == kind


def _is_table(data: bytes) -> bool:
    if data[:4] == data[-4:] == b"PAR1":
        return all(name in data for name in _TABLE_COLUMNS)
    return data.startswith(_TABLE_BEGINS)


def _is_export(data: bytes) -> bool:
    if data[:4] == data[-4:] == b"PAR1":
        return WORDS_IN_PLOTS.encode() in data
    return bool(_EXPORT_BEGINS.match(data))


def _is_plot(data: bytes) -> bool:
    return data.startswith(b"\x89PNG\r\n") and WORDS_IN_PLOTS.encode() in data


def _is_season_file(data: bytes) -> bool:
    tables = {"events", "drivers", "results"}
    return data.startswith(_RESTATED_BEGINS) and not tables.isdisjoint(_object(data))


def _is_constants(data: bytes) -> bool:
    """Whether a file was written by a fit, or holds a circuit's counts for one to carry over."""
    if data.startswith(_CONSTANTS_BEGIN):
        return True
    try:
        tables = tomllib.loads(data.decode()).keys()
    except ValueError:
        return False
    return "climate" in tables and tables <= _CIRCUIT_TABLES


def _is_history(data: bytes) -> bool:
    return data.startswith(_HISTORY_BEGINS[: len(data)]) or b'"run_id":' in data


def _object(data: bytes) -> Mapping[str, Any]:
    """Read a JSON object; anything else is an empty one."""
    try:
        content = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}


DOCUMENT = Kind("a season document", _was_document)
RACE = Kind("a simulated race of `simulate --json`", _called("simulated_race"))
COUNTS = Kind("counts of a shard", _called("simulated_counts"))
BACKTEST = Kind("figures of `backtest --json`", _has("settings", "horizons", "left_out"))
TITLES = Kind("figures of `titles --json`", _has("settings", "titles", "left_out"))
BENCH = Kind("figures of `bench --json`", _has("host", "kernel", "scan", "runs"))
GPU_CHECK = Kind("findings of `make gpu-check`", _has("host", "gpu", "trouble", "agrees"))
EVALUATION = Kind(
    "figures of `models evaluate --json`", _has("settings", "horizons", "inference_ms")
)
FORECASTS = Kind("a table of `backtest --predictions`", _is_table)
EXPORT = Kind("a table of `store export`", _is_export, _HEAD)
EXPORTED_PARQUET = Kind("a table of `store export`", _is_export)
PLOT = Kind("a diagram of this product", _is_plot, _HEAD)
CONSTANTS = Kind("constants of `fit-circuits`", _is_constants)
SEASON_FILE = Kind("a season file of `restate`", _is_season_file)
METRICS = Kind("figures for Prometheus", lambda data: data.startswith(b"# HELP f1_"))
STATUS = Kind("a status of the daemon", lambda data: b'"state"' in data and b'"pid"' in data)
LOG = Kind("a log of this product", lambda data: bool(_LOG_LINE.search(data)), _HEAD)
LOCK = Kind("a lock of this product", lambda data: bool(_LOCK_TEXT.fullmatch(data)))
HISTORY = Kind("a record of runs", _is_history, _HEAD)
