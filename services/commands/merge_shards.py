"""``merge-shards``: put the counts of an event's shards together."""

from __future__ import annotations

from pathlib import Path

import click

from services.usage import GivenPath

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
    from services.backtest_text import write_output  # noqa: PLC0415
    from services.shard_file import merge_files  # noqa: PLC0415
    from services.simulated_text import counts_text  # noqa: PLC0415

    whole = merge_files(files)
    if json_path is not None:
        write_output(json_path, whole.payload)
    for _, line in counts_text(whole.event, whole.n_sims, whole.scenarios, whole.rows):
        click.echo(line)
