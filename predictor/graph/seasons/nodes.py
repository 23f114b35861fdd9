"""The nodes from session files to season states.

Each file of the season's folder is parsed by a node of its own, so one new file
costs one parse. Of very many files, some that their digests throw together share a node,
because a node costs as much as a small file. The history, a thousand files that hardly
ever change, is one node.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

from predictor.as_of import AsOf
from predictor.fingerprint import digest
from predictor.graph.plan import Deferred, Group, Input, Literal, Node, NodeRef, Plan, Stage
from predictor.graph.seasons.folding import (
    Rejection,
    Seasons,
    by_path,
    fold_parsed,
    join_outcomes,
    parse_and_fold,
    rejected_of,
    years_of,
)
from predictor.graph.seasons.known_folder import (
    KnownFolder,
    fold_known,
    parse_and_fold_known,
)
from predictor.graph.seasons.parsing import ParseOutcome, parse_group, parse_one
from predictor.records import ParsedFile
from predictor.season.state import SeasonState

__all__ = [
    "HISTORY",
    "HISTORY_REJECTED",
    "HISTORY_SEASONS",
    "KNOWN",
    "SEASONS",
    "SessionFile",
    "SessionFolder",
    "Settled",
    "history_plan",
    "known_plan",
    "parse_id",
    "parsers",
    "season_files",
    "seasons_plan",
]

SEASONS = "seasons"
KNOWN = "known"
HISTORY = "history"
HISTORY_REJECTED = "history/rejected"
HISTORY_SEASONS = "history/seasons"
_ONE_BY_ONE = 1_000  # files with different bytes; of more, those alike in two digits are a node

_PARSE = Stage("parse", 3, parse_one, ParseOutcome)
_PARSE_GROUP = Stage("parse-group", 1, parse_group, dict[str, ParseOutcome])
_SEASONS = Stage("seasons", 3, fold_parsed, Seasons)
_HISTORY = Stage("history", 3, parse_and_fold, Seasons)
_KNOWN = Stage("known", 1, fold_known, KnownFolder)
_HISTORY_KNOWN = Stage("history-known", 1, parse_and_fold_known, Seasons)
_HISTORY_REJECTED = Stage("history-rejected", 1, rejected_of, tuple[Rejection, ...])
_HISTORY_SEASONS = Stage("history-seasons", 1, years_of, tuple[int, ...])


class SessionFile(Protocol):
    """One file with the digest of its bytes, which are read when they are asked for."""

    @property
    def path(self) -> str:
        """Path in its folder."""

    @property
    def digest(self) -> str:
        """``"sha256:..."``."""

    @property
    def data(self) -> bytes:
        """The very bytes that the digest was taken from."""


class SessionFolder(Protocol):
    """A folder of session files as it was at one time."""

    @property
    def name(self) -> str:
        """Name of the folder; may tell the season."""

    @property
    def files(self) -> Sequence[SessionFile]:
        """Ordered by path."""


class Settled(Protocol):
    """The values of a plan that has been run."""

    def value(self, node_id: str) -> Any:  # noqa: ANN401 - nodes give any type
        """Give a node's value."""


def seasons_plan(folder: SessionFolder) -> Plan:
    """Plan the nodes that turn the season's folder into its states, `SEASONS` last."""
    nodes = [_parse_node(name, files) for name, files in _groups(folder).items()]
    return Plan((*nodes, Node(SEASONS, _SEASONS, *_parsed(folder))))


def known_plan(folder: SessionFolder, season: int, as_of: AsOf) -> Plan:
    """Plan `KNOWN`, the folder as it was at a point, upon the files of a settled `seasons_plan`."""
    inputs, config = _parsed(folder)
    config |= {"season": season, "as_of": as_of}
    node = Node(KNOWN, _KNOWN, inputs, config)
    return Plan((node,), given=frozenset(node.upstream))


def season_files(folder: SessionFolder, settled: Settled) -> dict[str, ParsedFile]:
    """Give the usable files of a settled `seasons_plan`, joined with those that they need."""
    parsed = by_path({name: settled.value(parse_id(name)) for name in _groups(folder)})
    outcomes = {path: parsed[first] for path, first in _first_of_equals(folder).items()}
    return dict(join_outcomes(outcomes, folder.name).files)


def history_plan(
    history: SessionFolder | None,
    *,
    before: int,
    earlier: tuple[SeasonState, ...] = (),
    until: str = "",
) -> Plan:
    """Plan `HISTORY`, the seasons before a season, `HISTORY_REJECTED` and `HISTORY_SEASONS`.

    Parameters
    ----------
    history : SessionFolder | None
        None: there are no files.
    before : int
        Later seasons are hindsight and left out.
    earlier : tuple[SeasonState, ...]
        Seasons that the season's own folder holds beside it; they replace those of ``history``
        that have no more sessions.
    until : str
        Last day of which sessions are known; "" for all.
    """
    files = history.files if history is not None else ()
    digests = {file.path: file.digest for file in files}
    inputs: dict[str, Input] = {
        "files": Deferred(digest(digests), lambda: {file.path: file.data for file in files})
    }
    if earlier:
        inputs["earlier"] = Literal(earlier)
    config = {"before": before, "folder": history.name if history is not None else ""}
    if until:
        config["until"] = until
    fold = _HISTORY_KNOWN if until else _HISTORY
    # Nodes of their own: saying what is in it and what not must not load the whole history.
    return Plan(
        (
            Node(HISTORY, fold, inputs, config),
            Node(HISTORY_REJECTED, _HISTORY_REJECTED, {"history": NodeRef(HISTORY)}),
            Node(HISTORY_SEASONS, _HISTORY_SEASONS, {"history": NodeRef(HISTORY)}),
        )
    )


def parse_id(name: str) -> str:
    """Give the id of the node that parses a file, by its path, or a group of files."""
    return f"parse/{name}"


def parsers(folder: SessionFolder) -> tuple[str, ...]:
    """Give the ids of the nodes of `seasons_plan` that parse files."""
    return tuple(parse_id(name) for name in _groups(folder))


def _parsed(folder: SessionFolder) -> tuple[dict[str, Input], dict[str, object]]:
    """Give inputs and configuration of a stage that takes all parsed files of a folder."""
    files = Group({name: NodeRef(parse_id(name)) for name in _groups(folder)})
    copies = {path: of for path, of in _first_of_equals(folder).items() if path != of}
    return {"files": files}, {"copies": copies, "folder": folder.name}


def _first_of_equals(folder: SessionFolder) -> dict[str, str]:
    """Give of every file the first, by path, that holds the same bytes; often itself."""
    first: dict[str, str] = {}
    return {file.path: first.setdefault(file.digest, file.path) for file in folder.files}


def _groups(folder: SessionFolder) -> dict[str, list[SessionFile]]:
    """Give the files that one node each parses; of equal files only the first."""
    first = _first_of_equals(folder)
    files = [file for file in folder.files if first[file.path] == file.path]
    if len(files) <= _ONE_BY_ONE:
        return {file.path: [file] for file in files}
    groups: dict[str, list[SessionFile]] = defaultdict(list)
    for file in files:  # by content: a file that comes or goes moves no other one
        groups[f"(files {file.digest.removeprefix('sha256:')[:2]}...)"].append(file)
    return dict(sorted(groups.items()))


def _parse_node(name: str, files: Sequence[SessionFile]) -> Node:
    def bytes_of(file: SessionFile) -> Deferred:
        return Deferred(file.digest, lambda: file.data)

    if name == files[0].path:
        return Node(parse_id(name), _PARSE, {"data": bytes_of(files[0])})
    group = Group({file.path: bytes_of(file) for file in files})
    return Node(parse_id(name), _PARSE_GROUP, {"files": group})
