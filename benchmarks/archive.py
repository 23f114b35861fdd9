"""Measure what the archive costs: a run written whole, and what readers ask, in processor time."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import structs

from benchmarks.sample_document import make_document
from predictor.published.season_types import SeasonDocument
from services.archive.kept import keep
from services.archive.place import StorePlace
from services.archive.reader import open_archive
from services.archive.sync import sync

__all__ = ["ARCHIVE_LIMITS", "archive_text", "measure_archive", "other_documents"]

Value = TypeVar("Value")

# What the product promises, ms of processor time at most.
ARCHIVE_LIMITS: Mapping[str, float] = {"write_run_cpu_ms": 100.0, "title_history_cpu_ms": 5.0}
_REPEATS = 7  # the fastest counts, as noise only ever adds


def measure_archive(document: Path | None = None, n_runs: int = 200) -> dict[str, float]:
    """Return what it costs to archive runs of which each says something new of every event.

    Parameters
    ----------
    document : Path, optional
        Season document that the runs are made from; one of 2025 is made unless given.
    n_runs : int

    Returns
    -------
    dict
        ``keep_run_cpu_ms`` and ``write_run_cpu_ms``: to keep a document, and to archive it.
        ``known_run_cpu_ms``: to archive one of which every forecast is known.
        ``title_history_cpu_ms``: a driver's title odds in all runs; ``event_history_cpu_ms``: a
        driver's forecasts of an event; ``frozen_season_cpu_ms``; ``document_cpu_ms``: one put
        together again. ``kib_a_run``, ``rows``.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        source = document or make_document(folder / "source")
        first = msgspec.json.decode(source.read_bytes(), type=SeasonDocument)
        place = StorePlace(path=folder / "archive.sqlite")
        sync(folder, place)
        kept_ms, written_ms = 0.0, 0.0
        for one in other_documents(first, n_runs):
            payload = msgspec.json.encode(one) + b"\n"
            kept_ms += _cpu_ms(lambda payload=payload, one=one: keep(folder, payload, one))  # type: ignore[misc]
            written_ms += _cpu_ms(lambda: sync(folder, place))
            shutil.rmtree(folder / "published")  # so that a sync finds the one document alone
        again = _renamed(first, "again")
        keep(folder, msgspec.json.encode(again) + b"\n", again)
        figures = {
            "n_runs": float(n_runs),
            "keep_run_cpu_ms": kept_ms / n_runs,
            "write_run_cpu_ms": written_ms / n_runs,
            "known_run_cpu_ms": _cpu_ms(lambda: sync(folder, place)),
            **_asked(place, first),
        }
        size = place.path.stat().st_size if place.path is not None else 0
        figures["kib_a_run"] = size / 1024 / (n_runs + 1)
    return {name: round(value, 2) for name, value in figures.items()}


def archive_text(figures: Mapping[str, float]) -> str:
    """Return the figures as lines for a reader."""
    lines = []
    for name, value in figures.items():
        limit = ARCHIVE_LIMITS.get(name)
        bound = f" (at most {limit:,g})" if limit is not None else ""
        lines.append(f"archive: {name.replace('_', ' ')} {value:,g}{bound}\n")
    return "".join(lines)


def other_documents(first: SeasonDocument, n: int) -> Iterator[SeasonDocument]:
    """Yield documents of which each has another forecast of every event than all the others."""
    for number in range(n):
        events = {
            name: structs.replace(
                block,
                predictions=tuple(
                    structs.replace(row, expected_points=row.expected_points + number * 1e-4)
                    for row in block.predictions
                ),
            )
            for name, block in first.predictions.items()
        }
        yield structs.replace(_renamed(first, f"run {number}"), predictions=events)


def _renamed(document: SeasonDocument, name: str) -> SeasonDocument:
    run_id = hashlib.sha256(name.encode()).hexdigest()[:12]
    metadata = document.metadata
    run = structs.replace(metadata.run, run_id=run_id)
    return structs.replace(document, metadata=structs.replace(metadata, run=run))


def _asked(place: StorePlace, document: SeasonDocument) -> dict[str, float]:
    season = document.metadata.season
    event = next(one for one in document.predictions.values() if one.predictions)
    driver = event.predictions[0].driver_id
    event_id = event.metadata.event_id
    with open_archive(place) as archive:
        run = archive.runs(limit=1)[0]
        questions: dict[str, Callable[[], object]] = {
            "title_history_cpu_ms": lambda: archive.title_history(season, "driver", driver),
            "event_history_cpu_ms": lambda: archive.event_history(event_id, driver_id=driver),
            "frozen_season_cpu_ms": lambda: archive.frozen_season(season),
            "document_cpu_ms": lambda: archive.document(run.document_sha256),
        }
        figures = {
            name: min(_cpu_ms(ask) for _ in range(_REPEATS)) for name, ask in questions.items()
        }
        figures["rows"] = float(archive.count()["forecast rows"])
    return figures


def _cpu_ms(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return 1000.0 * (time.process_time() - started)
