"""``titles``: how good title odds were after every round of past seasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from services.cli.commands.season_options import layers_asked, with_season_options
from services.disk.own_kinds import TITLES
from services.disk.targets import check_targets, targets_of, write_target
from services.settings.run_request import RunRequest
from services.settings.terminal import plain

__all__ = ["titles"]


@click.command()
@with_season_options(seasons="2014:2025", n_simulations=2000)
def titles(
    data: Path,
    seasons: tuple[int, ...],
    json_path: Path | None,
    models: Path,
    **options: Any,  # noqa: ANN401 - RunRequest checks them
) -> None:
    """Forecast the titles after each round of past seasons, and score the odds."""
    from services.backtesting.titles import title_odds_of_seasons  # noqa: PLC0415
    from services.backtesting.titles_text import titles_json, titles_text  # noqa: PLC0415

    targets = targets_of(json_path, TITLES, "--json")
    check_targets(targets)
    settings = RunRequest(train_data=data, **options)
    trained = layers_asked(settings, seasons, models)
    found = title_odds_of_seasons(data, seasons, settings, layers=trained.layers)
    for target in targets:
        write_target(target, titles_json(found))
    click.echo(titles_text(found), nl=False)
    left_out = (f"left out: {one}" for one in found.left_out)
    for line in dict.fromkeys((*found.skipped, *left_out, *trained.notes, *found.notes)):
        click.echo(plain(line), err=True)
