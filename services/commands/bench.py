"""``bench``: what the tool costs on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from services.usage import GivenPath

__all__ = ["bench"]


@click.command()
@click.option("--json", "json_path", type=GivenPath(path_type=Path), help="Also write it here.")
def bench(json_path: Path | None) -> None:
    """Measure the race kernel, the scan, and what runs cost after a change."""
    from services.bench import measure, report_text, write_json  # noqa: PLC0415

    figures = measure()
    click.echo(report_text(figures), nl=False)
    if json_path is not None:
        write_json(figures, json_path)
