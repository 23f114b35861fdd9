"""What a race or sprint that was run has paid: the rules' tables, chosen by what is known.

A file's points are never copied. They are evidence, all rows together, for the facts that a
file leaves out: how much of the distance was run, and who drove the fastest lap. So a mistake
in one row pays nobody wrongly, and a forecast season and a raced one are scored by one set of
rules. Where explicit facts and awarded points disagree, what asks for fewer mistakes in the
file holds, and the facts at a tie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from predictor.records import ResultRecord, SessionRecord
from predictor.season.points import (
    FASTEST_LAP_LIMIT,
    Scale,
    fastest_lap_point,
    race_scales,
    scale_of_distance,
    sprint_points,
)
from predictor.season.state import EventState
from predictor.vocabulary import ResultStatus, SessionKind

__all__ = ["Award", "award_of_session", "points_of_session"]

_FEWEST_ROWS = 3  # that must bear out another scale than the rules name; fewer are mistakes


@dataclass(frozen=True, slots=True)
class Award:
    """What a race or sprint paid, and what that rests on.

    Attributes
    ----------
    points : dict from str to float
        Of every driver in the result; 0.0 for those who scored nothing.
    scale : Scale
        What positions paid.
    by_distance : Scale | None
        What the laps run and scheduled say; None where they are not known.
    is_scale_known : bool
        Whether laps or awarded points tell the scale; full points are taken otherwise.
    bonus : float
        Points of the fastest lap, 0.0 where it earned nothing.
    fastest : str | None
        Who got them.
    marked : str | None
        Whom the file names as having driven it.
    is_fastest_known : bool
        False where nothing tells whether one of those who could be paid for it drove it.
    """

    points: dict[str, float]
    scale: Scale
    by_distance: Scale | None = None
    is_scale_known: bool = True
    bonus: float = 0.0
    fastest: str | None = None
    marked: str | None = None
    is_fastest_known: bool = True


def points_of_session(event: EventState, session: SessionRecord) -> dict[str, float]:
    """Give each driver's points of a race or sprint; empty for sessions that give none."""
    award = award_of_session(event, session)
    return {} if award is None else award.points


def award_of_session(event: EventState, session: SessionRecord) -> Award | None:
    """Give what a race or sprint paid.

    Parameters
    ----------
    event : EventState
        For its season, id and scheduled laps.
    session : SessionRecord
        Canonical, with driver ids.

    Returns
    -------
    Award | None
        None for sessions that give no points.
    """
    rows = session.results
    if session.kind is SessionKind.SPRINT:
        scale = Scale("sprint points", tuple(sprint_points(event.season).tolist()), 1.0)
        return Award(_by_position(rows, scale), scale)
    if session.kind is not SessionKind.RACE:
        return None
    full_bonus = fastest_lap_point(event.season)
    by_distance = _scale_by_distance(event, rows)
    scales = race_scales(event.season, event.event_id)
    scale, is_borne_out = _choose_scale(scales, by_distance, rows, full_bonus)
    points = _by_position(rows, scale)
    bonus = full_bonus if scale.pays_fastest_lap else 0.0
    marked = next((row for row in rows if row.fastest_lap), None)
    fastest, is_known = _find_fastest(rows, points, bonus) if bonus else (None, True)
    if fastest is not None:
        points[_who(fastest)] += bonus
    return Award(
        points=points,
        scale=scale,
        by_distance=by_distance,
        is_scale_known=by_distance is not None or is_borne_out,
        bonus=bonus,
        fastest=None if fastest is None else _who(fastest),
        marked=None if marked is None else _who(marked),
        is_fastest_known=is_known,
    )


def _scale_by_distance(event: EventState, rows: Sequence[ResultRecord]) -> Scale | None:
    """Give the scale that the winner's laps name: a fact of the result, not of a forecast."""
    laps = next((row.laps for row in rows if row.position == 1), None)
    if laps is None:
        return None
    share = laps / event.scheduled_laps if event.scheduled_laps else 1.0
    scale = scale_of_distance(event.season, event.event_id, share, laps)
    return scale if event.scheduled_laps or not scale.points else None


def _choose_scale(
    scales: Sequence[Scale],
    by_distance: Scale | None,
    rows: Sequence[ResultRecord],
    bonus: float,
) -> tuple[Scale, bool]:
    """Give the scale that was applied, and whether the file's points bear it out."""
    default = by_distance or scales[-1]
    chosen = default
    fewest = _mistakes(default, rows, bonus)
    for scale in scales:
        n = _mistakes(scale, rows, bonus) + (by_distance is not None and scale != by_distance)
        if n < fewest and _is_borne_out(scale, rows, bonus):
            chosen, fewest = scale, n
    return chosen, _is_borne_out(chosen, rows, bonus)


def _is_borne_out(scale: Scale, rows: Sequence[ResultRecord], bonus: float) -> bool:
    """Whether most of those whom the scale pays have its points in the file."""
    paid = [row for row in rows if _due(row, scale)]
    n_agree = sum(_agrees(row, scale, bonus) for row in paid)
    return n_agree >= _FEWEST_ROWS and 2 * n_agree > len(paid)


def _mistakes(scale: Scale, rows: Sequence[ResultRecord], bonus: float) -> int:
    return sum(row.points is not None and not _agrees(row, scale, bonus) for row in rows)


def _agrees(row: ResultRecord, scale: Scale, bonus: float) -> bool:
    """Whether a row has what the scale pays, with or without the fastest lap."""
    due = _due(row, scale)
    return row.points == due or (
        scale.pays_fastest_lap and _may_have_bonus(row) and row.points == due + bonus
    )


def _find_fastest(
    rows: Sequence[ResultRecord],
    points: dict[str, float],
    bonus: float,
) -> tuple[ResultRecord | None, bool]:
    """Give who is paid for the fastest lap, and whether that is known.

    The driver whom the file marks, unless his own points lack the bonus and one other's have
    it (two rows against one mark, as when his lap was deleted). Where nobody is marked: the
    one whose points have it; nobody, where the points of all who could be paid lack it; else
    the best time.
    """
    eligible = [row for row in rows if _may_have_bonus(row)]
    paid = [row for row in eligible if row.points == points[_who(row)] + bonus]
    without = [row for row in eligible if row.points == points[_who(row)]]
    only = paid[0] if len(paid) == 1 else None
    marked = [row for row in rows if row.fastest_lap]
    if marked:
        best = next((row for row in marked if row in paid), marked[0])
        if not _may_have_bonus(best):
            return None, True
        return (only if best in without and only is not None else best), True
    if only is not None:
        return only, True
    if eligible and len(without) == len(eligible):
        return None, True
    timed = [row for row in rows if row.best_s is not None]
    quickest = min(timed, key=lambda row: row.best_s or 0.0, default=None)
    if quickest is None or quickest in without:
        return None, False
    return (quickest if _may_have_bonus(quickest) else None), True


def _by_position(rows: Sequence[ResultRecord], scale: Scale) -> dict[str, float]:
    return {_who(row): _due(row, scale) for row in rows}


def _due(row: ResultRecord, scale: Scale) -> float:
    if row.position is None or row.position > len(scale.points) or not _is_classified(row):
        return 0.0
    return scale.points[row.position - 1]


def _may_have_bonus(row: ResultRecord) -> bool:
    return (row.position or 99) <= FASTEST_LAP_LIMIT and _is_classified(row)


def _is_classified(row: ResultRecord) -> bool:
    excluded = row.status in (ResultStatus.DSQ, ResultStatus.EX, ResultStatus.DNS)
    return not excluded and row.classified is not False


def _who(row: ResultRecord) -> str:
    return str(row.driver.driver_id)
