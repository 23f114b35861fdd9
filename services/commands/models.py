"""``models``: trained models: which there are, which serves, training, promotion, backups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from services.settings import Settings, read_settings
from services.terminal import plain
from services.usage import GivenPath

__all__ = ["models"]

_FOLDER = Path("predictions") / "models"

folder_option = click.option(
    "--folder",
    type=GivenPath(path_type=Path, file_okay=False),
    default=_FOLDER,
    show_default=True,
    help="Folder of the models.",
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def models() -> None:
    """Train models for --use-ml-layer, and look after them."""


@models.command("list")
@folder_option
@_as_json
def list_(*, folder: Path, as_json: bool) -> None:
    """List all versions, and which one serves."""
    from services.models.listing import listed, listed_text  # noqa: PLC0415

    _show(listed(folder), listed_text, as_json=as_json)


@models.command()
@click.argument("version", required=False)
@folder_option
@_as_json
def show(*, version: str | None, folder: Path, as_json: bool) -> None:
    """Show the card of VERSION, or of the one that serves."""
    from services.models.listing import card_of, find_version, version_text  # noqa: PLC0415

    found, status = find_version(folder, version)
    _show(card_of(found, status), lambda _: version_text(found, status), as_json=as_json)


@models.command()
@folder_option
def rollback(*, folder: Path) -> None:
    """Have the version before serve again."""
    from services.models.changes import rollback as roll_back  # noqa: PLC0415

    before, now = roll_back(folder, _limits().models)
    click.echo(plain(f"{now} serves again instead of {before}"))


@models.command()
@folder_option
@_as_json
def verify(*, folder: Path, as_json: bool) -> int:
    """Read all of it and check every digest; exit 1 if anything is wrong."""
    from services.models.listing import verified  # noqa: PLC0415

    found = verified(folder)
    content = {
        "versions": found.n_versions,
        "backups": found.n_backups,
        "faults": list(found.faults),
    }

    def lines(_: Any) -> list[str]:  # noqa: ANN401 - the same, as values
        told = f"{found.n_versions} versions and {found.n_backups} backups read: "
        return [*found.faults, told + (f"{len(found.faults)} wrong" if found.faults else "whole")]

    _show(content, lines, as_json=as_json)
    return 1 if found.faults else 0


@models.command()
@folder_option
def backup(*, folder: Path) -> None:
    """Back up the registry and every version; prune old backups."""
    from services.models.backup import back_up, digest_of  # noqa: PLC0415

    path, is_new = back_up(folder, _limits().models, datetime.now(UTC).date())
    told = "written" if is_new else "nothing has changed since"
    click.echo(plain(f"{told}: {path} (sha256 {digest_of(path)})"))


@models.command()
@click.argument("day", required=False)
@folder_option
def restore(*, day: str | None, folder: Path) -> None:
    """Put back what the last backup holds, or that of DAY, a date or a file."""
    from services.models.backup import find_backup  # noqa: PLC0415
    from services.models.backup import restore as put_back  # noqa: PLC0415

    path = find_backup(folder, day)
    _, notes = put_back(folder, path)
    for line in (*notes, f"restored: {path}"):
        click.echo(plain(line))


def _limits() -> Settings:
    return read_settings()


def _show(
    content: dict[str, Any], lines: Callable[[dict[str, Any]], list[str]], *, as_json: bool
) -> None:
    if as_json:
        option = orjson.OPT_INDENT_2
        click.echo(orjson.dumps(content, option=option).decode())
    else:
        click.echo("\n".join(map(plain, lines(content))))
