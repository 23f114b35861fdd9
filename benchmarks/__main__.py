"""``python -m benchmarks``: what the product costs on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.report import figures_json, measure, report_text
from services.cli.process import run
from services.cli.usage import GivenPath
from services.disk.own_kinds import BENCH
from services.disk.targets import check_targets, targets_of, write_target


@click.command()
@click.option("--json", "json_path", type=GivenPath(path_type=Path), help="Also write it here.")
def bench(json_path: Path | None) -> None:
    """Measure the race kernel, the scan, and what runs cost after a change."""
    targets = targets_of(json_path, BENCH, "--json")
    check_targets(targets)
    figures = measure()
    click.echo(report_text(figures), nl=False)
    for target in targets:
        write_target(target, figures_json(figures))


if __name__ == "__main__":
    run(bench)
