"""Simulate one event of a season, as its forecast does, without publishing anything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from predictor.errors import UsageError
from services.disk.program import RACE_DATA
from services.engine.borrowed_store import BorrowedStore
from services.engine.manifest import read_manifest
from services.engine.progress import progress_bar
from services.engine.store import Store
from services.forecasting.build import BuildSteps
from services.intake.run_folders import Folders
from services.publishing.places import manifest_path
from services.settings import environment
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from predictor.graph.event_races import EventRequest

__all__ = ["Simulated", "folder_of_event", "simulate_event"]


@dataclass(frozen=True, slots=True)
class Simulated:
    """What an event's simulation came to."""

    payload: bytes  # JSON: one told race, or a shard's counts
    notes: tuple[str, ...]  # about the inputs, for a person

    @property
    def value(self) -> dict[str, Any]:
        """The payload as plain values."""
        found: dict[str, Any] = orjson.loads(self.payload)
        return found


def simulate_event(settings: RunRequest, limits: Limits, **wanted: Any) -> Simulated:  # noqa: ANN401
    """Simulate an event from what its forecast starts from.

    Results that a forecast stored beside the season document are used; none is stored.

    Parameters
    ----------
    settings : RunRequest
        Of the forecast.
    limits : Limits
    wanted
        Fields of `predictor.graph.event_races.EventRequest`.

    Raises
    ------
    UsageError
        If there is no such event, race or shard.
    NoUsableInput
        If the season cannot be read.
    """
    cache = settings.folder / ".cache"
    environment.keep_kernels_in(cache / "numba")
    environment.keep_sampler_in(cache / "sampler")
    environment.use_one_blas_thread()
    from predictor.graph.event_races import EventRequest  # noqa: PLC0415 - with NumPy
    from predictor.graph.event_simulation import event_plan  # noqa: PLC0415

    salt = environment.salt()
    request: EventRequest = EventRequest(code=salt.code, environment=salt.environment, **wanted)
    with progress_bar() as on_progress:
        steps = BuildSteps(
            settings,
            Folders(settings, limits),
            read_manifest(manifest_path(settings)),
            BorrowedStore(Store(cache / "stages", limits.store.max_bytes), limits.store.max_bytes),
            salt,
            lambda _node: "",
            partial(event_plan, request=request),
            on_progress,
        )
        inputs, result = steps.read_inputs()
        payload, result = steps.forecast(inputs, result)
    left_out = [f"left out: {file}: {reason}" for file, reason in inputs.rejected(result)]
    troubles = [f"note: {name}: {text}" for name, text in result.troubles.items()]
    return Simulated(payload, (*left_out, *(f"note: {one}" for one in inputs.notes), *troubles))


def folder_of_event(event: str) -> Path:
    """Give the shipped season that an event id names, else the latest one.

    Raises
    ------
    UsageError
        If that year is not shipped.
    """
    there = sorted(
        path.name for path in RACE_DATA.iterdir() if path.is_dir() and path.name.isdigit()
    )
    year = event.strip()[:4]
    named = year if year.isdigit() and event.strip()[4:5] == "-" else there[-1]
    if named not in there:
        raise UsageError(
            f"no files of the season {named} are shipped",
            where="EVENT",
            got=repr(event),
            expected=f"a year from {there[0]} to {there[-1]}",
            do="name the folder of its session files with --train-data",
        )
    return RACE_DATA / named
