"""``serve``: the forecast as pages and as an API, for browsers and programs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from services.archive.place import store_place
from services.cli.options import settings_option
from services.cli.serve_options import check_serving, with_serve_options
from services.cli.standard_streams import ignore_lost_output
from services.cli.usage import GivenPath
from services.settings.limits import Limits
from services.settings.terminal import plain
from services.web.settings import LOOPBACK, ServeSettings

__all__ = ["serve"]


@click.command()
@click.option(
    "--output-folder",
    type=GivenPath(path_type=Path, file_okay=False),
    default=Path("predictions"),
    show_default=True,
    help="Folder of the season documents; it need not be there yet.",
)
@with_serve_options
@click.option(
    "--store",
    default="",
    metavar="URL",
    help="Archive of forecasts, a file or a database.  [default: F1_STORE, the settings' url, "
    "archive.sqlite in the output folder]",
)
@settings_option
@click.option(
    "--ends-with-parent",
    is_flag=True,
    hidden=True,
    help="Stop when standard input ends, as it does with the daemon that started it.",
)
def serve(
    *,
    output_folder: Path,
    host: str,
    allowed_hosts: tuple[str, ...],
    port: int,
    token_file: Path | None,
    public_url: str,
    access_log: bool,
    store: str,
    limits: Limits,
    ends_with_parent: bool,
) -> int:
    """Show the forecast as pages and as an API, until SIGTERM or Ctrl+C."""
    token = check_serving(
        host=host,
        allowed_hosts=allowed_hosts,
        public_url=public_url,
        token_file=token_file,
        environment=os.environ,
    )
    from services.web.serve import run  # noqa: PLC0415 - the server's packages

    settings = ServeSettings(
        folder=output_folder,
        host=host,
        port=port,
        allowed_hosts=allowed_hosts,
        store=store_place(output_folder, store, limits.archive.url),
        token=token,
        public_url=public_url,
        access_log=access_log,
        ends_with_parent=ends_with_parent,
        limits=limits,
    )
    ignore_lost_output()
    if host not in LOOPBACK:
        names = ", ".join(allowed_hosts)
        click.echo(
            plain(
                f"open to other machines: it listens at {host} and answers to {names}; "
                "what passes is not encrypted"
            ),
            err=True,
        )
    return run(settings, lambda where: click.echo(plain(f"serving {output_folder} at {where}")))
