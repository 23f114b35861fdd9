"""``serve``: the forecast as pages and as an API, for browsers and programs."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from pathlib import Path

import click

from predictor.errors import UsageError
from services.archive.place import store_place
from services.cli.options import settings_option
from services.cli.serve_options import check_serving, with_serve_options
from services.cli.standard_streams import ignore_lost_output
from services.cli.usage import GivenPath
from services.settings.limits import Limits
from services.settings.terminal import plain
from services.web.settings import LOOPBACK, ServeSettings

__all__ = ["serve"]

_EVERY_S = 20.0


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
@click.option(
    "--demo",
    is_flag=True,
    help="Replay a recorded weekend, drop by drop, in a folder that is removed at the end.",
)
@click.option(
    "--every",
    "every_s",
    type=click.FloatRange(0.1, 86_400),
    metavar="SECONDS",
    help=f"Between two drops of --demo.  [default: {_EVERY_S:g}]",
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
    demo: bool,
    every_s: float | None,
) -> int:
    """Show the forecast as pages and as an API, until SIGTERM or Ctrl+C."""
    token = check_serving(
        host=host,
        allowed_hosts=allowed_hosts,
        public_url=public_url,
        token_file=token_file,
        environment=os.environ,
    )
    if every_s is not None and not demo:
        raise UsageError(
            "there is nothing to replay",
            where="--every",
            expected="--demo beside it",
            do="add --demo, or leave --every out: pages follow the folder by themselves",
        )
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
    if demo:
        return _replay(settings, every_s or _EVERY_S)
    from services.web.serve import run  # noqa: PLC0415 - the server's packages

    return run(settings, lambda where: _say(f"serving {output_folder} at {where}"))


def _replay(settings: ServeSettings, every_s: float) -> int:
    """Serve a recorded weekend; who reads this can have something computed, by the token told."""
    context = click.get_current_context()
    for option in ("output_folder", "store"):
        if context.get_parameter_source(option) is click.core.ParameterSource.COMMANDLINE:
            raise UsageError(
                "the recorded weekend has a folder and an archive of its own",
                where=f"--{option.replace('_', '-')}",
                do="leave it out, or leave --demo out to serve your own forecasts",
            )
    from services.web.demo.replay import replaying  # noqa: PLC0415 - the archive's packages
    from services.web.serve import run  # noqa: PLC0415 - the server's packages

    # On this machine alone nobody is asked for one.
    token = settings.token or (secrets.token_urlsafe() if settings.is_open else "")

    def say_where(where: str) -> None:
        _say(f"serving a recorded weekend at {where}, a drop every {every_s:g} s")
        if token != settings.token:
            _say(f"the token that {where}what-if asks others for: {token}")

    with replaying(every_s, _say) as replay:
        shown = replace(
            settings,
            folder=replay.output,
            store=replay.store,
            token=token,
            clock=replay.now,
            demo=replay.demo,
        )
        return run(shown, say_where)


def _say(text: str) -> None:
    click.echo(plain(text))
