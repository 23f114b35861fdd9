"""What a person names when he opens a season: a document, an output folder, or session files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from predictor.as_of import AsOf, parse_as_of
from predictor.errors import UsageError
from predictor.published.season_types import SeasonDocument
from services.disk.program import shipped_seasons
from services.publishing.places import latest_document
from services.publishing.publisher import read_document
from services.settings.run_request import RunRequest

__all__ = ["Opened", "forecast_again", "open_place"]

OUTPUT = Path("predictions") / "notebook"  # apart from what a daemon or a command publishes
TRIGGER = "notebook"


@dataclass(frozen=True, slots=True)
class Opened:
    """A document, where it lies, and what it was asked for; None where it was only read."""

    document: SeasonDocument
    path: Path
    request: RunRequest | None


def open_place(
    where: str | int | Path,
    *,
    as_of: str | int | None,
    output: Path | None,
    options: Mapping[str, Any],
) -> Opened:
    """Read the document that a place holds, or have its session files forecast.

    Parameters
    ----------
    where : str, int or Path
    as_of, output
        See `services.notebook.season.open_season`.
    options : mapping
        Fields of `RunRequest` that were given.

    Raises
    ------
    F1Error
        See `services.notebook.season.open_season`.
    """
    path = _place(str(where))
    document = path if path.is_file() else latest_document(path)
    if document is None:
        point = parse_as_of(str(as_of), "as_of") if as_of is not None else None
        target = (output or OUTPUT) / _name(path, point)
        request = RunRequest(
            train_data=path,
            output=target,
            as_of=point,
            incremental=True,
            trigger=TRIGGER,
            **options,
        )
        return forecast_again(request)
    given = [*options, *(["as_of"] if as_of is not None else []), *(["output"] if output else [])]
    if given:
        raise UsageError(
            "a document that is published is opened as it is",
            where=str(document),
            got=", ".join(given),
            do="leave that out, or open the folder of session files, which is forecast anew",
        )
    return Opened(_read(document), document, None)


def forecast_again(request: RunRequest) -> Opened:
    """Bring a document up to date; nobody but its reader is told of it.

    Raises
    ------
    F1Error
        See `services.forecasting.one_run.run_job`.
    """
    from services.forecasting.one_run import run_job  # noqa: PLC0415 - reading needs none of it

    report = run_job(request)
    return Opened(report.document, report.path, request)


def _place(name: str) -> Path:
    path = Path(name)
    if path.exists():
        return path
    shipped = shipped_seasons(name)
    if shipped is not None and shipped.is_dir():
        return shipped
    raise UsageError(
        "nothing of that name is there",
        where="open_season",
        got=name,
        expected="a season document, a folder with one, or a folder of session files",
        do="name a path, or the year of a season that comes with the program, as 2025",
    )


def _read(path: Path) -> SeasonDocument:
    found = read_document(path)
    if found is None:
        raise UsageError(
            "not a season document",
            where=str(path),
            expected="what `forecast` or `watch` writes",
            do="name such a file, the folder that it lies in, or a folder of session files",
        )
    return found.document


def _name(folder: Path, as_of: AsOf | None) -> str:
    words = [folder.resolve().name, *([f"as of {as_of.words}"] if as_of is not None else [])]
    return re.sub(r"\W+", "_", " ".join(["forecast", *words])) + ".json"
