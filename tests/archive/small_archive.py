"""An archive of small documents, made by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET, structs

from predictor.published.event_types import Event, Result, ResultRow, SessionTime
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus, Horizon, ResultStatus, SessionKind
from services.archive.connection import telling, writing
from services.archive.place import StorePlace
from services.archive.reader import Archive, open_archive
from services.archive.run_values import Backfilled
from services.archive.upgrade import bring_up_to_date
from services.archive.writer import Reference, add_document, add_references
from tests.published.small_document import driver_forecast, event, small_document

__all__ = [
    "RACES",
    "SmallArchive",
    "document_of",
    "forecast_of",
    "one_event",
    "payload_of",
    "result_of",
]

# Round -> when its sessions begin: practice, qualifying, race.
RACES = {
    1: ("2025-03-14T01:00:00Z", "2025-03-15T05:00:00Z", "2025-03-16T04:00:00Z"),
    2: ("2025-03-21T01:00:00Z", "2025-03-22T05:00:00Z", "2025-03-23T07:00:00Z"),
    3: ("2025-04-04T01:00:00Z", "2025-04-05T05:00:00Z", "2025-04-06T05:00:00Z"),
}
NAMES = {1: "first", 2: "second", 3: "third"}


def one_event(
    round_no: int,
    horizon: Horizon | None = Horizon.BEFORE_WEEKEND,
    p_win: float = 0.75,
    order: Sequence[str] = (),
    *,
    as_of: str | None = None,
) -> Event:
    """Give an event of two drivers without a sprint, run if there is an order."""
    practice, qualifying, race = RACES[round_no]
    a_minute_before = f"{race[:11]}{int(race[11:13]) - 1:02d}:59:00Z"
    until = {"a": practice, "b": qualifying, "c": a_minute_before}
    status = EventStatus.COMPLETED if order else EventStatus.SCHEDULED
    one = event(
        NAMES[round_no],
        round=round_no,
        status=status,
        sprint=None,
        horizon=horizon,
        as_of=as_of or (until[horizon.value] if horizon is not None else None),
        sessions={
            SessionKind.FP1: SessionTime(starts_at=practice),
            SessionKind.QUALIFYING: SessionTime(starts_at=qualifying),
            SessionKind.RACE: SessionTime(starts_at=race),
        },
    )
    return structs.replace(
        one,
        predictions=forecast_of(p_win) if horizon is not None else (),
        scenarios=one.scenarios if horizon is not None else {},
        sprint=UNSET,
        result=result_of(order) if order else UNSET,
    )


def forecast_of(p_win: float) -> tuple[Any, ...]:
    """Give the forecast of a field of two, AAA first."""
    return driver_forecast("AAA", p_win), driver_forecast("BBB", 1.0 - p_win)


def result_of(order: Sequence[str]) -> Result:
    """Give a result by the codes of the drivers, winner first."""
    points = (25.0, 18.0)
    rows = tuple(
        ResultRow(
            driver=code,
            driver_id=code.lower(),
            position=place,
            status=ResultStatus.FINISHED,
            grid=place,
            laps=57,
            points=points[place - 1],
        )
        for place, code in enumerate(order, start=1)
    )
    return Result(winner=order[0].lower(), order=rows)


def document_of(
    name: str, *events: Event, published_at: str = "2025-03-10T00:00:00Z", **metadata: Any
) -> SeasonDocument:
    """Give the document of one run, without weights or a learned model unless they are given."""
    usual = {"driver_weights": {}, "use_ml_layer": False, "known_until": UNSET}
    one = small_document(*events, **(usual | metadata))
    run = structs.replace(one.metadata.run, run_id=name)
    entry = structs.replace(one.metadata.training_history[0], run_id=name)
    told = structs.replace(
        one.metadata, run=run, training_history=(entry,), generated_at=published_at
    )
    return structs.replace(one, metadata=told)


def payload_of(document: SeasonDocument) -> bytes:
    """Give a document as it is published."""
    return msgspec.json.encode(document) + b"\n"


class SmallArchive:
    """An archive in a folder or a database; what is added goes through the product's writer."""

    def __init__(self, place: StorePlace | Path) -> None:
        self.place = StorePlace(path=place) if isinstance(place, Path) else place
        self._engine = writing(self.place)
        try:
            with telling(self.place), self._engine.begin() as connection:
                bring_up_to_date(connection, self.place)
        except BaseException:
            self.close()
            raise

    def add(
        self,
        name: str,
        *events: Event,
        backfilled: Backfilled | None = None,
        **metadata: Any,
    ) -> str:
        """Add a run; give the digest of its document."""
        return self.take(payload_of(document_of(name, *events, **metadata)), backfilled)

    def take(self, payload: bytes, backfilled: Backfilled | None = None) -> str:
        """Add a document as it was published; give its digest."""
        with telling(self.place), self._engine.begin() as connection:
            add_document(connection, payload, backfilled)
        return hashlib.sha256(payload).hexdigest()

    def refer(self, *said: Reference, season: int = 2025) -> None:
        """Add what reference models said."""
        with telling(self.place), self._engine.begin() as connection:
            add_references(connection, season, said)

    def open(self) -> Archive:
        """Open it for reading."""
        return open_archive(self.place)

    def close(self) -> None:
        """Give the writer's connection back."""
        self._engine.dispose()
