"""What is wrong, why, and what to do; and whether a forecast can be trusted all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from predictor.published.season_types import SeasonDocument
from services.web.derived import figures
from services.web.derived.file_matrix import MatrixRow, missing_now
from services.web.derived.weekend import SESSIONS

if TYPE_CHECKING:
    from services.monitoring.status_file import Status

__all__ = [
    "Warned",
    "daemon_warnings",
    "document_warnings",
    "health_headline",
    "missing_warnings",
    "other_warnings",
]

_AGAIN = "drop the file again once it is whole; the forecast then follows by itself"
_WATCH = "start it again with `python -m services watch`"
_LOG = "see what the daemon wrote to its log; the next change of a file starts another run"


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing that is not as it should be.

    Attributes
    ----------
    kind : str
        refused | missing | old | failed | other
    what : str
        In a word or two: "Refused".
    where : str
        A file, an event; empty: none in particular.
    why : str
    do : str
        What to do about it; empty: nothing.
    """

    kind: str
    what: str
    where: str
    why: str
    do: str = ""


def document_warnings(document: SeasonDocument) -> list[Warned]:
    """Return the files that a document could not use, each with its reason."""
    metadata = document.metadata
    do = {one.where: one.do for one in metadata.note_details if one.do}
    found = []
    for one in metadata.rejected:
        reason = f"{_sentence(one.reason)} " + (
            "Its last good content is in use."
            if one.file in metadata.stale_inputs
            else "The forecast goes on without it."
        )
        found.append(Warned("refused", "Refused", one.file, reason, do.get(one.file) or _AGAIN))
    found += [
        Warned("other", "Not read", one.file, "It is data in a form that is not read.", one.do)
        for one in metadata.passed_over
    ]
    return found


def missing_warnings(rows: Iterable[MatrixRow]) -> list[Warned]:
    """Return the sessions of weekends at hand that are over and of which no file tells."""
    found: dict[str, list[str]] = {}
    for row, kind in missing_now(rows):
        found.setdefault(row.name, []).append(SESSIONS[kind])
    if not found:
        return []
    if len(found) > 1:
        names = list(found)
        n = sum(map(len, found.values()))
        where = f"{figures.count(n, 'session')} of {len(names)} weekends"
        why = f"No file tells of them yet, {names[0]} to {names[-1]}, though they are over."
        return [Warned("missing", "Missing", where, why, "drop their files")]
    [(name, kinds)] = found.items()
    it, is_ = ("they", "are") if len(kinds) > 1 else ("it", "is")
    why = f"No file tells of {figures.series(kinds)} yet, though {it} {is_} over."
    wider = " The forecast rests on what came before."
    do = "drop the files" if len(kinds) > 1 else "drop the file"
    return [Warned("missing", "Missing", f"the {name} weekend", why + wider, do)]


def daemon_warnings(state: str, status: Status | None) -> list[Warned]:
    """Return what is wrong with the daemon, its last run, and what it does without."""
    found = []
    if state == "stopped":
        found.append(Warned("old", "Daemon stopped", "", "New files are not taken up.", _WATCH))
    elif state == "silent":
        why = "Nothing has been heard of it for too long: it is stopped or stuck."
        found.append(Warned("old", "Daemon silent", "", why, _WATCH))
    if status is None:
        return found
    last = status.last_build
    if last is not None and last.outcome == "failed":
        why = f"{_sentence(last.error or 'it gave no reason')} The forecast before it is shown."
        found.append(Warned("failed", "Last run failed", "", why, _LOG))
    if status.verified is not None and status.verified.outcome == "different":
        why = "A full rebuild from the same files gave another document than the one shown."
        do = "run `python -m services forecast` without --incremental-update, and report it"
        found.append(Warned("failed", "Not reproduced", "", why, do))
    found += [Warned("other", "Does without", "", _sentence(one)) for one in status.degraded]
    return found


def other_warnings(troubles: Iterable[str], archive_trouble: str) -> list[Warned]:
    """Return what could not be read or made, once each."""
    found = [Warned("other", "Trouble", "", _sentence(one)) for one in dict.fromkeys(troubles)]
    if archive_trouble:
        why = f"{_sentence(archive_trouble)} Pages do without what it keeps."
        do = "`python -m services store status` says more; `store sync` makes one anew"
        found.append(Warned("other", "Archive", "", why, do))
    return found


def health_headline(warned: Sequence[Warned], daemon: str, *, has_forecast: bool) -> str:
    """Return whether what is shown can be trusted now.

    Parameters
    ----------
    warned : sequence of Warned
    daemon : str
        none | well | silent | stopped
    has_forecast : bool
    """
    kinds = [one.kind for one in warned]
    if not has_forecast:
        first = "There is no forecast yet"
    elif "failed" in kinds:
        first = "The forecast is not the latest it could be"
    elif "old" in kinds:
        first = "The forecast may be old"
    elif daemon == "well":
        first = "The forecast is sound" if warned else "The forecast is sound and up to date"
    else:
        first = "The forecast is sound, as of its time"
    rest = _counted(warned)
    return f"{first}. {rest}" if rest else first


def _counted(warned: Sequence[Warned]) -> str:
    """Return how many things are wrong, by the word where all are of one kind."""
    if not warned:
        return ""
    n = len(warned)
    kinds = {one.kind for one in warned}
    if kinds == {"refused"}:
        return "One file is refused" if n == 1 else f"{_spelt(n)} files are refused"
    if kinds == {"missing"} and n == 1:
        return f"Files of {warned[0].where} are missing"
    return "One thing needs a look" if n == 1 else f"{_spelt(n)} things need a look"


def _spelt(n: int) -> str:
    said = figures.spelt(n)
    return f"{said[0].upper()}{said[1:]}"


def _sentence(text: str) -> str:
    """Return a reason as a sentence, with its capital and its stop."""
    text = text.strip()
    if text.startswith(("is ", "has ", "ends ", "cannot ")):
        text = f"it {text}"
    if not text:
        return ""
    is_named = any(mark in text.partition(" ")[0] for mark in "._/\\")  # a file keeps its name
    begin = text[0] if is_named else text[0].upper()
    return f"{begin}{text[1:]}{'' if text.endswith('.') else '.'}"
