"""Read model constants from ``config/model.toml`` into the library's own dataclasses."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from predictor.errors import UsageError
from services.environment import ROOT

if TYPE_CHECKING:
    from predictor.forecast.options import ModelConfig

__all__ = ["read_model"]


def read_model(path: Path = ROOT / "config" / "model.toml") -> ModelConfig:
    """Give the model's constants; what the file leaves out keeps its default.

    Raises
    ------
    UsageError
        If the file cannot be read, or names a constant that the model does not have.
    """
    from predictor.forecast.options import ModelConfig  # noqa: PLC0415 - imports NumPy

    if not path.exists():
        return ModelConfig()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        _refuse_unknown(table, ModelConfig(), "")
        return msgspec.convert(table, ModelConfig)
    except (OSError, ValueError) as error:  # TOML and validation errors are ValueErrors
        raise UsageError(
            "model constants cannot be used", where=str(path), got=str(error), do="mend the file"
        ) from error


def _refuse_unknown(table: Mapping[str, Any], defaults: object, place: str) -> None:
    """Raise ValueError for a name that conversion would pass over without a word."""
    if not is_dataclass(defaults):
        return
    known = {field.name: getattr(defaults, field.name) for field in fields(defaults)}
    for name, value in table.items():
        if name not in known:
            raise ValueError(f"{place}{name} is no constant; there are {', '.join(known)}")
        if isinstance(value, Mapping):
            _refuse_unknown(value, known[name], f"{place}{name}.")
