"""Records of many files -> one state per season, and its points.

`fold` is the way in; `EventState` and `SeasonState` are what the rest of the library
reads. Reads no file and knows no provider's format (that is `predictor.formats`). May import
`records` and what is below it.
"""

from predictor.season.awards import points_of_session
from predictor.season.fold import fold
from predictor.season.grid import StartingGrid, starting_grid
from predictor.season.points import (
    FASTEST_LAP_LIMIT,
    fastest_lap_point,
    race_points,
    sprint_points,
)
from predictor.season.standings import Standing, Standings, standings
from predictor.season.state import WEEKEND_ORDER, Driver, Entry, EventState, SeasonState
from predictor.season.teams import Team, resolve_team

__all__ = [
    "FASTEST_LAP_LIMIT",
    "WEEKEND_ORDER",
    "Driver",
    "Entry",
    "EventState",
    "SeasonState",
    "Standing",
    "Standings",
    "StartingGrid",
    "Team",
    "fastest_lap_point",
    "fold",
    "points_of_session",
    "race_points",
    "resolve_team",
    "sprint_points",
    "standings",
    "starting_grid",
]
