import gzip
import zlib

import pytest

from predictor.errors import FormatError
from predictor.formats.text import read_text

MAX = 1_000_000


def read(data, max_bytes=MAX):
    return read_text(data, "drop", max_bytes)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<!doctype html><title>Too many requests</title>" + b"x" * 131_100, "an error page"),
        (b"<!DOCTYPE html><html>" + b"a" * 140_000, "an error page"),
        (b"  \r\n<HTML><body>502 Bad Gateway", "an error page"),
        (b"<h1>Service Unavailable</h1>", "an error page"),
        (b'<?xml version="1.0"?>\n<MRData xmlns="x" limit="30">', "Jolpica's XML"),
        (b'<?xml version="1.0"?>\n<results>', "a web page or XML"),
        (b"PK\x03\x04\x14\0", "an Excel workbook or a ZIP archive"),
        (b"PAR1\x15\x04", "a Parquet table"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\x80\x04\x95\0\0", "a pickle"),
    ],
)
def test_read_text__names_what_is_no_data_and_what_to_do(data, what):
    with pytest.raises(FormatError, match=what) as caught:
        read(data)
    assert caught.value.do
    assert len(caught.value.one_line()) < 300


def test_read_text__unpacks_all_parts_of_a_packed_file():
    packed = gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n") + b"\0\0"
    assert read(packed) == "a,b\n1,2\n"


def test_read_text__refuses_a_bomb_before_it_is_unpacked():
    bomb = gzip.compress(bytes(200 * 2**20))
    assert len(bomb) < 300_000
    with pytest.raises(FormatError, match="too large") as caught:
        read(bomb)
    assert caught.value.got == f"more than {MAX} bytes once unpacked"


def test_read_text__refuses_a_file_of_very_many_empty_parts():
    with pytest.raises(FormatError, match="not a whole gzip file"):
        read(gzip.compress(b"") * 1000)


def test_read_text__refuses_a_packed_file_cut_anywhere():
    packed = gzip.compress(b"Driver,Laps\nVER,50\n", mtime=0)
    for n_bytes in range(3, len(packed)):
        with pytest.raises(FormatError, match="may be cut"):
            read(packed[:n_bytes])


def test_read_text__refuses_packed_bytes_that_are_damaged():
    packed = bytearray(gzip.compress(b"Driver,Laps\nVER,50\n", mtime=0))
    packed[-6] ^= 1
    with pytest.raises(FormatError, match="not a whole gzip file"):
        read(bytes(packed))
    with pytest.raises(FormatError, match="not a whole gzip file"):
        read(b"\x1f\x8b" + zlib.compress(b"x"))


def test_read_text__refuses_half_of_a_utf_16_character():
    with pytest.raises(FormatError, match="not UTF-8"):
        read("é".encode("utf-16")[:-1])
