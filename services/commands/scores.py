"""``scores``: how good forecasts of a past season were."""

from __future__ import annotations

from pathlib import Path

import click

from predictor.vocabulary import Horizon
from services.job_settings import JobSettings
from services.usage import GivenPath

__all__ = ["scores"]


@click.command()
@click.option(
    "--train-data",
    type=GivenPath(path_type=Path),
    default=Path("race-data/2025"),
    show_default=True,
    help="Folder of a season with finished races.",
)
def scores(train_data: Path) -> None:
    """Forecast a season from earlier races only, and score it at every horizon."""
    from services.scores import score_horizons, scores_text  # noqa: PLC0415

    found = score_horizons(JobSettings(train_data=train_data), tuple(Horizon))
    click.echo(scores_text(found, train_data), nl=False)
