"""Record a weekend: real runs on a season that comes with the program, file by file.

    python -m services.web.demo.record

Every document is what a run published; only its clock is set to the weekend, as if it had been
there. Of the season so far, events beyond the next one are left without their forecasts, which
nobody asks about again and which would be most of the file.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import UNSET, Raw, UnsetType, structs

from predictor.published.event_types import Event, SessionTime
from predictor.published.json_text import write_json
from predictor.published.run_types import RunEntry
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus, Horizon, SessionKind
from services.backtesting.season_tasks import season_tasks
from services.backtesting.walk_season import season_references
from services.disk.atomic_write import replace_file
from services.disk.program import RACE_DATA
from services.forecasting.one_run import run_job
from services.forecasting.simulated_event import simulate_event
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from services.web.demo.recording import RECORDING, Drop, Recording, ReferenceForecast, pack
from services.web.demo.replay import drop_files
from services.web.derived.weekend import has_run

__all__ = ["main", "record", "references"]

_SEASON, _EVENT = "2025", "13-belgium"
_BASE = ("calendar.json", "entries.json")
_LASTS = {SessionKind.RACE: timedelta(hours=2)}  # from its start until its file is dropped
_USUAL = timedelta(hours=1, minutes=10)
_RUN = timedelta(seconds=6)
_DECIMALS = 4  # of a chance of a place; scores do not show more


@dataclass(frozen=True, slots=True)
class _Step:
    """Files that are dropped together, and when the document is out."""

    at: datetime
    files: tuple[str, ...]


def record(folder: Path, n_simulations: int) -> Recording:
    """Return the recording of the weekend.

    Parameters
    ----------
    folder : Path
        Empty; for the season's files and what runs store.
    n_simulations : int
        Races per event and scenario.

    Raises
    ------
    F1Error
        As `services.forecasting.one_run.run_job` and
        `services.forecasting.simulated_event.simulate_event`.
    """
    steps = list(_steps(_calendar()))
    first = next(at for at, step in enumerate(steps) if step.files[0].startswith(_EVENT))
    drops: list[Drop] = []
    clock: dict[str, datetime] = {}  # run id -> when its document is out
    for number, step in enumerate(steps):
        document = _run(folder, step.files, n_simulations)
        clock[document.metadata.run.run_id] = step.at
        document = _at(document, clock)
        if number < first - 1:
            document = _shortened(document)
        told = () if number < first - 1 else tuple(_told(folder, document, n_simulations))
        drops.append(Drop(_text(step.at), step.files, Raw(write_json(document)), told))
    return Recording(_SEASON, tuple(drops[:first]), tuple(drops[first:]), references(folder))


def references(folder: Path) -> tuple[ReferenceForecast, ...]:
    """Return what reference models said of the races up to the weekend's, each before it.

    Parameters
    ----------
    folder : Path
        For what is computed meanwhile.

    Raises
    ------
    F1Error
        As `services.backtesting.walk_season.season_references`.
    """
    request = RunRequest(
        train_data=RACE_DATA / _SEASON, output=folder / "none.json", n_simulations=1
    )
    tasks = season_tasks(RACE_DATA, (int(_SEASON),), tuple(Horizon), request, Limits())
    last = int(_EVENT.partition("-")[0])
    shown = {
        event.metadata.event_id
        for event in _calendar().predictions.values()
        if event.metadata.round <= last
    }
    return tuple(
        ReferenceForecast(
            one.event_id,
            one.horizon,
            one.model,
            one.drivers,
            tuple(tuple(round(p, _DECIMALS) for p in row) for row in one.p_position),
        )
        for one in season_references(tasks[0])
        if one.event_id in shown
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Record the weekend anew."""
    parser = argparse.ArgumentParser(description="Record the weekend of `serve --demo`.")
    parser.add_argument("--num-simulations", type=int, default=5000)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        replace_file(RECORDING, pack(record(Path(folder), options.num_simulations)))


def _calendar() -> SeasonDocument:
    """Return a document of the season that has its calendar, for the times of sessions."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(Path(folder), _BASE, 1)


def _steps(document: SeasonDocument) -> Iterator[_Step]:
    """Give what is dropped up to the end of the weekend: of those before it, sessions together."""
    events = [event.metadata for event in document.predictions.values()]
    folders = sorted(path.name for path in (RACE_DATA / _SEASON).iterdir() if path.is_dir())
    first = min(_ends(kind, one.starts_at) for kind, one in events[0].sessions.items())
    yield _Step(first - timedelta(days=7), _BASE)
    for name in folders[: folders.index(_EVENT) + 1]:
        sessions = events[folders.index(name)].sessions
        there = [
            (_ends(kind, session.starts_at), kind, f"{name}/{kind.value}.json")
            for kind, session in sessions.items()
            if (RACE_DATA / _SEASON / name / f"{kind.value}.json").is_file()
        ]
        together: list[str] = []
        for at, kind, file in sorted(there):
            together.append(file)
            if name == _EVENT or _ends_a_part(kind, sessions):
                yield _Step(at, tuple(together))
                together = []


def _ends_a_part(kind: SessionKind, sessions: Mapping[SessionKind, SessionTime]) -> bool:
    """Whether what is known of a weekend is told after a session: practice, the grid, the race."""
    last_practice = SessionKind.FP3 if SessionKind.FP3 in sessions else SessionKind.FP1
    return kind in (last_practice, SessionKind.QUALIFYING, SessionKind.RACE)


def _ends(kind: SessionKind, starts_at: str) -> datetime:
    return datetime.fromisoformat(starts_at) + _LASTS.get(kind, _USUAL)


def _run(folder: Path, files: Sequence[str], n_simulations: int) -> SeasonDocument:
    drop_files(folder / _SEASON, files)
    return run_job(_request(folder, n_simulations)).document


def _request(folder: Path, n_simulations: int) -> RunRequest:
    return RunRequest(
        train_data=folder / _SEASON,
        output=folder / "output" / f"season_{_SEASON}_incremental.json",
        n_simulations=n_simulations,
        incremental=True,
        trigger="drop",
    )


def _told(folder: Path, document: SeasonDocument, n_simulations: int) -> Iterator[Raw]:
    """Tell a race and a sprint of the weekend, of those that are still to come."""
    name = f"{_SEASON}-{_EVENT.partition('-')[2]}"
    event = next(one for one in document.predictions.values() if one.metadata.event_id == name)
    if has_run(event):
        return
    sessions = (False, True) if event.sprint and not event.sprint.result else (False,)
    for sprint in sessions:
        found = simulate_event(
            _request(folder, n_simulations),
            Limits(),
            event=name,
            sprint=sprint,
            bands=True,
            leads=True,
        )
        yield Raw(found.payload)


def _at(document: SeasonDocument, clock: Mapping[str, datetime]) -> SeasonDocument:
    """Return a document as if each of its runs had been at its time, on no machine at all."""
    metadata = document.metadata
    at = clock[metadata.run.run_id]
    changed = structs.replace(
        metadata,
        generated_at=_text(at),
        training_time=_text(at - _RUN),
        training_history=tuple(_entry_at(one, clock) for one in metadata.training_history),
        run=structs.replace(metadata.run, host={}),
    )
    return structs.replace(document, metadata=changed)


def _entry_at(entry: RunEntry, clock: Mapping[str, datetime]) -> RunEntry:
    if isinstance(entry.run_id, UnsetType):
        return entry
    at = clock[entry.run_id]
    return structs.replace(entry, started=_text(at - _RUN), ended=_text(at))


def _shortened(document: SeasonDocument) -> SeasonDocument:
    """Leave out forecasts of events beyond the next one."""
    events, is_next = {}, True
    for name, event in document.predictions.items():
        is_run = event.metadata.status is EventStatus.COMPLETED
        events[name] = event if is_run or is_next else _without_forecast(event)
        is_next = is_next and is_run
    return structs.replace(document, predictions=events)


def _without_forecast(event: Event) -> Event:
    bare = structs.replace(
        event.metadata,
        horizon=None,
        as_of=None,
        inputs=UNSET,
        data_hash=UNSET,
        n_simulations=UNSET,
        mc_se=UNSET,
    )
    return structs.replace(event, metadata=bare, predictions=(), scenarios={}, sprint=UNSET)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


if __name__ == "__main__":
    main()
