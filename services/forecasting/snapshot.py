"""From scanned files to season states, as nodes of the graph.

Each file of the season's folder is parsed by a node of its own, so one new file
costs one parse. Of very many files, some that their digests throw together share a node,
because a node costs as much as a small file. The history, a thousand files that hardly
ever change, is one node.
A file that cannot be used is a value too, not an exception: it is reported, and the
rest goes on. Parser and fold are imported only when a node runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from predictor.errors import DropError, FaultInReading
from predictor.fingerprint import digest
from predictor.graph.plan import Deferred, Input, Literal, Node, NodeRef, Plan, Stage
from predictor.records import (
    CalendarRecord,
    EntriesRecord,
    LapsRecord,
    ParsedFile,
    Record,
    SessionRecord,
)
from predictor.season.state import SeasonState
from services.engine.runner import RunResult
from services.intake.scan import Scan, ScannedFile

if TYPE_CHECKING:
    from predictor.folder_files import Joined

__all__ = [
    "HISTORY",
    "HISTORY_REJECTED",
    "HISTORY_SEASONS",
    "SEASONS",
    "ParseOutcome",
    "Rejection",
    "Seasons",
    "history_plan",
    "parse_id",
    "parsers",
    "season_files",
    "seasons_plan",
]

SEASONS = "seasons"
HISTORY = "history"
HISTORY_REJECTED = "history/rejected"
HISTORY_SEASONS = "history/seasons"
# Beside the paths among a stage's arguments; no path of a session file is called so.
COPIES = "(files with equal bytes)"
FOLDER = "(name of the folder)"
_ONE_BY_ONE = 1_000  # files with different bytes; of more, those alike in two digits are a node


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
        return all(event.season is not None and (event.event_id or event.name) for event in events)


_CLASSES = (SessionRecord, LapsRecord, CalendarRecord, EntriesRecord)


def seasons_plan(scanned: Scan) -> Plan:
    """Plan the nodes that turn the season's folder into its states, `SEASONS` last."""
    first = _first_of_equals(scanned)
    groups = _groups(scanned)
    nodes = [_parse_node(name, files) for name, files in groups.items()]
    inputs: dict[str, Input] = {name: NodeRef(parse_id(name)) for name in groups}
    copies = {path: of for path, of in first.items() if path != of}
    config = {COPIES: copies, FOLDER: scanned.folder.name}
    return Plan((*nodes, Node(SEASONS, _SEASONS_STAGE, inputs, config)))


def season_files(scanned: Scan, result: RunResult) -> dict[str, ParsedFile]:
    """Give the usable files of a settled `seasons_plan`, joined with those that they need."""
    parsed = _by_path({name: result.value(parse_id(name)) for name in _groups(scanned)})
    outcomes = {path: parsed[first] for path, first in _first_of_equals(scanned).items()}
    return dict(_join(outcomes, scanned.folder.name).files)


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
    config = {"before": before, "folder": history.folder.name if history is not None else ""}
    fold = Stage("history", 3, parse_and_fold, Seasons)
    # Nodes of their own: saying what is in it and what not must not load the whole history.
    reject = Stage("history-rejected", 1, _rejected, tuple[Rejection, ...])
    years = Stage("history-seasons", 1, _years, tuple[int, ...])
    return Plan(
        (
            Node(HISTORY, fold, inputs, config),
            Node(HISTORY_REJECTED, reject, {"history": NodeRef(HISTORY)}),
            Node(HISTORY_SEASONS, years, {"history": NodeRef(HISTORY)}),
        )
    )


def parse_one(data: bytes) -> ParseOutcome:
    """Parse one file; a file that cannot be used gives an outcome that says why."""
    from predictor import formats  # noqa: PLC0415 - not needed when nothing changed

    try:
        return _by_class(formats.parse_file("", data))
    except DropError as error:
        return ParseOutcome(rejection=error.one_line(), parts=error.parts)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - no file may stop the others, however it breaks
        return ParseOutcome(rejection=FaultInReading(error).one_line())


def parse_group(**files: bytes) -> dict[str, ParseOutcome]:
    """Parse some files, by path."""
    return {path: parse_one(data) for path, data in files.items()}


def fold_parsed(**given: Any) -> Seasons:  # noqa: ANN401 - paths name the outcomes
    """Join the parsed files of one folder into season states.

    Parameters
    ----------
    **given : ParseOutcome, or dict from path to ParseOutcome
        By path, or by the name of a group; of files with equal bytes only the first. `COPIES`
        holds the paths of the others, with the first one's, and `FOLDER` the name of the folder.
    """
    copies, folder = given.pop(COPIES), given.pop(FOLDER)
    files = _by_path(given)
    return _fold(files | {path: files[first] for path, first in copies.items()}, folder)


def parse_and_fold(
    files: Mapping[str, bytes],
    before: int,
    earlier: tuple[SeasonState, ...] = (),
    folder: str = "",
) -> Seasons:
    """Parse all files of the history and join them into the seasons before one."""
    parsed = {data: parse_one(data) for data in set(files.values())}
    folded = _fold({path: parsed[data] for path, data in files.items()}, folder)
    # Of two states of a season the fuller one: a stray file must not stand for a whole year.
    both = sorted((*folded.states, *earlier), key=_n_sessions)
    states = {state.season: state for state in both}
    wanted = tuple(states[season] for season in sorted(states) if season < before)
    return Seasons(wanted, folded.rejected)


def parse_id(name: str) -> str:
    """Give the id of the node that parses a file, by its path, or a group of files."""
    return f"parse/{name}"


def parsers(scanned: Scan) -> tuple[str, ...]:
    """Give the ids of the nodes of `seasons_plan` that parse files."""
    return tuple(parse_id(name) for name in _groups(scanned))


def _fold(outcomes: Mapping[str, ParseOutcome], folder: str) -> Seasons:
    joined = _join(_told_once(outcomes), folder)
    reasons = {
        path: one.rejection
        for path, one in outcomes.items()
        if one.rejection and path not in joined.files
    }
    reasons |= joined.refused
    rejected = tuple(Rejection(path, reasons[path]) for path in sorted(reasons))
    return Seasons(joined.states, rejected)


def _told_once(outcomes: Mapping[str, ParseOutcome]) -> dict[str, ParseOutcome]:
    """Leave out copies that can say nothing new: their content alone names the event.

    Copies share one value, see `fold_parsed`, and are known by it. One in a folder of old
    files stands for the others last.
    """
    from predictor.season.sessions import in_old_folder  # noqa: PLC0415 - as in `_join`

    told: dict[str, ParseOutcome] = {}
    seen: set[int] = set()
    for path in sorted(outcomes, key=lambda path: (in_old_folder(path), path)):
        one = outcomes[path]
        if id(one) not in seen or not one.names_itself:
            told[path] = one
        seen.add(id(one))
    return told


def _join(outcomes: Mapping[str, ParseOutcome], folder: str) -> Joined:
    from predictor.folder_files import join_files  # noqa: PLC0415 - not needed when nothing changed
    from predictor.formats import join_parts  # noqa: PLC0415 - not needed when nothing changed

    # Copies share one value, so that they can be told by it.
    parsed = {id(one): _parsed(one) for one in outcomes.values() if one.usable}
    usable = {path: parsed[id(one)] for path, one in outcomes.items() if one.usable}
    completed = join_parts({path: one.parts for path, one in outcomes.items() if one.parts})
    left = {path: file for path, file in usable.items() if path not in completed.refused}
    joined = join_files(left | completed.files, folder)
    return replace(joined, refused={**completed.refused, **joined.refused})


def _first_of_equals(scanned: Scan) -> dict[str, str]:
    """Give of every file the first, by path, that holds the same bytes; often itself."""
    first: dict[str, str] = {}
    return {file.path: first.setdefault(file.digest, file.path) for file in scanned.files}


def _groups(scanned: Scan) -> dict[str, list[ScannedFile]]:
    """Give the files that one node each parses; of equal files only the first."""
    first = _first_of_equals(scanned)
    files = [file for file in scanned.files if first[file.path] == file.path]
    if len(files) <= _ONE_BY_ONE:
        return {file.path: [file] for file in files}
    groups: dict[str, list[ScannedFile]] = defaultdict(list)
    for file in files:  # by content: a file that comes or goes moves no other one
        groups[f"(files {file.digest.removeprefix('sha256:')[:2]}...)"].append(file)
    return dict(sorted(groups.items()))


def _by_path(given: Mapping[str, Any]) -> dict[str, ParseOutcome]:
    """Give the outcomes by path, those of groups too."""
    files: dict[str, ParseOutcome] = {}
    for name, value in given.items():
        files |= value if isinstance(value, dict) else {name: value}
    return files


def _n_sessions(state: SeasonState) -> int:
    return sum(len(event.sessions) for event in state.events)


def _rejected(history: Seasons) -> tuple[Rejection, ...]:
    return history.rejected


def _years(history: Seasons) -> tuple[int, ...]:
    return tuple(state.season for state in history.states)


def _parse_node(name: str, files: Sequence[ScannedFile]) -> Node:
    def bytes_of(file: ScannedFile) -> Input:
        return Deferred(file.digest, lambda: file.data)

    if name == files[0].path:
        return Node(parse_id(name), _PARSE_STAGE, {"data": bytes_of(files[0])})
    return Node(parse_id(name), _GROUP_STAGE, {file.path: bytes_of(file) for file in files})


def _by_class(parsed: ParsedFile) -> ParseOutcome:
    def of(kind: type) -> tuple:
        return tuple(record for record in parsed.records if type(record) is kind)

    # No forecast asks for single laps, and those of thousands of files would fill the memory.
    laps = tuple(replace(record, laps=()) for record in of(LapsRecord))

    return ParseOutcome(
        format=parsed.format,
        sessions=of(SessionRecord),
        laps=laps,
        calendars=of(CalendarRecord),
        entries=of(EntriesRecord),
        order=tuple(_CLASSES.index(type(record)) for record in parsed.records),
        notes=parsed.notes,
        sources=parsed.sources,
        parts=parsed.parts,
    )


def _parsed(outcome: ParseOutcome) -> ParsedFile:
    queues: list[Iterator[Record]] = [
        iter(records)
        for records in (outcome.sessions, outcome.laps, outcome.calendars, outcome.entries)
    ]
    records: tuple[Record, ...] = tuple(next(queues[index]) for index in outcome.order)
    return ParsedFile(outcome.format, records, outcome.notes, outcome.sources)


_PARSE_STAGE = Stage("parse", 3, parse_one, ParseOutcome)
_GROUP_STAGE = Stage("parse-group", 1, parse_group, dict[str, ParseOutcome])
_SEASONS_STAGE = Stage("seasons", 3, fold_parsed, Seasons)
