"""From scanned files to season states, as nodes of the graph.

Each file of the season's folder is parsed by a node of its own, so one new file
costs one parse. The history, a thousand files that hardly ever change, is one node.
A file that cannot be used is a value too, not an exception: it is reported, and the
rest goes on. Parser and fold are imported only when a node runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from predictor.errors import DropError
from predictor.fingerprint import digest
from predictor.plan import Deferred, Input, Literal, Node, NodeRef, Plan, Stage
from predictor.records import (
    CalendarRecord,
    EntriesRecord,
    LapsRecord,
    ParsedFile,
    Record,
    SessionRecord,
)
from predictor.season.state import SeasonState
from services.scan import Scan, ScannedFile

__all__ = [
    "HISTORY",
    "HISTORY_REJECTED",
    "HISTORY_SEASONS",
    "SEASONS",
    "ParseOutcome",
    "Rejection",
    "Seasons",
    "history_plan",
    "linked_files",
    "parse_id",
    "seasons_plan",
]

SEASONS = "seasons"
HISTORY = "history"
HISTORY_REJECTED = "history/rejected"
HISTORY_SEASONS = "history/seasons"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A file that is left out, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Seasons:
    """What a folder of session files comes to."""

    states: tuple[SeasonState, ...]  # ordered by season
    rejected: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True)
class ParseOutcome:
    """A parsed file, or why it is rejected.

    Records are kept by class, because bytes do not tell one dataclass of a union from
    another; ``order`` remembers where each stood in the file.
    """

    rejection: str | None = None
    format: str = ""
    sessions: tuple[SessionRecord, ...] = ()
    laps: tuple[LapsRecord, ...] = ()
    calendars: tuple[CalendarRecord, ...] = ()
    entries: tuple[EntriesRecord, ...] = ()
    order: tuple[int, ...] = ()  # per record of the file: index into `_CLASSES`
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether the file was parsed."""
        return self.rejection is None


_CLASSES = (SessionRecord, LapsRecord, CalendarRecord, EntriesRecord)


def seasons_plan(scanned: Scan) -> Plan:
    """Plan the nodes that turn the season's folder into its states, `SEASONS` last."""
    nodes = [_parse_node(file) for file in scanned.files]
    inputs = {file.path: NodeRef(parse_id(file.path)) for file in scanned.files}
    return Plan((*nodes, Node(SEASONS, Stage("seasons", 1, fold_parsed, Seasons), inputs)))


def history_plan(
    history: Scan | None, *, before: int, earlier: tuple[SeasonState, ...] = ()
) -> Plan:
    """Plan `HISTORY`, the seasons before a season, `HISTORY_REJECTED` and `HISTORY_SEASONS`.

    Parameters
    ----------
    history : Scan | None
        None: there are no files.
    before : int
        Later seasons are hindsight and left out.
    earlier : tuple[SeasonState, ...]
        Seasons that the season's own folder holds beside it; they replace those of ``history``
        that have no more sessions.
    """
    files = history.files if history is not None else ()
    digests = {file.path: file.digest for file in files}
    inputs: dict[str, Input] = {
        "files": Deferred(digest(digests), lambda: {file.path: file.data for file in files})
    }
    if earlier:
        inputs["earlier"] = Literal(earlier)
    fold = Stage("history", 1, parse_and_fold, Seasons)
    # Nodes of their own: saying what is in it and what not must not load the whole history.
    reject = Stage("history-rejected", 1, _rejected, tuple[Rejection, ...])
    years = Stage("history-seasons", 1, _years, tuple[int, ...])
    return Plan(
        (
            Node(HISTORY, fold, inputs, {"before": before}),
            Node(HISTORY_REJECTED, reject, {"history": NodeRef(HISTORY)}),
            Node(HISTORY_SEASONS, years, {"history": NodeRef(HISTORY)}),
        )
    )


def parse_one(path: str, data: bytes) -> ParseOutcome:
    """Parse one file; a file that cannot be used gives an outcome that says why."""
    from predictor import formats  # noqa: PLC0415 - not needed when nothing changed

    try:
        parsed = formats.parse_file(path, data)
    except DropError as error:
        return ParseOutcome(rejection=error.one_line())
    return _by_class(parsed)


def fold_parsed(**files: ParseOutcome) -> Seasons:
    """Join the parsed files of one folder, by path, into season states."""
    return _fold_outcomes(files)


def parse_and_fold(
    files: Mapping[str, bytes], before: int, earlier: tuple[SeasonState, ...] = ()
) -> Seasons:
    """Parse all files of the history and join them into the seasons before one."""
    folded = _fold_outcomes({path: parse_one(path, data) for path, data in files.items()})
    # Of two states of a season the fuller one: a stray file must not stand for a whole year.
    both = sorted((*folded.states, *earlier), key=_n_sessions)
    states = {state.season: state for state in both}
    wanted = tuple(states[season] for season in sorted(states) if season < before)
    return Seasons(wanted, folded.rejected)


def linked_files(
    outcomes: Mapping[str, ParseOutcome],
) -> tuple[dict[str, ParsedFile], dict[str, str]]:
    """Give the usable files of a folder, joined with those they need; and why others are not."""
    from predictor import formats  # noqa: PLC0415 - not needed when nothing changed

    parsed = {path: _parsed(outcomes[path]) for path in sorted(outcomes) if outcomes[path].usable}
    return formats.link_files(parsed)


def parse_id(path: str) -> str:
    """Give the id of the node that parses a file."""
    return f"parse/{path}"


def _fold_outcomes(outcomes: Mapping[str, ParseOutcome]) -> Seasons:
    from predictor import season  # noqa: PLC0415 - not needed when nothing changed

    linked, unlinked = linked_files(outcomes)
    states = season.fold(linked)
    reasons = {path: one.rejection for path, one in outcomes.items() if one.rejection} | unlinked
    return Seasons(
        states=tuple(states[year] for year in sorted(states)),
        rejected=tuple(Rejection(path, reasons[path]) for path in sorted(reasons)),
    )


def _n_sessions(state: SeasonState) -> int:
    return sum(len(event.sessions) for event in state.events)


def _rejected(history: Seasons) -> tuple[Rejection, ...]:
    return history.rejected


def _years(history: Seasons) -> tuple[int, ...]:
    return tuple(state.season for state in history.states)


def _parse_node(file: ScannedFile) -> Node:
    inputs: dict[str, Input] = {
        "path": Literal(file.path),
        "data": Deferred(file.digest, lambda: file.data),
    }
    return Node(parse_id(file.path), Stage("parse", 1, parse_one, ParseOutcome), inputs)


def _by_class(parsed: ParsedFile) -> ParseOutcome:
    def of(kind: type) -> tuple:
        return tuple(record for record in parsed.records if type(record) is kind)

    return ParseOutcome(
        format=parsed.format,
        sessions=of(SessionRecord),
        laps=of(LapsRecord),
        calendars=of(CalendarRecord),
        entries=of(EntriesRecord),
        order=tuple(_CLASSES.index(type(record)) for record in parsed.records),
        notes=parsed.notes,
        sources=parsed.sources,
    )


def _parsed(outcome: ParseOutcome) -> ParsedFile:
    queues: list[Iterator[Record]] = [
        iter(records)
        for records in (outcome.sessions, outcome.laps, outcome.calendars, outcome.entries)
    ]
    records: tuple[Record, ...] = tuple(next(queues[index]) for index in outcome.order)
    return ParsedFile(outcome.format, records, outcome.notes, outcome.sources)
