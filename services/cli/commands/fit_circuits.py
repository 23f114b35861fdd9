"""``fit-circuits``: constants of circuits and pit crews from laps of past seasons."""

from __future__ import annotations

from pathlib import Path

import click

from services.cli.season_list import parse_seasons
from services.cli.usage import GivenPath
from services.disk.program import CONFIG

__all__ = ["fit_circuits"]


@click.command(name="fit-circuits")
@click.option(
    "--laps",
    type=GivenPath(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="Parquet file, one row per lap.",
)
@click.option(
    "--data",
    type=GivenPath(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder with one folder of session files per season, pit stops included.",
)
@click.option(
    "--neutralisations",
    type=GivenPath(path_type=Path, exists=True, file_okay=False),
    help="Folder with safety_cars.csv and red_flags.csv.  [default: the laps' track status]",
)
@click.option("--seasons", default="2018:2025", show_default=True, help="Years to learn from.")
@click.option("--until", type=int, help="Leave out the seasons after this year.")
@click.option(
    "--output",
    type=GivenPath(path_type=Path, file_okay=False),
    default=CONFIG,
    help="Folder for circuits/ and pit_crews.toml.  [default: config]",
)
@click.option(
    "--num-simulations",
    "n_sims",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="Simulated races per race and value of a constant that is matched.",
)
def fit_circuits(
    laps: Path,
    data: Path,
    neutralisations: Path | None,
    seasons: str,
    until: int | None,
    output: Path,
    n_sims: int,
) -> None:
    """Fit circuits and pit crews, and write config/circuits/ and config/pit_crews.toml."""
    from services.calibration.fit_circuits import fit_to_folder  # noqa: PLC0415

    years = [year for year in parse_seasons(seasons) if until is None or year <= until]
    found = fit_to_folder(
        laps,
        data,
        neutralisations,
        years or parse_seasons(seasons)[:1],
        output,
        n_sims=n_sims,
        advance=lambda part: click.echo(f"fitting {part}", err=True),
    )
    click.echo(
        f"{found.races} races: {found.circuits} circuits and {found.crews} crews fitted, "
        f"{found.files_changed} files changed in {output}"
    )
