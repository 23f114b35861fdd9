"""The steps lead from nothing, and from every version, to the very tables that the code has."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from sqlalchemy import inspect, text

from services.archive.connection import writing
from services.archive.place import StorePlace
from services.archive.schema import METADATA, REVISION
from services.archive.upgrade import bring_up_to_date, upgrade_to, version_of, versions
from services.errors import ArchiveOfAnotherVersion
from tests.rules.sources import ROOT


def differences(connection):
    """Return what Alembic would change to make the tables those of the code."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415

    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return compare_metadata(context, METADATA)


def test_versions__the_last_is_the_one_that_the_code_names():
    assert versions()[-1] == REVISION


@pytest.mark.parametrize("version", versions())
def test_upgrade__from_every_version_gives_the_tables_of_the_code(place, version):
    engine = writing(place)
    with engine.begin() as connection:
        upgrade_to(connection, version)
    with engine.begin() as connection:
        assert version_of(connection) == version
        bring_up_to_date(connection, place)
        assert version_of(connection) == REVISION
        assert differences(connection) == []
    engine.dispose()


def test_upgrade__from_nothing_gives_the_tables_of_the_code(place):
    engine = writing(place)
    with engine.begin() as connection:
        assert bring_up_to_date(connection, place)
        assert differences(connection) == []
        assert not bring_up_to_date(connection, place)
    engine.dispose()


def test_compare__sees_a_column_that_no_step_makes(place):
    engine = writing(place)
    with engine.begin() as connection:
        bring_up_to_date(connection, place)
        connection.execute(text("ALTER TABLE event DROP COLUMN time_zone"))
        assert [kind for kind, *_ in differences(connection)] == ["add_column"]
    engine.dispose()


def test_upgrade__all_steps_are_one_transaction(place):
    engine = writing(place)
    with engine.connect() as connection:
        bring_up_to_date(connection, place)
        connection.rollback()
        assert inspect(connection).get_table_names() == []
    engine.dispose()


def test_upgrade__tables_of_a_later_program_are_left_alone(place):
    engine = writing(place)
    with engine.begin() as connection:
        bring_up_to_date(connection, place)
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with engine.begin() as connection, pytest.raises(ArchiveOfAnotherVersion) as told:
        bring_up_to_date(connection, place)
    assert told.value.where == place.words
    assert told.value.got == "tables of version 9999"
    engine.dispose()


def test_tables__in_sqlite_are_strict_and_stored_by_their_keys(in_sqlite):
    with in_sqlite.open() as archive, archive._reading() as connection:
        found = connection.execute(text("SELECT name, wr, strict FROM pragma_table_list"))
        kinds = {row.name: (row.strict, row.wr) for row in found}
    assert all(kinds[name][0] for name in METADATA.tables)
    assert kinds["forecast"] == (1, 1)
    assert kinds["block"] == (1, 0)


def made_by(place, make):
    """Return the statements that make the tables of a file."""
    engine = writing(place)
    with engine.begin() as connection:
        make(connection)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT type, name, sql FROM sqlite_schema"))
        return sorted((row.type, row.name, clauses(row.sql or "")) for row in found)


def clauses(statement):
    """Return the columns of a statement in their order, its constraints in none."""
    text_of_it = " ".join(statement.replace('"', "").split()).replace(" )", ")")
    head, inside, tail = re.fullmatch(r"([^(]*)\(?(.*?)\)?([A-Z, ]*)", text_of_it).groups()
    return head, sorted(re.split(r",\s*(?=CONSTRAINT )", inside)), tail


def test_make__at_once_gives_what_the_steps_give(tmp_path):
    at_once, by_steps = (StorePlace(path=tmp_path / name) for name in ("once", "steps"))
    made = made_by(at_once, lambda connection: bring_up_to_date(connection, at_once))
    assert made == made_by(by_steps, lambda connection: upgrade_to(connection, REVISION))
    assert len(made) > 20


def test_make__needs_no_alembic(tmp_path):
    code = (
        "import sys; sys.modules['alembic'] = None\n"
        "from pathlib import Path\n"
        "from services.archive.place import StorePlace\n"
        "from services.archive.sync import sync\n"
        f"sync(Path({str(tmp_path)!r}), StorePlace(path=Path({str(tmp_path / 'a.sqlite')!r})))\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
    assert (tmp_path / "a.sqlite").exists()
