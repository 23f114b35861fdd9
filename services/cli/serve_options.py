"""The options of the server, shared by ``serve`` and by ``watch --serve``."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from predictor.errors import PackageMissing, UsageError
from services.cli.options import adding, settings_file
from services.cli.usage import GivenPath
from services.disk.program import how_to_install
from services.web.doors.token import read_token
from services.web.settings import LOOPBACK

__all__ = ["arguments_of_serve", "as_arguments", "check_serving", "with_serve_options"]

_TYPED = click.core.ParameterSource.COMMANDLINE
_WORDS = {
    "host": "--host",
    "allowed_hosts": "--allow-host",
    "port": "--port",
    "token_file": "--token-file",
    "public_url": "--public-url",
    "access_log": "--access-log",
}
_PACKAGES = ("starlette", "uvicorn", "httptools", "jinja2")
_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--host",
        default="127.0.0.1",
        show_default=True,
        help="Address to listen at; any other than this machine's own needs --allow-host too.",
    ),
    click.option(
        "--allow-host",
        "allowed_hosts",
        multiple=True,
        metavar="NAME",
        help="Name by which other machines may call the server; may be given several times.",
    ),
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8000,
        show_default=True,
        help="Port to listen at; 0: any that is free.",
    ),
    click.option(
        "--token-file",
        type=GivenPath(path_type=Path, dir_okay=False),
        help="File that only its owner can read, with the token of those who may have something "
        "computed.  [default: the token in F1_TOKEN]",
    ),
    click.option(
        "--public-url",
        default="",
        metavar="URL",
        help="Where readers find the server, as https://forecast.example.org.",
    ),
    click.option("--access-log", is_flag=True, help="Tell of every request on stderr."),
)


def with_serve_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of `services.web.settings.ServeSettings`."""
    return adding(*_OPTIONS)(function)


def check_serving(
    *,
    host: str,
    allowed_hosts: tuple[str, ...],
    public_url: str,
    token_file: Path | None,
    environment: Mapping[str, str],
) -> str:
    """Make sure that a server can be had as it is asked for; return its token, if any.

    Raises
    ------
    PackageMissing
        If the server's packages are not installed.
    UsageError
        If others could reach it and no name is given by which they may, or an option is wrong.
    """
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise PackageMissing(
            "the server needs packages that are not installed",
            got=f"no {', '.join(missing)}",
            do=how_to_install("serve"),
        )
    if public_url and not _is_address(public_url):
        raise UsageError(
            "that is no address of a site",
            where=f"--public-url {public_url}",
            expected="http:// or https://, and a name",
            do="give it as readers type it, without a page",
        )
    if host not in LOOPBACK and not allowed_hosts:
        raise UsageError(
            "other machines could reach the server, and no name is given by which they may",
            where=f"--host {host}",
            expected="--allow-host NAME, as they call this machine",
            do="give it, or leave --host out to serve this machine alone",
        )
    return read_token(token_file, environment)


def arguments_of_serve(
    context: click.Context, options: dict[str, Any], *, serves: bool
) -> list[str] | None:
    """Take the server's options out of a command's; return them as ``serve`` takes them.

    Parameters
    ----------
    context : click.Context
        Of the command.
    options : dict
        Of the command; the server's are removed.
    serves : bool
        Whether a server is asked for; None is returned if not.

    Raises
    ------
    PackageMissing, UsageError
        As `check_serving`, or if options of the server are given and no server is asked for.
    """
    own = {name: options.pop(name) for name in _WORDS}
    if not serves:
        typed = [name for name in own if context.get_parameter_source(name) is _TYPED]
        if typed:
            raise UsageError(
                "an option of the server without a server",
                where=_WORDS[typed[0]],
                do="add --serve, or leave it out",
            )
        return None
    check_serving(
        host=own["host"],
        allowed_hosts=own["allowed_hosts"],
        public_url=own["public_url"],
        token_file=own["token_file"],
        environment=os.environ,
    )
    return [*as_arguments(own), "--settings", str(settings_file(context))]


def as_arguments(options: Mapping[str, Any]) -> list[str]:
    """Return the options as ``serve`` takes them on its command line."""
    words: list[str] = []
    for name, word in _WORDS.items():
        value = options[name]
        if isinstance(value, tuple):
            words += [part for one in value for part in (word, one)]
        elif value is True:
            words.append(word)
        elif value not in (None, False, ""):
            words += [word, str(value)]
    return words


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
    except ValueError:
        return False
