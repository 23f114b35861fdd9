"""Files whose names say that they hold data in a form that is not read.

They are named, with what to do, and never opened: a workbook beside the session files would
else look as if it were used. Pictures, notes and programs are nobody's session files, so of
them nothing is said.
"""

from __future__ import annotations

__all__ = ["advice", "why_not_read"]

_SHEET = ("is a spreadsheet's workbook", "save the sheet as CSV beside it")
_TABLE = ("is a table in a form that is not read", "save it as CSV beside it")
_PACKED = ("is packed or an archive", "unpack it; of packed files .json.gz and .csv.gz are read")
_PICKLE = ("is a pickle, which is never loaded because it can run code", "export it as CSV")
_DATABASE = ("is a database", "export its tables as CSV")
_MARKUP = ("is in a form that is not read", "fetch or save it as JSON or CSV")
_BY_ENDING = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers"), _SHEET),
    **dict.fromkeys((".parquet", ".feather", ".arrow", ".orc", ".avro"), _TABLE),
    **dict.fromkeys((".h5", ".hdf5", ".npy", ".npz", ".mat", ".rds", ".rdata"), _TABLE),
    **dict.fromkeys((".gz", ".tgz", ".zip", ".7z", ".rar", ".tar", ".bz2", ".xz", ".zst"), _PACKED),
    **dict.fromkeys((".pkl", ".pickle", ".ff1pkl"), _PICKLE),
    **dict.fromkeys((".db", ".sqlite", ".sqlite3", ".duckdb"), _DATABASE),
    **dict.fromkeys((".yaml", ".yml", ".toml", ".xml", ".html", ".htm"), _MARKUP),
}
_TEXT = (
    "is a text whose ending does not tell what it holds",
    "if it is session data, give it the ending .csv, .tsv or .json",
)
_TEXTS = (".txt", ".dat", ".tab", ".prn", ".json5", ".jsonc", ".geojson")
# What people write beside data, in words of their own.
_PROSE = ("readme", "read me", "note", "todo", "licen", "change", "credit", "source", "requirement")
_LOCKS = "~$"  # Excel's mark of a workbook that is open


def why_not_read(name: str) -> tuple[str, str] | None:
    """Give what a file is by its name, and what to do; None for names that are no data's.

    Parameters
    ----------
    name : str
        Without folders, and not that of a session file.
    """
    stem, dot, ending = name.rpartition(".")
    if not stem or name.startswith(_LOCKS):
        return None
    if (dot + ending).lower() in _TEXTS:
        return None if stem.lower().startswith(_PROSE) else _TEXT
    return _BY_ENDING.get((dot + ending).lower())


def advice(path: str) -> str:
    """Give the same as one line, of a path that `why_not_read` knows."""
    return ": ".join(why_not_read(path.rpartition("/")[2]) or ())
