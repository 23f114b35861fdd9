"""What there is to say about a season's files, sorted into a few kinds, each with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from predictor.forecast.feasible import why_no_sprint, why_not_forecast
from predictor.season.provenance import Told
from predictor.season.state import SeasonState
from predictor.vocabulary import EventStatus, SessionKind
from services.intake.not_read import why_not_read

__all__ = ["KINDS", "Finding", "Sessions", "about_season", "left_out", "not_read", "ordered"]

MISSING, UNFORECAST, CUT, CONFLICT, LEFT_OUT, TWICE, ODD, INFO = KINDS = (
    "missing",
    "without a forecast",
    "cut short",
    "in conflict",
    "left out",
    "there twice",
    "does not fit",
    "good to know",
)

Sessions = Mapping[tuple[str, SessionKind], tuple[Told, ...]]  # event id, kind -> files

# Phrases of rejections of which more of the file would help.
_CUT_PHRASES = ("may be cut", "only part of", "a filtered answer", "the file is empty")
# Phrases of the notes that `predictor.season` gives, and what a reader can do about each.
_NOTES = (
    ("no calendar of the whole season", MISSING, ""),
    ("no race result, though later", MISSING, "drop the race result"),
    ("no race result is here", MISSING, "drop the race result"),
    ("race without a qualifying result", MISSING, "drop the qualifying result"),
    ("nobody is known to take part", MISSING, ""),
    ("no file says who drives as", MISSING, ""),
    ("full points are counted", MISSING, "add scheduled_laps to calendar.json"),
    ("nobody gets the point of the fastest lap", MISSING, "drop the result from Jolpica"),
    ("left out: page", CUT, ""),
    ("drivers: not used", CUT, "drop the whole result"),
    ("drivers in the result", CUT, "drop the whole result, if this is not all of it"),
    ("have one date, ", CONFLICT, "correct the date of those that are on another day"),
    ("is it of another race?", CONFLICT, "drop the right result, or correct scheduled_laps"),
    ("is used, ", CONFLICT, "keep the right one, and remove or correct the other"),
    ("testing is", INFO, ""),
    ("is testing, which", INFO, ""),
    ("left out for such reasons", INFO, ""),
    ("laps are read, but", INFO, ""),
    ("sprint grids are filled", INFO, ""),
    ("session files are not used", INFO, ""),
    ("the folder holds", INFO, ""),
    ("those shipped are used", INFO, ""),
    ("starts from nothing", MISSING, "name a folder of earlier seasons with --history"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reader may want to know or mend."""

    kind: str  # one of `KINDS`
    where: str  # a file or an event; empty: the season
    what: str
    do: str = ""

    @property
    def counts(self) -> bool:
        """Whether somebody should look at it; the others change no forecast."""
        return self.kind not in (ODD, INFO)


def left_out(files: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Say which files are not used, and why; what is only a part of a file is told apart."""
    for file, reason in files:
        is_cut = any(phrase in reason for phrase in _CUT_PHRASES)
        # The reason names the file once more.
        what = reason.replace(f"; at {file};", ";").replace(f"; at {file} ", "; at ")
        yield Finding(CUT if is_cut else LEFT_OUT, file, what)


def not_read(files: Iterable[str]) -> Iterator[Finding]:
    """Say which files hold data in a form that is not read, and what to do about each."""
    for file in files:
        what, do = why_not_read(file.rpartition("/")[2]) or ("", "")
        yield Finding(LEFT_OUT, file, f"passed over: it {what}", do)


def about_season(
    state: SeasonState, told: Sessions, notes: Iterable[str], *, has_entries: bool
) -> Iterator[Finding]:
    """Say what is missing, cut, in conflict, there twice or odd in a season.

    Parameters
    ----------
    state : SeasonState
    told : Sessions
    notes : iterable of str
        About the choice of the season and of the earlier ones.
    has_entries : bool
        Whether a file says who is entered for the season.
    """
    for note in (*notes, *state.notes):
        yield _of_note("", note)
    for event in state.events:
        for note in event.notes:
            yield _of_note(event.event_id, note)
    if not has_entries:
        yield Finding(
            MISSING,
            "",
            "no list of the season's entries: line-ups come from the sessions before an event",
            "add entries.json",
        )
    yield from _unforecast(state)
    yield from _without_race(state)
    yield from _twice(state, told)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order findings by kind, as `KINDS`; those of one kind stay as they come."""
    return tuple(sorted(findings, key=lambda finding: KINDS.index(finding.kind)))


def _of_note(where: str, note: str) -> Finding:
    for phrase, kind, do in _NOTES:
        if phrase in note:
            return Finding(kind, where, note, do)
    return Finding(ODD, where, note)


def _unforecast(state: SeasonState) -> Iterator[Finding]:
    """Name the events that are beyond what can be simulated; nobody to take part is noted."""
    for event in state.events:
        reason = why_not_forecast(event) or why_no_sprint(event)
        if reason and event.entries and event.status is not EventStatus.CANCELLED:
            do = "correct what the calendar and the entries say of it"
            yield Finding(UNFORECAST, event.event_id, reason, do)


def _without_race(state: SeasonState) -> Iterator[Finding]:
    """Name the latest event if it has its qualifying and nothing more; earlier ones are noted."""
    raced = [one.status is EventStatus.COMPLETED for one in state.events]
    n_past = len(raced) - raced[::-1].index(True) if any(raced) else 0
    for event in state.events[n_past:]:
        if event.session(SessionKind.QUALIFYING) is not None:
            yield Finding(
                INFO,
                event.event_id,
                "qualifying without a race result: forecast as a race that is still to come",
                "drop the race result once the race is over",
            )


def _twice(state: SeasonState, told: Sessions) -> Iterator[Finding]:
    """Name the files that say word for word what another one says."""
    known = {event.event_id for event in state.events}
    for (event_id, kind), sources in told.items():
        if event_id not in known:
            continue
        seen: dict[str, str] = {}
        for one in sources:
            first = seen.setdefault(repr(one.record), one.path)
            if first != one.path:
                what = f"says of {event_id} {kind} what {first} says"
                yield Finding(TWICE, one.path, what, "remove one of them")
