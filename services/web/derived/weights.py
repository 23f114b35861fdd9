"""What a user's weights did to the next race between two runs, apart from all else."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET

from predictor.published.event_types import DriverForecast, Event
from predictor.published.season_types import SeasonDocument
from services.web.derived import figures
from services.web.derived.level import has_moved, sims_of
from services.web.derived.weekend import upcoming

__all__ = ["Split", "split_by_weights"]


@dataclass(frozen=True, slots=True)
class Split:
    """One driver's change of the chance to win the next race, in two parts.

    Attributes
    ----------
    driver_id, name : str
    before, now : float
        The published chances.
    by_weights : float
        What the weights add now less what they added before.
    by_rest : float
        The change of the forecast without weights. Both on the same random numbers: they sum to
        the whole change.
    """

    driver_id: str
    name: str
    before: float
    now: float
    by_weights: float
    by_rest: float


def split_by_weights(before: SeasonDocument | None, now: SeasonDocument) -> tuple[Split, ...]:
    """Return the changes beyond the noise in the next race, split; empty where weights are not new.

    A forecast with weights tells what it would be without them, so that the two can be told apart.
    """
    coming = upcoming(now)
    if before is None or coming is None or not _has_other_weights(before, now):
        return ()
    event = coming[1]
    old = {one.metadata.event_id: one for one in before.predictions.values()}
    was = old.get(event.metadata.event_id)
    if was is None or not (_is_told(before, was) and _is_told(now, event)):
        return ()
    return tuple(_splits(was, event))


def _has_other_weights(before: SeasonDocument, now: SeasonDocument) -> bool:
    was, at = before.metadata, now.metadata
    return (was.driver_weights, was.team_weights) != (at.driver_weights, at.team_weights)


def _is_told(document: SeasonDocument, event: Event) -> bool:
    """Whether a forecast tells what it would be without weights, or has none."""
    has_weights = document.metadata.driver_weights or document.metadata.team_weights
    return not has_weights or all(row.unweighted is not UNSET for row in event.predictions)


def _splits(was: Event, now: Event) -> list[Split]:
    then = {row.driver_id: row for row in was.predictions}
    n_was, n_now = sims_of(was), sims_of(now)
    called = figures.surnames([row.name for row in now.predictions])
    found = [
        Split(
            row.driver_id,
            called[row.name],
            then[row.driver_id].p_win,
            row.p_win,
            _added(row) - _added(then[row.driver_id]),
            _without(row) - _without(then[row.driver_id]),
        )
        for row in now.predictions
        if row.driver_id in then and has_moved(then[row.driver_id].p_win, row.p_win, n_was, n_now)
    ]
    return sorted(found, key=lambda one: -abs(one.now - one.before))


def _without(row: DriverForecast) -> float:
    return row.p_win if row.unweighted is UNSET else row.unweighted.p_win


def _added(row: DriverForecast) -> float:
    return row.p_win - _without(row)
