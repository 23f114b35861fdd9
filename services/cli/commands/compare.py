"""``compare``: two backtests of the same races, race by race."""

from __future__ import annotations

from pathlib import Path

import click

from services.cli.usage import GivenPath

__all__ = ["compare"]

_FIGURES = GivenPath(path_type=Path, dir_okay=False)


@click.command()
@click.argument("first", type=_FIGURES)
@click.argument("second", type=_FIGURES)
def compare(first: Path, second: Path) -> None:
    """Show how the forecasts of SECOND differ from FIRST, two files of backtest --json."""
    from services.backtesting.compare import comparison_text  # noqa: PLC0415

    click.echo(comparison_text(first, second), nl=False)
