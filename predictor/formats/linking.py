"""What only several files, or a file and its path, tell: keys, events, pit stops' races."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeGuard

from predictor.formats.by_path import fill_seasons, settle_by_path
from predictor.formats.openf1.link import link_openf1
from predictor.notes import Note, NoteKind
from predictor.records import ParsedFile, PitStopRecord, Record, SessionRecord

__all__ = ["link_files"]

_Identity = tuple[object, ...]


def link_files(
    parsed: Mapping[str, ParsedFile], folder: str = ""
) -> tuple[dict[str, ParsedFile], dict[str, Note]]:
    """Join the files of one folder that need each other, and read their paths where need be.

    Parameters
    ----------
    parsed : mapping from str to ParsedFile
        What `parse_file` gave, by path.
    folder : str
        Name of the folder; tells the season where nothing else does.

    Returns
    -------
    linked : dict from str to ParsedFile
        Ready for `predictor.season`: every session has results, an event and a kind.
    reasons : dict from str to Note
        The files of which nothing can be used, and why; they are not in ``linked``.
    """
    keyed, without_key = link_openf1(dict(sorted(parsed.items())))
    settled, unnamed = settle_by_path(keyed)
    filled, undated = fill_seasons(settled, folder)
    joined, alone = _join_pit_stops(filled)
    return joined, without_key | unnamed | undated | alone


def _join_pit_stops(
    files: Mapping[str, ParsedFile],
) -> tuple[dict[str, ParsedFile], dict[str, Note]]:
    """Move pit stops that came in a file of their own to the result they belong to."""
    lone: dict[_Identity, list[PitStopRecord]] = defaultdict(list)
    raced: set[_Identity] = set()
    for record in _sessions(files):
        if record.results:
            raced.add(_identity(record))
        else:
            lone[_identity(record)] += record.pit_stops
    joined, alone = {}, {}
    for path, file in files.items():
        kept = tuple(_with_stops(one, lone) for one in file.records if not _is_lone(one))
        strays = [
            _stray(one) for one in file.records if _is_lone(one) and _identity(one) not in raced
        ]
        if strays and len(strays) == len(file.records):
            alone[path] = strays[0]
        else:
            joined[path] = replace(file, records=kept, notes=(*file.notes, *strays))
    return joined, alone


def _sessions(files: Mapping[str, ParsedFile]) -> Iterator[SessionRecord]:
    for file in files.values():
        yield from (record for record in file.records if isinstance(record, SessionRecord))


def _is_lone(record: Record) -> TypeGuard[SessionRecord]:
    return isinstance(record, SessionRecord) and not record.results


def _with_stops(record: Record, lone: Mapping[_Identity, list[PitStopRecord]]) -> Record:
    if not isinstance(record, SessionRecord) or record.pit_stops:
        return record
    stops = dict.fromkeys(lone.get(_identity(record), []))  # each once: files may overlap
    return replace(record, pit_stops=tuple(stops)) if stops else record


def _identity(record: SessionRecord) -> _Identity:
    """Tell two records of one provider's session by its key, else by event and kind."""
    if record.provider_key is not None:
        return (record.provider, record.provider_key)
    event = record.event
    return (record.provider, record.kind, event.season, event.round, event.name, event.path)


def _stray(record: SessionRecord) -> Note:
    event = record.event
    what = event.name or f"round {event.round}"
    text = f"its result from {record.provider} is not here; drop it beside them"
    return Note(NoteKind.UNUSABLE, text, where=f"pit stops of {event.season} {what}")
