"""What may lie in an output folder, and what the record and the document there must say."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import orjson

__all__ = ["check_record", "read_record", "read_whole", "strays", "temporaries", "whole"]

_HEX = "[0-9a-f]"
_KNOWN = re.compile(
    "|".join(
        (
            r"season\.json",
            r"\.lock",
            r"\.status\.json",
            r"metrics\.prom",
            r"archive\.sqlite(-wal|-shm)?",
            r"published/\.archived",
            rf"published/\d{{4}}/\d{{8}}-{_HEX}{{12}}\.json\.gz",
            r"training\.log(\.\d)?",
            r"training_history\.jsonl",
            rf"explanations/{_HEX}{{16}}\.json\.gz",
            rf"\.last-good/{_HEX}{{16}}\.table",
            rf"\.last-good/(?P<g>{_HEX}{{2}})/(?P=g){_HEX}{{62}}",
            rf"\.cache/stages/{_HEX}{{2}}/{_HEX}{{62}}",
            rf"\.cache/runs/{_HEX}{{16}}\.msgpack",
            r"\.cache/worker(-verify)?\.log",
        )
    )
)


def strays(folder: Path) -> list[str]:
    """List the files that nobody can account for; temporary ones are among them."""
    files = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    names = [path.relative_to(folder).as_posix() for path in files]
    return sorted(name for name in names if not _KNOWN.fullmatch(name))


def temporaries(folder: Path) -> list[str]:
    """List the temporary files that a killed process may leave for the next one to remove."""
    return [name for name in strays(folder) if name.endswith(".tmp")]


def read_whole(path: Path) -> dict[str, Any]:
    """Read a document as any reader may at any time, and make sure that it is whole."""
    return whole(path.read_bytes())


def whole(data: bytes) -> dict[str, Any]:
    """Parse a document and compare its forecasts with their digest in it."""
    document: dict[str, Any] = orjson.loads(data)
    digest = hashlib.sha256(orjson.dumps(document["predictions"])).hexdigest()
    assert document["metadata"]["predictions_sha256"] == digest
    return document


def read_record(folder: Path) -> list[dict[str, Any]]:
    """Read the record as any reader may; every line must be whole."""
    data = (folder / "training_history.jsonl").read_bytes()
    assert data.endswith(b"\n"), data[-200:]
    return [orjson.loads(line) for line in data.splitlines()]


def check_record(folder: Path) -> list[dict[str, Any]]:
    """Check that every line can be read, counters rise, and no published run is missing."""
    entries = read_record(folder)
    counters = [entry["counter"] for entry in entries]
    assert counters == sorted(set(counters)), counters
    published = [entry["run_id"] for entry in entries if entry["outcome"] == "published"]
    assert len(published) == len(set(published)), published
    listed = read_whole(folder / "season.json")["metadata"]["training_history"]
    # Runs that failed are listed too.
    shown = [entry["run_id"] for entry in listed if entry["outcome"] == "published"]
    assert shown
    assert [run_id for run_id in shown if run_id not in published] == []
    return entries
