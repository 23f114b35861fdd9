"""``scores``: how good forecasts of one past season were, in short."""

from __future__ import annotations

from pathlib import Path

import click

from predictor.vocabulary import Horizon
from services.cli.season_folder import SeasonFolder
from services.settings.run_request import RunRequest

__all__ = ["scores"]


@click.command()
@click.option(
    "--train-data",
    type=SeasonFolder(path_type=Path),
    default=Path("race-data/2025"),
    show_default=True,
    help="Folder of a season with finished races.",
)
def scores(train_data: Path) -> None:
    """Forecast a season from earlier races only, and score it at every horizon."""
    from services.backtesting.backtest import backtest_folder  # noqa: PLC0415
    from services.backtesting.text import scores_text  # noqa: PLC0415

    found = backtest_folder(RunRequest(train_data=train_data), tuple(Horizon))
    click.echo(scores_text(found, train_data), nl=False)
