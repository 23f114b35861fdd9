"""``doctor``: what a folder of session files holds, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

import click

from predictor.errors import NoUsableInput
from services.cli.season_folder import SeasonFolder
from services.cli.usage import GivenPath
from services.engine.progress import progress_bar
from services.forecasting.diagnosis import Diagnosis, EventFound, examine
from services.forecasting.findings import KINDS, Finding
from services.settings.limits import read_settings
from services.settings.terminal import plain

__all__ = ["doctor", "report", "verdict"]

_LETTERS = {
    "fp1": "FP1",
    "fp2": "FP2",
    "fp3": "FP3",
    "sprint-qualifying": "SQ",
    "sprint": "S",
    "qualifying": "Q",
    "starting-grid": "G",
    "race": "R",
}
_SHOWN = 5  # findings of a kind that are not for all to read
_WIDTHS = (5, 26, 25)


@click.command()
@click.argument("folder", metavar="DIR", type=SeasonFolder(path_type=Path))
@click.option(
    "--history",
    type=GivenPath(path_type=Path, file_okay=False),
    help="Folder with earlier seasons, as for a forecast.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every finding.")
def doctor(*, folder: Path, history: Path | None, as_json: bool) -> int:
    """Say what is recognised in DIR, what is missing, and what can be done; write nothing.

    DIR may be the year of a season that comes with the program: 2025.
    """
    with progress_bar() as on_progress:
        found = examine(folder, history, read_settings(), on_progress)
    click.echo(_as_json(found) if as_json else "\n".join(map(plain, report(found))))
    return 0 if found.season is not None else NoUsableInput.exit_code


def report(found: Diagnosis) -> Iterator[str]:
    """Give the lines for a reader; the last one is the verdict."""
    if found.season is not None:
        used = f"{found.n_used} of {found.n_files} files used"
        yield f"season {found.season} in {found.folder}: {used}"
        yield _about("calendar", found.calendars)
        yield _about("entries", found.entries)
        if found.testing:
            yield f"testing: {_days(found)}, from {_some(_folders(found.testing_files))}"
        rain = [f"{event.event_id} ({event.rain})" for event in found.events if event.rain]
        if rain:
            yield f"forecasts of rain: {_some(rain)}"
        where = f" in {found.history}" if found.history else ""
        yield f"earlier seasons: {_years(found.earlier)}{where}"
        yield ""
        yield _row("round", "event", "sessions", "from")
        yield from (_event_row(event) for event in found.events)
    for name in found.documents:
        yield f"passed over: {name} is a season document, which is never input"
    for kind, findings in groupby(found.findings, key=lambda finding: finding.kind):
        yield ""
        yield from _section(kind, list(findings))
    yield ""
    yield verdict(found)


def verdict(found: Diagnosis) -> str:
    """Give the one line that says whether a forecast is possible."""
    n = found.to_look_at
    things = f"{n} thing{'s' * (n != 1)} to look at" if n else "nothing to look at"
    if found.season is None:
        return f"not usable: none of {found.n_files} files, {things}"
    return f"usable: {found.season}, {len(found.events)} events, {things}"


def _about(what: str, files: Sequence[str]) -> str:
    return f"{what}: {_some(files) or 'none'}"


def _days(found: Diagnosis) -> str:
    """Tell how much testing there is."""
    days = found.testing
    drivers = max(day.n_drivers for day in days)
    laps = sum(day.n_laps for day in days)
    n = f"{len(days)} day{'s' * (len(days) != 1)}"
    long_runs = sum(day.n_with_long_run for day in days)
    return f"{n}, up to {drivers} drivers, {laps} laps, {long_runs} with long runs"


def _years(seasons: Sequence[int]) -> str:
    """Give runs of years as such: 2014-2024."""
    if not seasons:
        return "none"
    runs = [[seasons[0], seasons[0]]]
    for year in seasons[1:]:
        if year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def _event_row(event: EventFound) -> str:
    sessions = " ".join(_LETTERS.get(kind, kind) for kind in event.sessions)
    places = dict.fromkeys(_place(event))
    source = f"{_some(list(places))} ({', '.join(event.providers)})" if places else ""
    shown = "cancelled" if event.status == "cancelled" else sessions or "-"
    return _row(str(event.round), event.event_id, shown, source)


def _place(event: EventFound) -> Iterator[str]:
    """Give the folders of an event's files, and the files that lie directly in the data folder."""
    return (_folder(file) for files in event.files.values() for file in files)


def _folders(files: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(map(_folder, files)))


def _folder(file: str) -> str:
    parent = PurePosixPath(file).parent.as_posix()
    return file if parent == "." else f"{parent}/"


def _row(number: str, *cells: str) -> str:
    wide = [f"{cell:<{width}}" for cell, width in zip(cells, _WIDTHS[1:], strict=False)]
    return "  ".join((f"{number:>{_WIDTHS[0]}}", *wide, *cells[len(wide) :])).rstrip()


def _section(kind: str, findings: Sequence[Finding]) -> Iterator[str]:
    """Give the findings of one kind; of those that change no forecast only the first few."""
    yield f"{kind}: {len(findings)}"
    shown = findings if findings[0].counts else findings[:_SHOWN]
    for finding in shown:
        where = f"{finding.where}: " if finding.where else ""
        yield f"  {where}{finding.what}"
        if finding.do:
            yield f"      do: {finding.do}"
    if len(findings) > len(shown):
        yield f"  and {len(findings) - len(shown)} more; --json lists them all"


def _some(names: Sequence[str]) -> str:
    more = len(names) - 2
    return ", ".join(names[:2]) + (f" and {more} more" if more > 0 else "")


def _as_json(found: Diagnosis) -> str:
    import orjson  # noqa: PLC0415 - only here

    shown: dict[str, Any] = {
        "verdict": verdict(found),
        "usable": found.season is not None,
        "to_look_at": found.to_look_at,
        "kinds": KINDS,
        "found": found,
    }
    return orjson.dumps(shown).decode()
