"""Bytes to text: what the bytes are is settled here, by themselves and before any parser.

Text may be packed with gzip and written in UTF-8 or, with a byte order mark, in UTF-16.
What is no text of data at all (a workbook, an archive, an error page) is refused by its
name, because "not valid JSON" would send its owner looking in the wrong place.
"""

from __future__ import annotations

import re
import zlib

from predictor.errors import CutFileError, FormatError

__all__ = ["read_text"]

_GZIP = b"\x1f\x8b"
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
# First bytes of what people store tables in and no text is; each with what it is and what helps.
_BINARY = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive", "save the sheet as CSV, or unpack it"),
    (b"PK\x05\x06", "an empty ZIP archive", "drop the files themselves"),
    (b"PAR1", "a Parquet table", 'save it as CSV, with pandas: read_parquet("x").to_csv("x.csv")'),
    (b"ARROW1", "an Arrow table", 'save it as CSV, with pandas: read_feather("x").to_csv("x.csv")'),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV"),
    (b"SQLite format 3", "an SQLite database", "export its tables as CSV"),
    (b"BZh", "packed with bzip2", "unpack it"),
    (b"\xfd7zXZ", "packed with xz", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "unpack it"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"%PDF", "a PDF document", "drop the data that it was made from"),
    (b"\x89PNG", "a picture", "drop the data that it shows"),
    (b"\x80\x04\x95", "a pickle, which is never loaded because it can run code", "save it as CSV"),
    (b"\x80\x05\x95", "a pickle, which is never loaded because it can run code", "save it as CSV"),
)
_PAGE = re.compile(r"<(?:!doctype|html|head|body|title|h\d|p|center|pre)\b", re.IGNORECASE)
_MAX_MEMBERS = 64  # of a gzip file; appending makes some, millions of empty ones are no file
_BLANK = 4096  # characters at the start in which an error page's first tag is looked for


def read_text(data: bytes, file: str, max_bytes: int) -> str:
    """Give the text that bytes hold, without a byte order mark.

    Parameters
    ----------
    data : bytes
        May be packed with gzip.
    file : str
        Named in errors.
    max_bytes : int
        Packed bytes that come to more than this are refused before the rest is unpacked.

    Raises
    ------
    FormatError
        If they are empty, no text, or text of what is no data.
    """
    if data.startswith(_GZIP):
        data = _unpack(data, file, max_bytes)
    if not data.strip():
        raise CutFileError(
            "the file is empty",
            where=file,
            got=f"{len(data)} bytes",
            do="drop it again once it is written",
        )
    for start, what, do in _BINARY:
        if data.startswith(start):
            raise FormatError(f"this is {what}", where=file, expected="JSON or CSV text", do=do)
    text = _decode(data, file)
    _refuse_markup(text, file)
    return text


def _unpack(data: bytes, file: str, max_bytes: int) -> bytes:
    """Unpack all members of a gzip file, never more than allowed."""
    parts: list[bytes] = []
    n_bytes = 0
    for _ in range(_MAX_MEMBERS):
        unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        try:
            parts.append(unpacker.decompress(data, max_bytes - n_bytes + 1))
        except zlib.error as error:
            raise FormatError(
                "not a whole gzip file", where=file, got=str(error), do="fetch it again"
            ) from error
        n_bytes += len(parts[-1])
        if n_bytes > max_bytes:
            raise FormatError(
                "the packed file is too large for session data",
                where=file,
                got=f"more than {max_bytes} bytes once unpacked",
                do="drop results, laps or the calendar; telemetry is not used",
            )
        if not unpacker.eof:
            raise CutFileError(
                "the packed file ends too early; it may be cut or still being written",
                where=file,
                got=f"{n_bytes} bytes unpacked",
                do="drop it again once it is complete",
            )
        data = unpacker.unused_data.lstrip(b"\0")  # some writers pad with zeros
        if not data:
            return b"".join(parts)
    raise FormatError(
        "not a whole gzip file",
        where=file,
        got=f"more than {_MAX_MEMBERS} parts",
        do="unpack it, and drop what it holds",
    )


def _decode(data: bytes, file: str) -> str:
    encoding = _MARKS.get(data[:2])
    try:
        text = data[2:].decode(encoding) if encoding is not None else data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + (2 if encoding is not None else 0)
        raise _not_text(file, f"byte 0x{data[at]:02x} at {at}") from error
    if "\0" in text:
        raise _not_text(file, "a zero byte")
    return text


def _not_text(file: str, got: str) -> FormatError:
    return FormatError(
        "not UTF-8 text",
        where=file,
        got=got,
        expected="UTF-8, or UTF-16 with its mark",
        do="save the file as UTF-8",
    )


def _refuse_markup(text: str, file: str) -> None:
    start = text[:_BLANK].lstrip()
    if not start.startswith("<"):
        return
    if start.startswith("<?xml") and "MRData" in start:
        raise FormatError(
            "Jolpica's XML instead of JSON", where=file, do="fetch the address ending in .json"
        )
    if _PAGE.match(start):
        raise FormatError(
            "an error page instead of data",
            where=file,
            got=f"a web page that begins {start[:40]!r}",
            expected="JSON or CSV",
            do="fetch it again; free services limit how often they answer",
        )
    raise FormatError(
        "a web page or XML instead of data",
        where=file,
        got=f"text that begins {start[:40]!r}",
        expected="JSON or CSV",
        do="fetch it again as JSON or CSV",
    )
