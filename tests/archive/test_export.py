"""Tables that others read: every format the same rows, whole or not at all, nothing computed."""

from __future__ import annotations

import csv
import io

import orjson
import pytest
from msgspec import structs
from sqlalchemy import update

from predictor.errors import UsageError
from services.archive import export as exporting
from services.archive.export import DOCUMENTS, check_export, export
from services.archive.exported import TABLES, Asked
from services.archive.schema import run
from services.cli.commands import store as command
from services.disk.own_kinds import EXPORT, EXPORTED_PARQUET
from services.errors import ArchiveDamaged, SomebodysFile
from tests.archive.small_archive import SmallArchive, one_event
from tests.published.small_document import driver_forecast

ENDINGS = (".csv", ".json", ".ndjson", ".parquet")
SEASON = Asked((2025,))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """An archive of two runs: a forecast, then the result of its race."""
    from predictor.vocabulary import Horizon  # noqa: PLC0415

    small = SmallArchive(tmp_path_factory.mktemp("archive") / "archive.sqlite")
    small.add("r1", one_event(1, Horizon("c"), 0.6), one_event(2))
    small.add("r2", one_event(1, Horizon("c"), 0.6, ("BBB", "AAA")), one_event(2, p_win=0.5))
    yield small
    small.close()


def written(small, table, path, asked=SEASON):
    with small.open() as archive:
        n = export(archive, table, asked, check_export(path, table))
    return n, path.read_bytes()


def rows_of(data, ending):
    """Return the rows of a file, as JSON has them."""
    if ending == ".json":
        return orjson.loads(data)
    if ending == ".ndjson":
        return [orjson.loads(line) for line in data.splitlines()]
    from pyarrow import parquet  # noqa: PLC0415

    return parquet.read_table(io.BytesIO(data)).to_pylist()


@pytest.mark.parametrize("table", TABLES)
def test_export__all_formats_have_the_same_rows(small, tmp_path, table):
    found = {}
    for ending in ENDINGS[1:]:
        n, data = written(small, table, tmp_path / f"x{ending}")
        found[ending] = rows_of(data, ending)
        assert n == len(found[ending]) > 0
    assert found[".json"] == found[".ndjson"] == found[".parquet"]
    n, data = written(small, table, tmp_path / "x.csv")
    lines = list(csv.DictReader(io.StringIO(data.decode())))
    assert [list(line) for line in lines] == [list(row) for row in found[".json"]]
    for line, row in zip(lines, found[".json"], strict=True):
        for name, value in row.items():
            told = orjson.loads(line[name]) if not isinstance(value, str | None) else line[name]
            assert told == ("" if value is None else value)


def test_export__forecasts_by_hand(small, tmp_path):
    _, data = written(small, "forecasts", tmp_path / "x.json")
    rows = orjson.loads(data)
    assert [(one["run_id"], one["round"], one["code"], one["p_win"]) for one in rows] == [
        ("r1", 1, "AAA", 0.6), ("r1", 1, "BBB", 0.4),
        ("r1", 2, "AAA", 0.75), ("r1", 2, "BBB", 0.25),
        ("r2", 2, "AAA", 0.5), ("r2", 2, "BBB", 0.5),
    ]  # fmt: skip
    assert rows[0]["p_position"] == [0.6, 0.4]
    assert rows[0]["season"] == 2025
    dry = Asked((2025,), scenario="dry")
    assert written(small, "forecasts", tmp_path / "x.json", dry)[0] == 6
    assert written(small, "forecasts", tmp_path / "x.json", Asked((2025,), "sprint"))[0] == 0


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("table", TABLES)
def test_export__of_nothing_is_a_right_file(small, tmp_path, table, ending):
    n, data = written(small, table, tmp_path / f"x{ending}", Asked((1999,)))
    assert n == 0
    columns = list(TABLES[table].columns)
    match ending:
        case ".csv":
            assert data.decode() == ",".join(columns) + "\n"
        case ".json":
            assert orjson.loads(data) == []
        case ".ndjson":
            assert data == b""
        case _:
            from pyarrow import parquet  # noqa: PLC0415

            found = parquet.read_table(io.BytesIO(data))
            assert (found.column_names, found.num_rows) == (columns, 0)


def test_export__documents_have_an_id_and_are_as_published(small, tmp_path):
    n, data = written(small, DOCUMENTS, tmp_path / "x.ndjson")
    lines = data.splitlines()
    assert n == len(lines) == 2
    with small.open() as archive:
        for line, run in zip(lines, archive.runs(), strict=True):
            document = archive.document(run.document_sha256)
            assert line == b'{"_id":"' + run.run_id.encode() + b'",' + document.strip()[1:]
            assert orjson.loads(line)["metadata"]["season"] == 2025


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_export__no_name_is_computed_by_a_spreadsheet(tmp_path, begin):
    small = SmallArchive(tmp_path / "archive.sqlite")
    name = f'{begin}HYPERLINK("http://x","y")'
    rows = (structs.replace(driver_forecast("ZZZ", 0.5), name=name), driver_forecast("AAA", 0.5))
    small.add("r1", structs.replace(one_event(1), predictions=rows))
    small.close()
    _, data = written(small, "forecasts", tmp_path / "x.csv")
    names = {line["name"] for line in csv.DictReader(io.StringIO(data.decode(), newline=""))}
    assert names == {f"'{name}", "Driver AAA"}
    _, data = written(small, "forecasts", tmp_path / "x.json")
    assert {one["name"] for one in orjson.loads(data)} == {name, "Driver AAA"}


def test_cell__numbers_below_zero_stay_numbers():
    assert exporting._cell(-1.5) == -1.5
    assert exporting._cell("-1.5") == "'-1.5"
    assert exporting._cell(True) == "true"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("table", TABLES)
def test_export__is_known_as_the_products_own(small, tmp_path, table, ending):
    path = tmp_path / f"x{ending}"
    kind = EXPORTED_PARQUET if ending == ".parquet" else EXPORT
    for asked in (SEASON, Asked((1999,))):
        data = written(small, table, path, asked)[1]
        assert not data or kind.is_own(data)
    written(small, table, path)  # over the earlier one


def test_export__documents_are_known_as_the_products_own(small, tmp_path):
    assert EXPORT.is_own(written(small, DOCUMENTS, tmp_path / "x.ndjson")[1])


@pytest.mark.parametrize("ending", ENDINGS)
def test_export__somebodys_file_is_left_alone(small, tmp_path, ending):
    path = tmp_path / f"x{ending}"
    mine = b'[{"mine":1}]' if ending == ".json" else b"driver,points\nme,1\n"
    path.write_bytes(mine)
    with pytest.raises(SomebodysFile):
        written(small, "forecasts", path)
    assert path.read_bytes() == mine


def test_export__that_breaks_off_leaves_the_file_before(tmp_path):
    small = SmallArchive(tmp_path / "archive.sqlite")
    small.add("r1", one_event(1))
    path = tmp_path / "export" / "x.ndjson"
    before = written(small, DOCUMENTS, path)[1]
    small.add("r2", one_event(2))
    with small._engine.begin() as connection:
        connection.execute(update(run).where(run.c.run_id == "r2").values(frame=b"damaged"))
    with pytest.raises(ArchiveDamaged):
        written(small, DOCUMENTS, path)
    small.close()
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("name", "table"), [("x.xlsx", "runs"), ("x", "runs"), ("x.csv", DOCUMENTS)]
)
def test_export__an_ending_that_names_no_format(tmp_path, name, table):
    with pytest.raises(UsageError) as told:
        check_export(tmp_path / name, table)
    assert told.value.got == repr(name)


def test_command__names_the_tables_that_there_are():
    assert tuple(TABLES) == command._TABLES
