"""``plots``: reliability diagrams of a backtest or of title odds."""

from __future__ import annotations

from pathlib import Path

import click

from services.usage import GivenPath

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
    from services.backtest_text import write_output  # noqa: PLC0415
    from services.plot_source import diagrams_of  # noqa: PLC0415

    found: dict[str, bytes] = {}
    for path in figures:
        found |= diagrams_of(path)
    for name, payload in found.items():
        write_output(output / name, payload)
        click.echo(str(output / name))
