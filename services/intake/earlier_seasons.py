"""Where the earlier seasons of a forecast are looked for."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from predictor.errors import NoUsableInput
from services.disk.program import RACE_DATA
from services.intake.scan import Scan, scan
from services.intake.stat_cache import StatCache
from services.settings.limits import ScanLimits

__all__ = ["candidates", "find_history"]

_YEAR = re.compile(r"(19|20)\d\d")


def candidates(train: Path, given: Path | None, season: int) -> list[tuple[Path, list[str] | None]]:
    """List the folders where earlier seasons may be, best first.

    Parameters
    ----------
    train : Path
        The season's own folder, which never counts as history.
    given : Path | None
        A folder the user names; all of it is read, and nothing else. Otherwise the
        folders beside ``train`` that are called by an earlier year, then those shipped
        with the product.
    season : int

    Returns
    -------
    list of (folder, names)
        Names directly below the folder that count; None: all of them.
    """
    if given is not None:
        return [(given, None)]
    places = dict.fromkeys((train.resolve().parent, RACE_DATA))
    named = [(folder, _years_before(folder, season)) for folder in places]
    return [(folder, years) for folder, years in named if years]


def find_history(
    train: Path,
    given: Path | None,
    season: int,
    limits: ScanLimits,
    skip: Collection[Path] = (),
    cache: StatCache | None = None,
) -> Iterator[Scan]:
    """Scan the folders of `candidates` one by one, as they are asked for."""
    for folder, names in candidates(train, given, season):
        if given is not None:
            yield scan(folder, limits, skip=(*skip, train), cache=cache)
            continue
        # Year folders without any file, as those being filled just now, are nothing yet.
        with contextlib.suppress(NoUsableInput):
            yield scan(folder, limits, skip=(*skip, train), only=names, cache=cache)


def _years_before(folder: Path, season: int) -> list[str]:
    try:
        names = [path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:  # not there, or not ours to list
        return []
    return sorted(name for name in names if _YEAR.fullmatch(name) and int(name) < season)
