"""The options of the commands that forecast past seasons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from services.cli.options import backend_option
from services.cli.season_folder import SeasonFolder
from services.cli.season_list import parse_seasons
from services.cli.usage import GivenPath

__all__ = ["with_season_options"]


def with_season_options(
    *, seasons: str, n_simulations: int
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a decorator that adds them, with a command's own defaults.

    The function is called with ``data``, ``history``, ``seasons``, ``n_simulations``, ``seed``,
    ``backend``, ``jobs`` and ``json_path``.
    """
    options = (
        click.option(
            "--data",
            type=SeasonFolder(path_type=Path),
            default=Path("race-data"),
            show_default=True,
            help="Folder with one folder per season, called by its year.",
        ),
        click.option(
            "--history",
            type=GivenPath(path_type=Path, file_okay=False),
            help="Folder with more earlier seasons.  [default: those in --data, else race-data/]",
        ),
        click.option(
            "--seasons",
            default=seasons,
            show_default=True,
            callback=lambda _context, _option, text: parse_seasons(text),
            help="Years, as 2022, 2022:2025 or 2019,2021:2023.",
        ),
        click.option(
            "--num-simulations",
            "n_simulations",
            type=click.IntRange(1, 1_000_000),
            default=n_simulations,
            show_default=True,
            help="Simulated races per event and scenario.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(0, 2**63 - 1),
            default=1,
            show_default=True,
            help="As of forecast.",
        ),
        backend_option,
        click.option(
            "--jobs",
            type=click.IntRange(1, 1024),
            help="Processes, one per season.  [default: one per processor]",
        ),
        click.option(
            "--json",
            "json_path",
            type=GivenPath(path_type=Path, dir_okay=False),
            help="All figures, here.",
        ),
    )

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add
