"""Where the archive is: a file beside the documents, unless a database is named."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from predictor.errors import UsageError
from services.settings.child_environment import STORE

__all__ = ["ARCHIVE_FILE", "StorePlace", "place_of", "store_place", "without_password"]

ARCHIVE_FILE = "archive.sqlite"
_SQLITE = "sqlite"
_PASSWORD = re.compile(r"((?:^|&)[^=&]*pass[^=&]*=)[^&]*", re.IGNORECASE)  # sslpassword, too
_POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class StorePlace:
    """A file of SQLite, or a database of PostgreSQL by its URL; one of the two.

    Attributes
    ----------
    path : Path or None
    url : str
        Empty for a file.
    """

    path: Path | None = None
    url: str = ""

    @property
    def words(self) -> str:
        """The place for a person: no password is in it."""
        if self.path is not None:
            return str(self.path)
        return without_password(self.url)


def store_place(
    folder: Path, asked: str = "", settings: str = "", environ: Mapping[str, str] = os.environ
) -> StorePlace:
    """Give the place of an output folder's archive.

    Parameters
    ----------
    folder : Path
        Of the documents; the archive lies there unless another place is named.
    asked : str
        By ``--store``; it goes before the variable `STORE`, which goes before the
        settings.
    settings : str
        ``url`` under ``[archive]``.
    environ : mapping of str to str

    Raises
    ------
    UsageError
        If what is named is neither a file nor a database of PostgreSQL.
    """
    named = (("--store", asked), (STORE, environ.get(STORE, "")))
    for where, url in (*named, ("[archive] url", settings)):
        if url.strip():
            return place_of(url.strip(), where)
    return StorePlace(path=folder / ARCHIVE_FILE)


def place_of(url: str | Path, where: str = "--store") -> StorePlace:
    """Give the place that a URL or a path names.

    Parameters
    ----------
    url : str or Path
        ``postgresql://user@host/database``, ``sqlite:///path``, or a path.
    where : str
        What named it, for an error.

    Raises
    ------
    UsageError
        If it is neither a file nor a database of PostgreSQL.
    """
    if isinstance(url, Path):
        return StorePlace(path=url)
    scheme, mark, rest = url.partition("://")
    if not mark and url.partition(":")[0].lower() not in (_SQLITE, *_POSTGRES):
        return StorePlace(path=Path(url))
    if mark and scheme in _POSTGRES and _is_address(url):
        return StorePlace(url=f"postgresql://{rest}")
    path = unquote(rest.removeprefix("/"))
    if scheme == _SQLITE and rest.startswith("/") and path and "?" not in path:
        return StorePlace(path=Path(path))
    raise UsageError(
        "no such kind of archive",
        where=where,
        got=repr(without_password(url)),
        expected="a path, sqlite:///path, or postgresql://user@host/database",
        do="name a file, or a database of PostgreSQL",
    )


def without_password(url: str) -> str:
    """Return a URL for a person: of one that cannot be read, its scheme alone.

    A password may stand before the host or among the parameters.
    """
    scheme, mark, _ = url.partition("://")
    if not mark or not _is_address(url):
        return f"{url.partition(':')[0]}:…"
    parts = urlsplit(url)
    host = parts.netloc
    if parts.password is not None:
        host = f"{parts.username or ''}:***@{host.rpartition('@')[2]}"
    query = _PASSWORD.sub(r"\1***", parts.query)
    return f"{scheme}://{host}{parts.path}{'?' + query if query else ''}"


def _is_address(url: str) -> bool:
    """Return whether host and port can be told from a URL."""
    try:
        port = urlsplit(url).port
    except ValueError:  # half a bracket, a port that is no number or too large
        return False
    return port != 0
