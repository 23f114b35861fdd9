"""A PostgreSQL that tests start, where there is one: a conftest imports its fixtures."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from services.archive.place import StorePlace

__all__ = ["postgres_place", "postgres_url"]

_PORT = 54_329  # of a socket in a folder of its own: it names a file, and nobody listens on it


def _postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; those of a system may not be in the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def _as_postgres(folder: Path, *command: str | Path) -> None:
    """Run a program as a user that PostgreSQL accepts: it refuses to be root."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server of PostgreSQL that listens on a socket alone; skips where there is none."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL here: initdb is neither in the path nor where Debian has it")
    # Short: a socket's path has little room. Not pytest's own, which only root may enter.
    folder = Path(tempfile.mkdtemp(prefix="f1pg", dir="/tmp"))
    try:
        user = "postgres" if os.geteuid() == 0 else None
        if user is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        _as_postgres(folder, programs / "initdb", "-A", "trust", "-U", "postgres", "-N", "-D", data)
        options = f"-k {folder} -p {_PORT} -c listen_addresses= -c fsync=off"
        control = (programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log")
        _as_postgres(folder, *control, "-o", options, "start")
        try:
            yield f"postgresql://postgres@/postgres?host={quote(str(folder))}&port={_PORT}"
        finally:
            _as_postgres(folder, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_place(postgres_url: str) -> StorePlace:
    """An empty database."""
    from sqlalchemy import create_engine  # noqa: PLC0415

    engine = create_engine(
        postgres_url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return StorePlace(url=postgres_url)
