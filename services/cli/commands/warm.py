"""``warm``: compile the simulation kernels ahead of the first run."""

from __future__ import annotations

import click

__all__ = ["warm"]


@click.command()
def warm() -> None:
    """Compile the simulation kernels now, so that the first run need not."""
    from services.forecasting.warm import warm_kernels  # noqa: PLC0415

    click.echo(f"kernels ready after {warm_kernels():.1f} s")
