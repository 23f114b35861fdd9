"""``serve``: the forecast as pages and as an API, for browsers and programs."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import click

from predictor.errors import PackageMissing, UsageError
from services.cli.usage import GivenPath
from services.disk.program import how_to_install
from services.settings.terminal import plain
from services.web.doors.token import read_token
from services.web.settings import LOOPBACK, ServeSettings

__all__ = ["serve"]

_PACKAGES = ("starlette", "uvicorn", "httptools", "jinja2")


@click.command()
@click.option(
    "--output-folder",
    type=GivenPath(path_type=Path, file_okay=False),
    default=Path("predictions"),
    show_default=True,
    help="Folder of the season documents; it need not be there yet.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen at; any other than this machine's own needs --allow-host too.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Name by which other machines may call the server; may be given several times.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen at; 0: any that is free.",
)
@click.option(
    "--store",
    envvar="F1_STORE",
    default="",
    metavar="URL",
    help="Archive of forecasts, a file or a database.  [default: archive.sqlite in the folder]",
)
@click.option(
    "--token-file",
    type=GivenPath(path_type=Path, dir_okay=False),
    help="File that only its owner can read, with the token of those who may have something "
    "computed.  [default: F1_TOKEN]",
)
@click.option(
    "--public-url", default="", metavar="URL", help="Where readers find it, for links to share."
)
@click.option("--access-log", is_flag=True, help="Tell of every request on stderr.")
def serve(
    *,
    output_folder: Path,
    host: str,
    allowed_hosts: tuple[str, ...],
    port: int,
    store: str,
    token_file: Path | None,
    public_url: str,
    access_log: bool,
) -> int:
    """Show the forecast as pages and as an API, until SIGTERM or Ctrl+C."""
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise PackageMissing(
            "the server needs packages that are not installed",
            got=f"no {', '.join(missing)}",
            do=how_to_install("serve"),
        )
    if host not in LOOPBACK and not allowed_hosts:
        raise UsageError(
            "other machines could reach the server, and no name is given by which they may",
            where=f"--host {host}",
            expected="--allow-host NAME, as they call this machine",
            do="give it, or leave --host out to serve this machine alone",
        )
    from services.web.serve import run  # noqa: PLC0415 - the server's packages

    settings = ServeSettings(
        folder=output_folder,
        host=host,
        port=port,
        allowed_hosts=allowed_hosts,
        store=store,
        token=read_token(token_file, os.environ),
        public_url=public_url,
        access_log=access_log,
    )
    if host not in LOOPBACK:
        click.echo(
            plain(
                f"open to other machines at {host}, which call it {', '.join(allowed_hosts)}; "
                "what passes is not encrypted"
            ),
            err=True,
        )
    return run(settings, lambda where: click.echo(plain(f"serving {output_folder} at {where}")))
