"""``check``: whether this installation can forecast, and what is missing for what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.cli.season_folder import SeasonFolder
from services.cli.usage import GivenPath
from services.disk.program import RACE_DATA
from services.settings.terminal import plain

if TYPE_CHECKING:
    from services.forecasting.readiness import Check

__all__ = ["check"]


@click.command()
@click.option(
    "--train-data",
    type=SeasonFolder(path_type=Path),
    default=RACE_DATA,
    help="Folder with session files, or the year of a season that comes with the program.  "
    "[default: race-data]",
)
@click.option(
    "--output",
    type=GivenPath(path_type=Path, dir_okay=False),
    default=Path("predictions") / "season.json",
    help="Season document; its folder is looked at.  [default: in ./predictions]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(*, train_data: Path, output: Path, as_json: bool) -> int:
    """Check Python, packages, configuration, folders, kernels and backends.

    Exit code 1 if no forecast can be made.
    """
    from services.forecasting.readiness import check_all  # noqa: PLC0415 - not for --help

    found = check_all(train_data, output.parent)
    is_ready = all(one.ok for one in found if one.is_needed)
    if as_json:
        click.echo(json.dumps({"ready": is_ready, "checks": [asdict(one) for one in found]}))
    else:
        for line in _lines(found, is_ready=is_ready):
            click.echo(plain(line))
    return 0 if is_ready else 1


def _lines(found: Sequence[Check], *, is_ready: bool) -> Iterator[str]:
    for one in found:
        state = "ok" if one.ok else "MISSING" if one.is_needed else "lacks"
        yield f"{state:8} {one.part}: {one.name}: {one.found}"
        if not one.ok:
            yield from (f"           for: {one.feature}" for _ in one.feature[:1])
            yield from (f"           do: {one.do}" for _ in one.do[:1])
    yield ""
    yield "a forecast can be made" if is_ready else "no forecast can be made: see MISSING above"
