"""Read model constants from ``config/`` into the library's own dataclasses."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import msgspec

from predictor.errors import UsageError
from services.environment import ROOT

if TYPE_CHECKING:
    from predictor.forecast.options import ModelConfig

__all__ = ["read_model"]


def read_model(folder: Path = ROOT / "config") -> ModelConfig:
    """Give the model's constants; what the files leave out keeps its default.

    ``model.toml`` holds the constants, ``circuits.toml`` a table per circuit.

    Raises
    ------
    UsageError
        If a file cannot be read, or names a constant that the model does not have.
    """
    from predictor.forecast.options import ModelConfig  # noqa: PLC0415 - imports NumPy
    from predictor.forecast.scenarios import Climate  # noqa: PLC0415

    table = _read(folder / "model.toml", ModelConfig)
    circuits = _read(folder / "circuits.toml", dict[str, Climate])
    return replace(table, circuits=circuits)


def _read(path: Path, kind: Any) -> Any:  # noqa: ANN401 - what `kind` says
    if not path.exists():
        return kind()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        _refuse_unknown(table, kind, "")
        return msgspec.convert(table, kind)
    except (OSError, ValueError) as error:  # TOML and validation errors are ValueErrors
        raise UsageError(
            "model constants cannot be used", where=str(path), got=str(error), do="mend the file"
        ) from error


def _refuse_unknown(table: Any, kind: Any, place: str) -> None:  # noqa: ANN401 - as TOML has it
    """Raise ValueError for a name that conversion would pass over without a word."""
    if get_origin(kind) is dict:
        for name, value in table.items():
            _refuse_unknown(value, get_args(kind)[1], f"{place}{name}.")
    if not is_dataclass(kind):
        return
    if not isinstance(table, Mapping):
        raise ValueError(f"{place.removesuffix('.')} is {table!r}, expected a table")  # noqa: TRY004
    known = get_type_hints(kind)
    for name, value in table.items():
        if name not in known:
            raise ValueError(f"{place}{name} is no constant; there are {', '.join(known)}")
        _refuse_unknown(value, known[name], f"{place}{name}.")
