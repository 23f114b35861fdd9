"""Archives that the tests of this folder share: in SQLite, and in a PostgreSQL that they start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.archive.place import StorePlace
from tests.archive.small_archive import SmallArchive
from tests.postgres import postgres_place, postgres_url

__all__ = ["postgres_place", "postgres_url"]


@pytest.fixture
def sqlite_place(tmp_path: Path) -> StorePlace:
    """A path where no archive is yet."""
    return StorePlace(path=tmp_path / "archive.sqlite")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> StorePlace:
    """A place for an archive, in both kinds of database one after the other."""
    found: StorePlace = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture
def archive(place: StorePlace) -> Iterator[SmallArchive]:
    """An empty archive, in both kinds of database."""
    small = SmallArchive(place)
    yield small
    small.close()


@pytest.fixture
def in_sqlite(sqlite_place: StorePlace) -> Iterator[SmallArchive]:
    """An empty archive in a file."""
    small = SmallArchive(sqlite_place)
    yield small
    small.close()
