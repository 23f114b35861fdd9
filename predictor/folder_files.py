"""The parsed files of one folder, joined to season states, whatever one of them does to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from predictor.errors import DropError, FaultInReading
from predictor.formats import link_files
from predictor.notes import Note
from predictor.records import ParsedFile
from predictor.season.fold import fold_files
from predictor.season.state import SeasonState

__all__ = ["Joined", "join_files"]


@dataclass(frozen=True, slots=True)
class Joined:
    """What the files of one folder come to together."""

    files: Mapping[str, ParsedFile]  # usable, linked; by path
    states: tuple[SeasonState, ...]  # ordered by season
    refused: Mapping[str, Note]  # path -> why nothing of the file is used


def join_files(parsed: Mapping[str, ParsedFile], folder: str = "") -> Joined:
    """Link and fold the files of a folder; a file that makes this fail is refused.

    Parameters
    ----------
    parsed : mapping from str to ParsedFile
        By path, as `predictor.formats.parse_file` gives them.
    folder : str
        Name of the folder; tells the season where nothing else does.

    Returns
    -------
    Joined
        The same for any order of ``parsed``. Of files that only fail together, the last by
        path is refused.
    """
    try:
        return _join(parsed, folder)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - no file may stop the others, however it breaks
        return _without_culprits(parsed, folder)


def _join(parsed: Mapping[str, ParsedFile], folder: str) -> Joined:
    linked, unlinked = link_files(parsed, folder)
    folded = fold_files(linked)
    if not folded.refused:
        return Joined(linked, folded.states, unlinked)
    # Folded anew without them, so that refused files leave no note and no trace.
    kept = {path: file for path, file in linked.items() if path not in folded.refused}
    return Joined(kept, fold_files(kept).states, unlinked | folded.refused)


def _without_culprits(parsed: Mapping[str, ParsedFile], folder: str) -> Joined:
    good: dict[str, ParsedFile] = {}
    culprits: dict[str, Note] = {}
    for path, error in _culprits(sorted(parsed), parsed, good, folder):
        known = error if isinstance(error, DropError) else FaultInReading(error)
        culprits[path] = known.note()
    joined = _join(good, folder)
    return Joined(joined.files, joined.states, {**joined.refused, **culprits})


def _culprits(
    paths: Sequence[str], parsed: Mapping[str, ParsedFile], good: dict[str, ParsedFile], folder: str
) -> Iterator[tuple[str, Exception]]:
    """Add to ``good`` what goes with it, half by half; give the single files that do not."""
    tried = good | {path: parsed[path] for path in paths}
    try:
        _join(tried, folder)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - see `join_files`
        if len(paths) == 1:
            yield paths[0], error
            return
        half = len(paths) // 2
        yield from _culprits(paths[:half], parsed, good, folder)
        yield from _culprits(paths[half:], parsed, good, folder)
        return
    good.update(tried)
