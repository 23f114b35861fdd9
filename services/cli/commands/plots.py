"""``plots``: reliability diagrams of a backtest or of title odds."""

from __future__ import annotations

from pathlib import Path

import click

from services.cli.usage import GivenPath
from services.disk.own_kinds import PLOT
from services.disk.targets import Target, check_targets, write_target

__all__ = ["plots"]


@click.command()
@click.argument("figures", nargs=-1, required=True, type=GivenPath(path_type=Path, dir_okay=False))
@click.option(
    "--output",
    type=GivenPath(path_type=Path, file_okay=False),
    default=Path("plots"),
    show_default=True,
    help="Folder for the PNG files; made if it is not there.",
)
def plots(figures: tuple[Path, ...], output: Path) -> None:
    """Draw reliability diagrams from files that backtest --json and titles --json wrote."""
    from services.backtesting.plot_source import diagrams_of  # noqa: PLC0415

    found: dict[str, bytes] = {}
    for path in figures:
        found |= diagrams_of(path)
    targets = [Target(output / name, PLOT, "--output") for name in found]
    check_targets(targets, inputs=figures)
    for target, payload in zip(targets, found.values(), strict=True):
        write_target(target, payload)
        click.echo(str(target.path))
