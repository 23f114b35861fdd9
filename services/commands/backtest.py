"""``backtest``: how good forecasts of past seasons were, beside reference models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from predictor.errors import UsageError
from predictor.vocabulary import Horizon
from services.job_settings import JobSettings
from services.season_list import parse_seasons
from services.terminal import plain
from services.usage import GivenPath

__all__ = ["backtest"]


def _read_horizons(
    _context: click.Context, _option: click.Parameter, text: str
) -> tuple[Horizon, ...]:
    words = {word.strip().lower() for word in text.split(",")}
    unknown = sorted(words - set(Horizon))
    if unknown:
        raise UsageError(
            "no such horizon",
            where="--horizons",
            got=repr(unknown[0]),
            expected="any of a,b,c",
            do="name some of them with a comma between",
        )
    return tuple(horizon for horizon in Horizon if horizon in words)


@click.command()
@click.option(
    "--data",
    type=GivenPath(path_type=Path),
    default=Path("race-data"),
    show_default=True,
    help="Folder with one folder per season, called by its year.",
)
@click.option(
    "--history",
    type=GivenPath(path_type=Path, file_okay=False),
    help="Folder with more earlier seasons.  [default: those in --data, else race-data/]",
)
@click.option(
    "--seasons",
    default="2022:2025",
    show_default=True,
    callback=lambda _context, _option, text: parse_seasons(text),
    help="Years, as 2022, 2022:2025 or 2019,2021:2023.",
)
@click.option(
    "--horizons",
    default=",".join(Horizon),
    show_default=True,
    callback=_read_horizons,
    help="Any of a,b,c.",
)
@click.option(
    "--num-simulations",
    "n_simulations",
    type=click.IntRange(1, 1_000_000),
    default=5000,
    show_default=True,
    help="Simulated races per event and scenario.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=1,
    show_default=True,
    help="As of forecast.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 1024),
    help="Processes, one per season.  [default: one per processor]",
)
@click.option(
    "--json", "json_path", type=GivenPath(path_type=Path, dir_okay=False), help="All figures, here."
)
@click.option(
    "--predictions",
    "table_path",
    type=GivenPath(path_type=Path, dir_okay=False),
    help="A row per driver's forecast, here; .csv or .parquet.",
)
def backtest(
    data: Path,
    seasons: tuple[int, ...],
    horizons: tuple[Horizon, ...],
    json_path: Path | None,
    table_path: Path | None,
    **options: Any,  # noqa: ANN401 - JobSettings checks them
) -> None:
    """Forecast past seasons from earlier races only, and score them beside reference models."""
    from services.backtest import backtest_seasons  # noqa: PLC0415
    from services.backtest_text import backtest_json, backtest_text, write_output  # noqa: PLC0415
    from services.predictions_file import check_ending, table_of  # noqa: PLC0415

    if table_path is not None:
        check_ending(table_path)
    settings = JobSettings(train_data=data, **options)
    found = backtest_seasons(data, seasons, horizons, settings)
    if table_path is not None:
        write_output(table_path, table_of(found.forecasts, table_path))
    if json_path is not None:
        write_output(json_path, backtest_json(found))
    click.echo(backtest_text(found), nl=False)
    for line in (*(f"left out: {one}" for one in found.left_out), *found.notes):
        click.echo(plain(line), err=True)
