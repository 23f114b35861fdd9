"""``bench``: what the tool costs on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from services.own_kinds import BENCH
from services.targets import check_targets, targets_of, write_target
from services.usage import GivenPath

__all__ = ["bench"]


@click.command()
@click.option("--json", "json_path", type=GivenPath(path_type=Path), help="Also write it here.")
def bench(json_path: Path | None) -> None:
    """Measure the race kernel, the scan, and what runs cost after a change."""
    from services.bench import figures_json, measure, report_text  # noqa: PLC0415

    targets = targets_of(json_path, BENCH, "--json")
    check_targets(targets)
    figures = measure()
    click.echo(report_text(figures), nl=False)
    for target in targets:
        write_target(target, figures_json(figures))
