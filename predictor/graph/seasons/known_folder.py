"""A folder as it was at an earlier point of the season: what came later is not looked at.

What is left is what a folder would hold that was really cut there. A file of later sessions
alone is as good as gone: it is linked to nothing, tells of no driver and leaves no note. Of a
file that holds earlier sessions too, as one answer for a whole season does, the later ones
are taken out. Calendars and entry lists stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from predictor.as_of import AsOf
from predictor.graph.seasons.folding import (
    Outcomes,
    Rejection,
    Seasons,
    before_season,
    join_outcomes,
    outcomes_of,
    parse_all,
    told_once,
)
from predictor.graph.seasons.parsing import ParseOutcome
from predictor.records import EventRef, ParsedFile
from predictor.season.state import SeasonState
from predictor.vocabulary import SessionKind

__all__ = ["KnownFolder", "fold_known", "known_folder", "parse_and_fold_known"]


@dataclass(frozen=True, slots=True)
class KnownFolder:
    """What a folder of session files came to at an earlier point."""

    states: tuple[SeasonState, ...]  # ordered by season
    rejected: tuple[Rejection, ...]
    hidden: tuple[str, ...]  # files of which nothing was known, sorted


def known_folder(
    outcomes: Mapping[str, ParseOutcome], folder: str, as_of: AsOf, season: int | None = None
) -> KnownFolder:
    """Join the parsed files of a folder as far as they were known.

    Parameters
    ----------
    outcomes : mapping from str to ParseOutcome
        By path; all of the folder.
    folder : str
        Its name; tells the season where nothing else does.
    as_of : AsOf
    season : int, optional
        The one to forecast, which a round is of; no other is given. Unless given, all that may
        have begun by a day.
    """
    from predictor.season.fold import fold_files  # noqa: PLC0415 - not needed when nothing changed
    from predictor.season.known import without_later  # noqa: PLC0415
    from predictor.season.session_days import was_held, was_issued, was_tested  # noqa: PLC0415

    told = told_once(outcomes)
    whole = join_outcomes(told, folder)
    years = [state.season for state in whole.states]
    events = {event.event_id: event for state in whole.states for event in state.events}

    def is_known(event_id: str, kind: SessionKind | None) -> bool:
        event = events.get(event_id)
        if event is None:
            return False
        if season is not None and as_of.round is not None and event.season != season:
            return event.season < season
        return was_held(event, kind, as_of)

    def is_tested(ref: EventRef) -> bool:
        state = next((one for one in whole.states if one.season == ref.season), None)
        return was_tested(ref.date, state, as_of)

    def is_issued(stamp: str) -> bool:
        state = next((one for one in whole.states if one.season == season), None)
        return was_issued(stamp, state, as_of)

    known = without_later(whole.files, years, is_known, is_tested, is_issued)
    hidden = _emptied(whole.files, known)
    # Linked anew without them: no later file may tell of drivers, keys or copies.
    left = {path: one for path, one in told.items() if path not in hidden}
    cut = join_outcomes(left, folder)
    files = without_later(cut.files, years, is_known, is_tested, is_issued)
    hidden |= _emptied(cut.files, files)
    folded = fold_files({path: file for path, file in files.items() if path not in hidden})
    refused = {**cut.refused, **folded.refused}
    reasons = {
        path: one.rejection
        for path, one in outcomes.items()
        if one.rejection and path not in cut.files
    }
    # What only lacks a later file beside it, as pit stops do without their result, is hidden too.
    alone = refused.keys() - whole.refused.keys() - reasons.keys()
    reasons |= {path: why for path, why in refused.items() if path not in alone}
    later = {id(told[path]) for path in hidden | alone}
    copies = {path for path in outcomes.keys() - told.keys() if id(outcomes[path]) in later}
    return KnownFolder(
        tuple(
            state
            for state in folded.states
            if (as_of.may_know(state.season) if season is None else state.season == season)
        ),
        tuple(Rejection(path, reasons[path]) for path in sorted(reasons)),
        tuple(sorted(hidden | alone | copies)),
    )


def parse_and_fold_known(
    files: Mapping[str, bytes],
    before: int,
    until: str,
    earlier: tuple[SeasonState, ...] = (),
    folder: str = "",
) -> Seasons:
    """Give the seasons before one as `folding.parse_and_fold`, as they were on a day."""
    known = known_folder(parse_all(files), folder, AsOf(day=until))
    return before_season(Seasons(known.states, known.rejected), before, earlier)


def fold_known(
    files: Outcomes, copies: Mapping[str, str], folder: str, season: int, as_of: AsOf
) -> KnownFolder:
    """Join the parsed files of one folder as far as they were known, see `folding.fold_parsed`."""
    return known_folder(outcomes_of(files, copies), folder, as_of, season)


def _emptied(whole: Mapping[str, ParsedFile], cut: Mapping[str, ParsedFile]) -> set[str]:
    return {path for path, file in cut.items() if whole[path].records and not file.records}
