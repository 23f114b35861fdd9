"""What the record of runs tells of the last runs, those too that published nothing."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from predictor.published.run_types import RunEntry
from predictor.published.season_types import SeasonDocument
from services.web.derived import figures

__all__ = ["entries_section"]

_SHOWN = 12
_PUBLISHED = "published"


def entries_section(document: SeasonDocument) -> dict[str, Any]:
    """Return the last entries of the document's own record, the latest first."""
    entries = sorted(document.metadata.training_history, key=lambda one: -one.counter)
    quiet = [one for one in entries if one.outcome is not UNSET and one.outcome != _PUBLISHED]
    return {
        "n": len(entries),
        "rows": [_row(one) for one in entries[:_SHOWN]],
        "quiet": [_quiet(one) for one in quiet[:_SHOWN]],
    }


def _row(entry: RunEntry) -> dict[str, str]:
    return {
        "when": "" if entry.ended is UNSET else figures.moment_text(entry.ended),
        "at": "" if entry.ended is UNSET else entry.ended,
        "outcome": "" if entry.outcome is UNSET else entry.outcome,
        "files": _files(entry),
        "anew": _anew(entry),
    }


def _quiet(entry: RunEntry) -> dict[str, str]:
    error = entry.error if isinstance(entry.error, str) else ""
    return _row(entry) | {"error": error}


def _files(entry: RunEntry) -> str:
    if entry.changed_inputs is UNSET or not entry.changed_inputs:
        return "no file"
    names = [one.file for one in entry.changed_inputs if isinstance(one.file, str)]
    more = sum(one.more for one in entry.changed_inputs if isinstance(one.more, int))
    said = ", ".join(names)
    return f"{said} and {figures.number(more)} more" if more else said


def _anew(entry: RunEntry) -> str:
    if entry.races_recomputed is UNSET:
        return ""
    n_events = sum(len(one.events) for one in entry.races_recomputed)
    return figures.count(n_events, "event")
