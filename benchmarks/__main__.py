"""``python -m benchmarks``: what the product costs on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.report import figures_json, measure, report_text
from benchmarks.serving import measure_serving, serving_text
from services.cli.process import run
from services.cli.usage import GivenPath
from services.disk.own_kinds import BENCH
from services.disk.targets import check_targets, targets_of, write_target


@click.command()
@click.option("--json", "json_path", type=GivenPath(path_type=Path), help="Also write it here.")
@click.option("--serving", is_flag=True, help="Measure the server of pages, and nothing else.")
@click.option("--archive", is_flag=True, help="Measure the archive, and nothing else.")
@click.option(
    "--document",
    type=GivenPath(path_type=Path, dir_okay=False),
    help="Season document for --serving or --archive; one is made unless given.",
)
def bench(*, json_path: Path | None, serving: bool, archive: bool, document: Path | None) -> None:
    """Measure the race kernel, the scan, and what runs cost after a change."""
    if serving:
        click.echo(serving_text(measure_serving(document)), nl=False)
        return
    if archive:
        from benchmarks.archive import archive_text, measure_archive  # noqa: PLC0415 - SQLAlchemy

        click.echo(archive_text(measure_archive(document)), nl=False)
        return
    targets = targets_of(json_path, BENCH, "--json")
    check_targets(targets)
    figures = measure()
    click.echo(report_text(figures), nl=False)
    for target in targets:
        write_target(target, figures_json(figures))


if __name__ == "__main__":
    run(bench)
