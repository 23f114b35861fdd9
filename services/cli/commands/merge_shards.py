"""``merge-shards``: put the counts of an event's shards together."""

from __future__ import annotations

from pathlib import Path

import click

from services.cli.usage import GivenPath
from services.disk.own_kinds import COUNTS
from services.disk.targets import check_targets, targets_of, write_target

__all__ = ["merge_shards"]


@click.command("merge-shards")
@click.argument("files", nargs=-1, required=True, type=GivenPath(path_type=Path, dir_okay=False))
@click.option(
    "--json",
    "json_path",
    type=GivenPath(path_type=Path, dir_okay=False),
    help="The counts of all races, here: the same bytes as of one process.",
)
def merge_shards(files: tuple[Path, ...], json_path: Path | None) -> None:
    """Add up what simulate EVENT --shard I/N --json FILE counted, and show the odds."""
    from services.cli.simulated_text import counts_text  # noqa: PLC0415
    from services.forecasting.shard_file import merge_files  # noqa: PLC0415

    targets = targets_of(json_path, COUNTS, "--json")
    check_targets(targets, inputs=files)
    whole = merge_files(files)
    for target in targets:
        write_target(target, whole.payload)
    for _, line in counts_text(whole.event, whole.n_sims, whole.scenarios, whole.rows):
        click.echo(line)
