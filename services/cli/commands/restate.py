"""``restate``: f1db's facts in the product's own format."""

from __future__ import annotations

from pathlib import Path

import click

from services.cli.season_list import parse_seasons
from services.cli.usage import GivenPath

__all__ = ["restate"]


@click.command()
@click.argument("source", type=GivenPath(path_type=Path, exists=True, file_okay=False))
@click.argument("destination", type=GivenPath(path_type=Path))
@click.option("--seasons", default="2014:2025", show_default=True, help="First:last.")
def restate(source: Path, destination: Path, seasons: str) -> None:
    """Rewrite f1db season files in the product's own format."""
    from services.calibration.restate import restate_seasons  # noqa: PLC0415

    found = restate_seasons(source, destination, parse_seasons(seasons))
    click.echo(
        f"{found.seasons} seasons with {found.events} events: {found.files} files, "
        f"{found.bytes:,} bytes, in {destination}"
    )
