"""Documents are kept as they were published, once each, and thinned by a rule."""

from __future__ import annotations

import gzip

import pytest

from services.archive.kept import keep, kept_documents, read_kept, thin
from tests.archive.small_archive import document_of, one_event, payload_of


def kept(folder, name, published_at="2025-03-10T00:00:00Z", season=2025):
    document = document_of(name, one_event(1), published_at=published_at, season=season)
    return keep(folder, payload_of(document), document)


def test_keep__gives_back_the_bytes_under_a_number_and_the_digest(tmp_path):
    document = document_of("r1", one_event(1))
    one = keep(tmp_path, payload_of(document), document)
    assert one.path.parent == tmp_path / "published" / "2025"
    assert one.path.name == f"00000001-{one.sha12}.json.gz"
    assert gzip.decompress(one.path.read_bytes()) == read_kept(one) == payload_of(document)
    assert kept_documents(tmp_path) == [one]
    assert one.published_at == "2025-03-10T00:00:00Z"


def test_keep__the_last_one_of_a_season_is_kept_once(tmp_path):
    assert kept(tmp_path, "r1") is not None
    assert kept(tmp_path, "r1") is None
    assert kept(tmp_path, "r1", season=2024).number == 2
    assert kept(tmp_path, "r2").number == 3
    assert kept(tmp_path, "r1").number == 4  # published again after another
    assert [one.season for one in kept_documents(tmp_path)] == [2025, 2024, 2025, 2025]


def test_kept_documents__others_files_are_none(tmp_path):
    assert kept_documents(tmp_path) == []
    one = kept(tmp_path, "r1")
    (one.path.parent / "notes.json.gz").write_bytes(b"mine")
    (tmp_path / "published" / "old").mkdir()
    (tmp_path / "published" / "2024").write_bytes(b"a file")
    assert kept_documents(tmp_path) == [one]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-20],
        lambda data: data[:100] + bytes([data[100] ^ 255]) + data[101:],
        lambda _: b"",
        lambda _: gzip.compress(b"{}"),
    ],
    ids=["cut", "changed", "empty", "another"],
)
def test_read_kept__damage_is_an_error_of_the_file(tmp_path, damage):
    one = kept(tmp_path, "r1")
    one.path.write_bytes(damage(one.path.read_bytes()))
    with pytest.raises(ValueError, match="is damaged"):
        read_kept(one)


def test_thin__keeps_the_last_ones_and_one_before_every_session(tmp_path):
    days = [kept(tmp_path, f"r{day}", f"2025-03-{day:02d}T12:00:00Z") for day in range(1, 11)]
    sessions = {"2025-03-03T12:00:00Z", "2025-03-05T00:00:00Z", "2025-02-01T00:00:00Z"}
    assert thin(days, 4, sessions) == 4
    # The third was published as the session began, the fourth was the last before the next.
    assert [one.number for one in kept_documents(tmp_path)] == [3, 4, 7, 8, 9, 10]
    assert thin(kept_documents(tmp_path), 6, sessions) == 0


def test_keep__goes_on_counting_after_thinning(tmp_path):
    days = [kept(tmp_path, f"r{day}") for day in range(1, 5)]
    thin(days, 1, ())
    assert kept(tmp_path, "r9").number == 5
