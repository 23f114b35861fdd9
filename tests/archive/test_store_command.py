"""``store``: what a person types, what is said, and the exit codes."""

from __future__ import annotations

import json

import pytest

from services.archive.kept import keep, kept_documents
from services.archive.place import ARCHIVE_FILE
from services.archive.reader import open_archive
from services.cli.main import commands, main
from tests.archive.small_archive import document_of, one_event, payload_of


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An output folder with two documents kept."""
    monkeypatch.delenv("F1_STORE", raising=False)
    for name in ("r1", "r2"):
        document = document_of(name, one_event(1), one_event(2))
        keep(tmp_path, payload_of(document), document)
    return tmp_path


def store(folder, *words):
    return main(commands, ["store", words[0], "--output-folder", str(folder), *words[1:]])


def test_sync__then_status__then_export(folder, capsys):
    assert store(folder, "sync") == 0
    told = capsys.readouterr().out
    assert told == f"2 documents archived, 0 were there: {folder / ARCHIVE_FILE}\n"
    assert store(folder, "status", "--check") == 0
    told = capsys.readouterr().out
    assert "  2025: 2 published, 0 races with a result, 0 scored" in told
    assert told.endswith("  2 documents kept\nall of it was read and is sound\n")
    assert store(folder, "export", str(folder / "f.csv")) == 0
    assert capsys.readouterr().out == f"4 rows: {folder / 'f.csv'}\n"
    assert len((folder / "f.csv").read_text().splitlines()) == 5


def test_export__seasons_that_are_asked_for(folder, capsys):
    store(folder, "sync")
    export = ("export", str(folder / "r.json"), "--table", "runs", "--seasons")
    assert store(folder, *export, "2024") == 0
    assert json.loads((folder / "r.json").read_text()) == []
    assert store(folder, *export, "2024:2025") == 0
    assert len(json.loads((folder / "r.json").read_text())) == 2
    capsys.readouterr()


def test_sync__says_what_is_left_out_and_ends_with_1(folder, capsys):
    path = kept_documents(folder)[0].path
    path.write_bytes(b"damaged")
    assert store(folder, "sync") == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"left out: {path}: is damaged")
    assert said.out.startswith("1 document archived")


def test_status__counts_what_is_not_archived_yet(folder, capsys):
    store(folder, "sync")
    document = document_of("r3", one_event(1, p_win=0.6))
    keep(folder, payload_of(document), document)
    capsys.readouterr()
    assert store(folder, "status", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kept"], told["not_archived"], told["counts"]["runs"]) == (3, 1, 2)
    assert store(folder, "status") == 0
    assert capsys.readouterr().out.endswith("  next: python -m services store sync\n")


def test_status__of_a_damaged_document_ends_with_1(folder, capsys):
    store(folder, "sync")
    path = folder / ARCHIVE_FILE
    import sqlite3  # noqa: PLC0415

    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE run SET frame = x'00' WHERE run_id = 'r2'")
        connection.execute("DELETE FROM block")
    connection.close()
    capsys.readouterr()
    assert store(folder, "status", "--check") == 1
    told = capsys.readouterr().out
    assert "a row of run_event refers to none of block" in told
    assert "run r2: other bytes than those of " in told


def test_status__without_an_archive_says_where_and_what_to_do(folder, capsys):
    assert store(folder, "status") == 66
    said = capsys.readouterr().err
    assert said.startswith("ArchiveMissing: there is no archive of forecasts\n  where: ")
    assert str(folder / ARCHIVE_FILE) in said
    assert "store sync" in said


@pytest.mark.parametrize("way", ["option", "variable", "settings"])
def test_store__is_named_in_three_ways(folder, monkeypatch, capsys, way):
    elsewhere = folder / "elsewhere" / "a.sqlite"
    words = ["sync"]
    if way == "option":
        words += ["--store", str(elsewhere)]
    elif way == "variable":
        monkeypatch.setenv("F1_STORE", f"sqlite:///{elsewhere}")
    else:
        (folder / "s.toml").write_text(f'[archive]\nurl = "{elsewhere}"\n')
        words += ["--settings", str(folder / "s.toml")]
    assert store(folder, *words) == 0
    with open_archive(elsewhere) as archive:
        assert len(archive.runs()) == 2
    assert not (folder / ARCHIVE_FILE).exists()
    capsys.readouterr()


def test_backfill__of_a_season_that_is_not_there_is_a_mistake(folder, capsys):
    data = folder / "data"
    (data / "2024").mkdir(parents=True)
    assert store(folder, "backfill", "--data", str(data), "--seasons", "2023") == 2
    assert "no folder of the season 2023" in capsys.readouterr().err


def test_backfill__horizons_that_there_are(folder, capsys):
    assert store(folder, "backfill", "--horizons", "a,x") == 2
    assert "no such horizon" in capsys.readouterr().err
