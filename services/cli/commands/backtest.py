"""``backtest``: how good forecasts of past seasons were, beside reference models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from predictor.vocabulary import Horizon
from services.cli.commands.season_options import (
    horizons_option,
    layers_asked,
    with_season_options,
)
from services.cli.usage import GivenPath
from services.disk.own_kinds import BACKTEST, FORECASTS
from services.disk.targets import check_targets, targets_of, write_target
from services.settings.run_request import RunRequest
from services.settings.terminal import plain

__all__ = ["backtest"]


@click.command()
@with_season_options(seasons="2022:2025", n_simulations=5000)
@horizons_option
@click.option(
    "--use-bayesian",
    is_flag=True,
    help="Sample the seasons' posterior, as of forecast; minutes a season.",
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
    models: Path,
    table_path: Path | None,
    **options: Any,  # noqa: ANN401 - RunRequest checks them
) -> None:
    """Forecast past seasons from earlier races only, and score them beside reference models."""
    from services.backtesting.backtest import backtest_seasons  # noqa: PLC0415
    from services.backtesting.predictions_file import check_ending, table_of  # noqa: PLC0415
    from services.backtesting.text import backtest_json, backtest_text  # noqa: PLC0415

    if table_path is not None:
        check_ending(table_path)
    table = targets_of(table_path, FORECASTS, "--predictions")
    figures = targets_of(json_path, BACKTEST, "--json")
    check_targets([*table, *figures])
    settings = RunRequest(train_data=data, **options)
    trained = layers_asked(settings, seasons, models)
    found = backtest_seasons(data, seasons, horizons, settings, layers=trained.layers)
    for target in table:
        write_target(target, table_of(found.forecasts, target.path))
    for target in figures:
        write_target(target, backtest_json(found))
    click.echo(backtest_text(found), nl=False)
    left_out = (f"left out: {one}" for one in found.left_out)
    for line in dict.fromkeys((*left_out, *trained.notes, *found.notes)):
        click.echo(plain(line), err=True)
