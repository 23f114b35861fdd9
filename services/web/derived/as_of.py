"""The line below the way around: of when a page's forecast is, and whether it still follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from predictor.published.season_types import SeasonDocument
from services.web.derived.figures import date_text
from services.web.derived.weekend import n_events, n_run

__all__ = ["AsOf", "Followed", "of_frozen", "of_season"]

_SILENT = "it may be out of date"
_STOPPED = "new files are not taken up"
_AS_SAID = {"well": "up to date", "replayed": "replayed, not live"}


@dataclass(frozen=True, slots=True)
class Followed:
    """What the folder's daemon is doing about a season.

    Attributes
    ----------
    state : str
        none | well | silent | stopped | replayed
    heard_at : str
        RFC 3339: when it was last heard of; empty without one.
    """

    state: str = "none"
    heard_at: str = ""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The line.

    Attributes
    ----------
    at : str
        RFC 3339: when the forecast was made, or at what moment it was frozen.
    facts : tuple of str
        After that, between dots.
    state : str
        The last of them, in bold: whether it follows new files.
    since : str
        RFC 3339: since when it is in that state, if that is told.
    then : str
        What follows from the state.
    is_old : bool
        Whether it is to be doubted: its age is told, and the page of health is shown.
    is_frozen : bool
    """

    at: str
    facts: tuple[str, ...] = ()
    state: str = ""
    since: str = ""
    then: str = ""
    is_old: bool = False
    is_frozen: bool = False


def of_season(document: SeasonDocument, followed: Followed, *, hide: bool) -> AsOf:
    """Say of when a season's forecast is.

    Parameters
    ----------
    document : SeasonDocument
    followed : Followed
        By the daemon.
    hide : bool
        Whether results are hidden; then not even their number is told.
    """
    at = document.metadata.generated_at
    run, total = n_run(document), n_events(document)
    facts = () if hide else (f"{run} of {total} races run",)
    if followed.state in _AS_SAID:
        return AsOf(at, facts, _AS_SAID[followed.state])
    if run == total:
        return AsOf(at, facts, "season over")
    if followed.state == "none":
        return AsOf(at, facts, "made by a single run")
    state, then = ("stopped", _STOPPED) if followed.state == "stopped" else ("silent", _SILENT)
    since = followed.heard_at
    return AsOf(at, facts, f"daemon {state}", since=since, then=then, is_old=True)


def of_frozen(at: str, revision: int, seen_at: str) -> AsOf:
    """Say of when the forecast of a race is that has been run, and of its result.

    Parameters
    ----------
    at : str
        RFC 3339: the last moment of which anything was known to it.
    revision : int
        Of the result, from 1; 0: nobody kept count.
    seen_at : str
        RFC 3339: when that revision came.
    """
    facts: Sequence[str] = ()
    if revision == 1:
        facts = ("result not revised",)
    elif revision > 1:
        times = "once" if revision == 2 else f"{revision - 1} times"
        facts = (f"result revised {times}, last on {date_text(seen_at)}",)
    return AsOf(at, tuple(facts), is_frozen=True)
