"""``store``: the archive of published forecasts: filled, looked at, exported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from predictor.vocabulary import Horizon, Scenario
from services.archive.place import StorePlace, store_place
from services.cli.commands.season_options import (
    horizons_option,
    layers_asked,
    with_season_options,
)
from services.cli.help_text import SectionedGroup
from services.cli.options import adding, settings_option
from services.cli.season_list import parse_seasons
from services.cli.usage import GivenPath
from services.settings.child_environment import STORE
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from services.settings.terminal import plain

if TYPE_CHECKING:
    from services.archive.status import StoreStatus

__all__ = ["store"]

_where = adding(
    click.option(
        "--output-folder",
        "folder",
        type=GivenPath(path_type=Path, file_okay=False),
        default=Path("predictions"),
        show_default=True,
        help="Folder of the season documents.",
    ),
    click.option(
        "--store",
        "url",
        default="",
        metavar="URL",
        help=f"The archive: a file, or postgresql://user@host/database.  [default: "
        f"{STORE}, the settings, archive.sqlite in the folder]",
    ),
    settings_option,
)
# Named here too, so that `--help` loads no database; a test holds them equal.
_TABLES = ("forecasts", "frozen", "titles", "results", "scores", "runs")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=SectionedGroup)
def store() -> None:
    """Keep every published forecast, result and score in a database, and get at them."""


@store.command()
@_where
def sync(*, folder: Path, url: str, limits: Limits) -> int:
    """Archive what is kept in the folder and is not archived yet; make the archive if need be.

    Exit code 1 if a document could not be taken up.
    """
    place = _place(folder, url, limits)
    from services.archive.sync import sync as take_up  # noqa: PLC0415
    from services.engine.progress import progress_bar  # noqa: PLC0415

    with progress_bar() as bar:
        done = take_up(
            folder,
            place,
            None if bar is None else lambda n, total: bar(n, total, "archiving", True),
        )
    click.echo(plain(f"{_counted(done.added)} archived, {done.known} were there: {place.words}"))
    for path, why in done.left_out:
        click.echo(plain(f"left out: {path}: {why}"), err=True)
    return 1 if done.left_out else 0


@store.command()
@_where
@click.option("--check", is_flag=True, help="Also read all of it, and say what is wrong.")
@_as_json
def status(*, folder: Path, url: str, limits: Limits, check: bool, as_json: bool) -> int:
    """Say what is in the archive, and what is not yet.

    Exit code 1 if --check finds anything wrong.
    """
    place = _place(folder, url, limits)
    from services.archive.status import faults, store_status  # noqa: PLC0415

    found = store_status(folder, place)
    wrong = faults(place) if check else []
    if as_json:
        content = asdict(found) | ({"faults": wrong} if check else {})
        click.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(map(plain, _lines(found))))
        if check:
            click.echo("\n".join(map(plain, wrong or ["all of it was read and is sound"])))
    return 1 if wrong else 0


@store.command()
@_where
@with_season_options(seasons="2014:2025", n_simulations=5000, has_figures=False)
@horizons_option
def backfill(
    *,
    folder: Path,
    url: str,
    limits: Limits,
    data: Path,
    seasons: tuple[int, ...],
    horizons: tuple[Horizon, ...],
    models: Path,
    **options: Any,  # noqa: ANN401 - RunRequest checks them
) -> None:
    """Archive what would have been published of past seasons, race by race, and score it.

    Each forecast knows what there was at its time and no more; reference models are scored beside
    it. Killed and called again, it goes on where it was.
    """
    place = _place(folder, url, limits)
    from services.backtesting.backfill import backfill as fill  # noqa: PLC0415
    from services.execution.local_processes import LocalProcesses  # noqa: PLC0415

    settings = RunRequest(train_data=data, output=folder / "season.json", **options)
    trained = layers_asked(settings, seasons, models)
    executor = LocalProcesses(settings.jobs)
    filled = fill(data, seasons, horizons, settings, limits, place, executor, trained.layers)
    for one in filled:
        click.echo(f"{one.season}: {one.added} runs archived, {one.known} points were there")
        for line in dict.fromkeys((*one.left_out, *one.notes)):
            click.echo(plain(f"{one.season}: {line}"), err=True)
    for note in trained.notes:
        click.echo(plain(note), err=True)


@store.command("export")
@click.argument("path", metavar="FILE", type=GivenPath(path_type=Path, dir_okay=False))
@_where
@click.option(
    "--table",
    type=click.Choice([*_TABLES, "documents"]),
    default=_TABLES[0],
    show_default=True,
    help="What to write; documents are whole, a line each.",
)
@click.option(
    "--seasons",
    default="",
    callback=lambda _context, _option, text: parse_seasons(text) if text else (),
    help="Years, as 2022, 2022:2025 or 2019,2021:2023.  [default: all]",
)
@click.option(
    "--session",
    type=click.Choice(["race", "sprint"]),
    default="race",
    show_default=True,
    help="Of forecasts, results and scores.",
)
@click.option(
    "--scenario",
    type=click.Choice(list(Scenario)),
    help="Of forecasts.  [default: all scenarios together]",
)
def export_(
    *,
    path: Path,
    folder: Path,
    url: str,
    limits: Limits,
    table: str,
    seasons: tuple[int, ...],
    session: Any,  # noqa: ANN401 - one of the two
    scenario: str | None,
) -> None:
    """Write a table of the archive to FILE: .csv, .json, .ndjson or .parquet.

    An .ndjson of documents has a line to each, with an _id, as databases of documents import it.
    """
    place = _place(folder, url, limits)
    from services.archive.export import check_export, export  # noqa: PLC0415
    from services.archive.exported import Asked  # noqa: PLC0415
    from services.archive.reader import open_archive  # noqa: PLC0415

    target = check_export(path, table)
    with open_archive(place) as archive:
        wanted = Asked(seasons or archive.seasons(), session, scenario)
        n = export(archive, table, wanted, target)
    what = "document" if table == "documents" else "row"
    click.echo(plain(f"{_counted(n, what)}: {path}"))


def _place(folder: Path, url: str, limits: Limits) -> StorePlace:
    from services.archive.packages import require_store  # noqa: PLC0415

    require_store()
    return store_place(folder, url, limits.archive.url)


def _counted(n: int, what: str = "document") -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"


def _lines(found: StoreStatus) -> Iterator[str]:
    size = f", {found.n_bytes:,} bytes" if found.n_bytes is not None else ""
    yield f"{found.place}{size}"
    yield "  " + ", ".join(f"{n:,} {name}" for name, n in found.counts.items())
    for one in found.seasons:
        parts = [
            *([f"{one.published} published"] if one.published else []),
            *([f"{one.backfilled} backfilled"] if one.backfilled else []),
            f"{one.rounds} races with a result, {one.scored} scored",
            *([f"last {one.last_published}"] if one.last_published else []),
        ]
        yield f"  {one.season}: {', '.join(parts)}"
    behind = f", {found.not_archived} not archived yet" if found.not_archived else ""
    yield f"  {_counted(found.kept)} kept{behind}"
    if found.not_archived:
        yield "  next: python -m services store sync"
