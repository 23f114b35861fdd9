"""Parse one session file; one that cannot be used is a value too, which says why.

Parsers are imported only when a file is parsed: a run in which nothing changed does without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from predictor.errors import DropError, FaultInReading
from predictor.notes import Note
from predictor.records import (
    CalendarRecord,
    EntriesRecord,
    LapsRecord,
    ParsedFile,
    RainRecord,
    Record,
    SessionRecord,
)

__all__ = ["ParseOutcome", "parse_group", "parse_one"]


@dataclass(frozen=True, slots=True)
class ParseOutcome:
    """A parsed file, or why it is rejected.

    Records are kept by class, because bytes do not tell one dataclass of a union from
    another; ``order`` remembers where each stood in the file.
    """

    rejection: Note | None = None
    format: str = ""
    sessions: tuple[SessionRecord, ...] = ()
    laps: tuple[LapsRecord, ...] = ()
    calendars: tuple[CalendarRecord, ...] = ()
    entries: tuple[EntriesRecord, ...] = ()
    rain: tuple[RainRecord, ...] = ()
    order: tuple[int, ...] = ()  # per record of the file: index into `_CLASSES`
    notes: tuple[Note, ...] = ()
    sources: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()  # what others may complete, also of a rejected file

    @property
    def usable(self) -> bool:
        """Whether the file was parsed."""
        return self.rejection is None

    @property
    def names_itself(self) -> bool:
        """Whether no path can add to what the content says of seasons and events."""
        events = [record.event for record in self.sessions]
        events += [record.event for record in self.laps]
        events += [record.event for record in self.rain]
        return all(event.season is not None and (event.event_id or event.name) for event in events)

    @property
    def file(self) -> ParsedFile:
        """The parsed file, its records in their order."""
        queues: list[Iterator[Record]] = [
            iter(records)
            for records in (self.sessions, self.laps, self.calendars, self.entries, self.rain)
        ]
        records: tuple[Record, ...] = tuple(next(queues[index]) for index in self.order)
        return ParsedFile(self.format, records, self.notes, self.sources)


R = TypeVar("R", SessionRecord, LapsRecord, CalendarRecord, EntriesRecord, RainRecord)

_CLASSES = (SessionRecord, LapsRecord, CalendarRecord, EntriesRecord, RainRecord)


def parse_one(data: bytes) -> ParseOutcome:
    """Parse one file; a file that cannot be used gives an outcome that says why."""
    from predictor import formats  # noqa: PLC0415 - not needed when nothing changed

    try:
        return _by_class(formats.parse_file("", data))
    except DropError as error:
        return ParseOutcome(rejection=error.note(), parts=error.parts)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - no file may stop the others, however it breaks
        return ParseOutcome(rejection=FaultInReading(error).note())


def parse_group(files: Mapping[str, bytes]) -> dict[str, ParseOutcome]:
    """Parse some files, by path."""
    return {path: parse_one(data) for path, data in files.items()}


def _by_class(parsed: ParsedFile) -> ParseOutcome:
    def of(kind: type[R]) -> tuple[R, ...]:
        return tuple(record for record in parsed.records if type(record) is kind)

    # No forecast asks for single laps, and those of thousands of files would fill the memory.
    laps = tuple(replace(record, laps=()) for record in of(LapsRecord))

    return ParseOutcome(
        format=parsed.format,
        sessions=of(SessionRecord),
        laps=laps,
        calendars=of(CalendarRecord),
        entries=of(EntriesRecord),
        rain=of(RainRecord),
        order=tuple(_CLASSES.index(type(record)) for record in parsed.records),
        notes=parsed.notes,
        sources=parsed.sources,
        parts=parsed.parts,
    )
