"""Write fitted constants as TOML, one file per circuit, the same bytes for the same fit."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from predictor.errors import F1Error, UsageError
from services.disk.own_kinds import CONSTANTS
from services.disk.regular_file import read_regular
from services.disk.targets import Target, check_targets, write_target

if TYPE_CHECKING:
    from predictor.circuit_fit.climate import Seasons
    from predictor.circuit_fit.estimate import Estimate
    from predictor.circuit_fit.fit import FittedCircuit

__all__ = ["check_folder", "circuit_text", "crews_text", "write_circuits"]

_CREWS = "pit_crews.toml"
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CREDIT = (
    "Race facts: f1db (CC BY 4.0). Safety cars and red flags: the public list (CC0). Laps:",
    "public timing data; only constants fitted from them stand here.",
)
_CLIMATE = (
    "The seasons of its races. wet: more than a lap in twenty on rain tyres (before 2018 from",
    "race reports); safety_car: else, with one; dry: without. A forecast counts earlier ones.",
)
_CLIMATE_TABLE = re.compile(r"^\[climate\]\n.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)


def write_circuits(
    folder: Path,
    circuits: Mapping[str, FittedCircuit],
    crews: Mapping[str, Mapping[str, Estimate]],
    climates: Mapping[str, Seasons],
    *,
    command: str,
) -> int:
    """Write ``circuits/<id>.toml`` and ``pit_crews.toml``; give how many files changed.

    What files that are there already say of a climate is carried over, save of the seasons
    that were counted anew; and so are the constants of circuits that were not fitted.

    Raises
    ------
    UsageError
        If a file that is there cannot be read, or is somebody's.
    """
    texts = {folder / _CREWS: crews_text(crews, command=command)}
    for name in sorted({*circuits, *climates}):
        path = folder / "circuits" / f"{name}.toml"
        climate = _climate_of(path, climates.get(name, {}))
        if name in circuits:
            texts[path] = circuit_text(circuits[name], climate=climate, command=command)
        else:
            texts[path] = _with_climate(path, climate)
    check_targets([_target(path) for path in texts])
    return sum(_write(path, text) for path, text in texts.items())


def check_folder(folder: Path) -> None:
    """Make sure before the fit that what is there may be replaced.

    Raises
    ------
    UsageError
        If a file there is none that `write_circuits` wrote.
    """
    there = sorted((folder / "circuits").glob("*.toml"))
    check_targets([_target(path) for path in (*there, folder / _CREWS)])


def circuit_text(fitted: FittedCircuit, *, climate: Sequence[str], command: str) -> str:
    """Give one circuit's file; the lines of its climate are there already."""
    lines = [*_heading(command), "", *_table({"speed_kmh": fitted.speed_kmh}), "", *climate]
    for title, table in (("constants", fitted.constants), ("hazards", fitted.hazards)):
        lines += [f"[{title}]", *_table(table), ""]
    lines += ["[strategies]", f"first_stop = {_value(fitted.plans.first_stop)}"]
    lines += [f"jitter = {_value(fitted.plans.jitter)}"]
    lines += [f"shared_jitter = {_value(fitted.plans.shared_jitter)}"]
    lines += [f"spread = {_value(fitted.plans.spread)}", "plans = ["]
    for compounds, at, share in fitted.named_plans():
        words = ", ".join(f'"{word}"' for word in compounds)
        lines.append(f"  {{ compounds = [{words}], at = {_value(at)}, share = {_value(share)} }},")
    lines.append("]")
    return "\n".join(lines) + "\n"


def crews_text(crews: Mapping[str, Mapping[str, Estimate]], *, command: str) -> str:
    """Give the file of the pit crews: standstill at the median, and the shape of its tail."""
    lines = _heading(command)
    for name in sorted(crews):
        # A name of a team that the product does not know may be any text.
        key = name if _BARE_KEY.fullmatch(name) else json.dumps(name)
        lines += ["", f"[{key}]", *_table(crews[name])]
    return "\n".join(lines) + "\n"


def _heading(command: str) -> list[str]:
    return [f"# Written by: {command}", *(f"# {line}" for line in _CREDIT)]


def _table(table: Mapping[str, Estimate]) -> list[str]:
    return [
        f"{name} = {{ value = {_value(one.value)}, sd = {_value(one.sd)}, "
        f'races = {one.races}, source = "{one.source}" }}'
        for name, one in sorted(table.items())
    ]


def _value(value: float | Sequence[float]) -> str:
    """Write a number to four figures; whole numbers as such."""
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, int):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):
        raise F1Error(
            "a fitted constant is no number",
            got=str(number),
            expected="a finite number",
            do="fit more seasons; if that does not help, this is a fault of the fit",
        )
    text = f"{number:.4g}"
    return text if "." in text or "e" in text else f"{text}.0"


def _climate_of(path: Path, counted: Seasons) -> list[str]:
    """Give the lines of a circuit's climate: what is known of it, and what was counted."""
    from predictor.circuit_fit.climate import kept_seasons  # noqa: PLC0415 - NumPy

    known = dict(_tables_of(path).get("climate", {}))
    kind = known.pop("kind", None)
    seasons = kept_seasons(known, counted)
    if kind is None and not any(seasons.values()):
        return []
    lines = ["[climate]", *(f"# {line}" for line in _CLIMATE)]
    if kind is not None:
        lines.append(f'kind = "{kind}"')
    return [*lines, *(f"{name} = {_value(of)}" for name, of in seasons.items() if of), ""]


def _with_climate(path: Path, climate: Sequence[str]) -> str:
    """Give the file of a circuit that was not fitted, with its climate as it is known now."""
    text = read_regular(path).decode() if path.is_file() else ""
    lines = "\n".join(climate) + "\n"
    if not _CLIMATE_TABLE.search(text):
        return (lines + text).rstrip("\n") + "\n"
    return _CLIMATE_TABLE.sub(lambda _: lines, text, count=1).rstrip("\n") + "\n"


def _tables_of(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(read_regular(path).decode())
    except (OSError, ValueError) as error:
        raise UsageError(
            "the circuit's climate cannot be carried over",
            where=str(path),
            got=str(error),
            expected="a TOML file",
            do="mend the file or delete it",
        ) from error


def _target(path: Path) -> Target:
    return Target(path, CONSTANTS, "--output")


def _write(path: Path, text: str) -> int:
    data = text.encode()
    if path.is_file() and read_regular(path) == data:
        return 0
    write_target(_target(path), data)
    return 1
