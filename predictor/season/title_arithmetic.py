"""What is still possible in a championship on paper: the most that is left, and when it is settled.

Arithmetic is not likelihood: what is possible here may happen in none of a thousand simulated
seasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from predictor.season.points import fastest_lap_point, race_points, sprint_points
from predictor.season.standings import Standing

__all__ = ["RoundAhead", "can_still_win", "is_settled", "round_ahead", "settled_at_the_earliest"]


@dataclass(frozen=True, slots=True)
class RoundAhead:
    """The most that one contender may still score in a round.

    Attributes
    ----------
    race, sprint : float
        Points; 0.0 where the race or the sprint is run, or none is held.
    places : tuple of int
        How many first, second ... places of races that takes, for the countback.
    """

    event_id: str
    round: int
    race: float
    sprint: float
    places: tuple[int, ...]

    @property
    def points(self) -> float:
        """Of race and sprint together."""
        return self.race + self.sprint


def round_ahead(
    season: int, event_id: str, number: int, *, cars: int, race: bool, sprint: bool
) -> RoundAhead:
    """Return the most that a contender may score in one round.

    Parameters
    ----------
    season : int
    event_id : str
        Some events have points of their own.
    number : int
        Of the round.
    cars : int
        That score for the contender: 1 for a driver, 2 for a team.
    race, sprint : bool
        Whether it is still to be run.

    Raises
    ------
    UsageError
        For a season whose points are not known.
    """
    of_race = float(race_points(season, event_id=event_id)[:cars].sum()) + fastest_lap_point(season)
    of_sprint = float(sprint_points(season)[:cars].sum())
    return RoundAhead(
        event_id,
        number,
        of_race if race else 0.0,
        of_sprint if sprint else 0.0,
        (1,) * cars if race else (),
    )


def is_settled(table: Sequence[Standing], ahead: Sequence[RoundAhead]) -> bool:
    """Return whether nobody can catch the leader any more.

    Parameters
    ----------
    table : sequence of Standing
        In order; the leader first.
    ahead : sequence of RoundAhead
    """
    return len(table) > 0 and all(_is_out_of_reach(table[0], rival, ahead) for rival in table[1:])


def can_still_win(row: Standing, table: Sequence[Standing], ahead: Sequence[RoundAhead]) -> bool:
    """Return whether a contender may still be champion: he takes all, the leader nothing more."""
    return row.key == table[0].key or not _is_out_of_reach(table[0], row, ahead)


def settled_at_the_earliest(
    table: Sequence[Standing], ahead: Sequence[RoundAhead]
) -> RoundAhead | None:
    """Return the round after which the title may be settled: the leader takes all, others nothing.

    Returns
    -------
    RoundAhead or None
        None where it is settled already, or nothing is left to settle it.
    """
    if not table or is_settled(table, ahead):
        return None
    for n_run, last in enumerate(ahead, start=1):
        leader = _with_all_of(table[0], ahead[:n_run])
        if all(_is_out_of_reach(leader, rival, ahead[n_run:]) for rival in table[1:]):
            return last
    return None


def _is_out_of_reach(leader: Standing, rival: Standing, ahead: Sequence[RoundAhead]) -> bool:
    """Whether the leader, who scores nothing more, stays in front of one who takes all.

    Equal points go to more wins, then more second places; what even that leaves equal is open.
    """
    best = _with_all_of(rival, ahead)
    if leader.points != best.points:
        return leader.points > best.points
    pairs = zip_longest(leader.places, best.places, fillvalue=0)
    return next((mine > his for mine, his in pairs if mine != his), False)


def _with_all_of(row: Standing, rounds: Sequence[RoundAhead]) -> Standing:
    """Return a line of the table after its contender took all that the rounds pay."""
    points, places = row.points, list(row.places)
    for one in rounds:
        points += one.points
        places = [a + b for a, b in zip_longest(places, one.places, fillvalue=0)]
    return Standing(row.position, row.key, points, tuple(places))
