"""Read model constants from ``config/`` into the library's own dataclasses."""

from __future__ import annotations

import collections.abc
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from predictor.errors import F1Error, UsageError
from predictor.fingerprint import find_non_finite
from services.disk.program import CONFIG
from services.disk.regular_file import read_regular

if TYPE_CHECKING:
    from predictor.forecast.options import ModelConfig

__all__ = ["circuit_files", "constants_bytes", "read_model"]

_T = TypeVar("_T")
_OWN_FILES = ("circuits", "crews")
_kinds_of = cache(get_type_hints)  # of one class for each of the forty circuits


def read_model(folder: Path = CONFIG) -> ModelConfig:
    """Give the model's constants; what the files leave out keeps its default.

    ``model.toml`` holds the constants, ``circuits/<circuit id>.toml`` those of each circuit,
    ``circuits/_average.toml`` those of any other, ``pit_crews.toml`` a table per team.

    Raises
    ------
    UsageError
        If a file cannot be read, or names a constant that the model does not have.
    """
    from predictor.forecast.circuits import (  # noqa: PLC0415 - imports NumPy
        AVERAGE_CIRCUIT,
        CircuitFile,
        CircuitModel,
        CrewFile,
        RaceModel,
        climate_of,
        crew_of,
        race_model,
    )
    from predictor.forecast.options import ModelConfig  # noqa: PLC0415

    table = _read(folder / "model.toml", ModelConfig)
    for name in _OWN_FILES:
        if getattr(table, name):
            raise UsageError(
                "constants stand in the wrong file",
                where=f"{folder / 'model.toml'}: {name}",
                expected="config/circuits/ and config/pit_crews.toml to hold them",
                do="move them there",
            )
    files = {path.stem: (path, _read(path, CircuitFile)) for path in circuit_files(folder)}
    races = {
        name: _checked(path, name, partial(race_model, one))
        for name, (path, one) in files.items()
        if one.constants or one.hazards or one.strategies.plans
    }
    average = races.get(AVERAGE_CIRCUIT, RaceModel())
    circuits = {
        name: CircuitModel(races.get(name, average), _checked(path, name, partial(climate_of, one)))
        for name, (path, one) in files.items()
    }
    path = folder / "pit_crews.toml"
    crews = {
        name: _checked(path, name, partial(crew_of, one))
        for name, one in _read(path, dict[str, CrewFile]).items()
    }
    whole: ModelConfig = replace(table, circuits=circuits, crews=crews)
    return whole


def circuit_files(folder: Path) -> list[Path]:
    """Give the files of all circuits, in order of their names."""
    return sorted((folder / "circuits").glob("*.toml"))


def constants_bytes(path: Path) -> bytes | None:
    """Return what a file of constants holds; None where there is none.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    try:
        return read_regular(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, error) from error


def _checked(path: Path, name: str, make: Callable[[], _T]) -> _T:
    """Call what checks numbers; its error then names the file."""
    try:
        return make()
    except F1Error as error:
        raise UsageError(
            error.what,
            where=f"{path}: {error.where if name == path.stem else f'{name}.{error.where}'}",
            got=error.got,
            expected=error.expected,
            do=error.do,
        ) from error


def _read(path: Path, kind: Any) -> Any:  # noqa: ANN401 - what `kind` says
    payload = constants_bytes(path)
    if payload is None:
        return kind()
    try:
        table = tomllib.loads(payload.decode())
        _refuse_unknown(table, kind, "")
        _refuse_non_finite(table)
        return msgspec.convert(table, kind)
    except ValueError as error:  # TOML and validation errors are ValueErrors
        raise _unusable(path, error) from error


def _unusable(path: Path, error: Exception) -> UsageError:
    return UsageError(
        "model constants cannot be used", where=str(path), got=str(error), do="mend the file"
    )


def _refuse_non_finite(table: object) -> None:
    """Raise ValueError for what TOML calls a number and no constant can be."""
    place = find_non_finite(table)
    if place is not None:
        raise ValueError(f"{place.removeprefix('/').replace('/', '.')} is not a finite number")


def _refuse_unknown(table: Any, kind: Any, place: str) -> None:  # noqa: ANN401 - as TOML has it
    """Raise ValueError for a name that conversion would pass over without a word."""
    if get_origin(kind) in (dict, collections.abc.Mapping) and isinstance(table, Mapping):
        for name, value in table.items():
            _refuse_unknown(value, get_args(kind)[1], f"{place}{name}.")
    if get_origin(kind) is tuple and isinstance(table, list):
        for number, value in enumerate(table):
            _refuse_unknown(value, get_args(kind)[0], f"{place}{number}.")
    if not (isinstance(kind, type) and is_dataclass(kind)):
        return
    if not isinstance(table, Mapping):
        raise ValueError(f"{place.removesuffix('.')} is {table!r}, expected a table")  # noqa: TRY004
    known = _kinds_of(kind)
    for name, value in table.items():
        if name not in known:
            raise ValueError(f"{place}{name} is no constant; there are {', '.join(known)}")
        _refuse_unknown(value, known[name], f"{place}{name}.")
