"""Fit the constants of circuits and crews from past races, and write them to ``config/``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.calibration.circuit_files import check_folder, write_circuits
from services.calibration.circuit_races import read_races

__all__ = ["FitSummary", "fit_to_folder"]


@dataclass(frozen=True, slots=True)
class FitSummary:
    """What one fit came to."""

    races: int
    circuits: int
    crews: int
    files_changed: int


def fit_to_folder(
    laps: Path,
    data: Path,
    neutralisations: Path | None,
    seasons: Sequence[int],
    output: Path,
    *,
    n_sims: int,
    advance: Callable[[str], None],
) -> FitSummary:
    """Fit these seasons and write ``output/circuits/*.toml`` and ``output/pit_crews.toml``.

    Raises
    ------
    UsageError
        If an input cannot be used.
    """
    from predictor.circuit_fit.climate import climates_of  # noqa: PLC0415 - NumPy
    from predictor.circuit_fit.fit import fit_circuits  # noqa: PLC0415 - NumPy, numba

    check_folder(output)
    races = read_races(laps, data, neutralisations, seasons)
    circuits, crews = fit_circuits(races, n_sims=n_sims, advance=advance)
    # Seasons say what a file was fitted on; folders, which differ by machine, do not.
    command = f"python -m services fit-circuits --seasons {seasons[0]}:{seasons[-1]}"
    changed = write_circuits(output, circuits, crews, climates_of(races), command=command)
    return FitSummary(len(races), len(circuits), len(crews), changed)
