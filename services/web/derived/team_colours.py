"""Colours of teams, for marks on light and on dark paper; the style sheet of pages has the same.

Found by search in OKLCH within each brand's hues, each as far as can be from the teams that it
raced against, to the colour-blind too, with a contrast of 3 to the paper (tests/web/colours).
Eleven teams cannot all be told apart by colour: a code or a name stands beside every mark.
"""

from __future__ import annotations

from dataclasses import dataclass

from predictor.season.teams import resolve_team

__all__ = ["NO_COLOUR", "TEAM_COLOURS", "TeamColours", "colours_of", "team_class"]

NO_COLOUR = "t-none"


@dataclass(frozen=True, slots=True)
class TeamColours:
    """A team's colour as "#rrggbb", on light and on dark paper."""

    light: str
    dark: str


# Class of the style sheet -> colours.
TEAM_COLOURS = {
    "t-mclaren": TeamColours("#dc7105", "#f38d47"),
    "t-red-bull": TeamColours("#282489", "#6a70fa"),
    "t-mercedes": TeamColours("#319e92", "#a0fdec"),
    "t-ferrari": TeamColours("#c4142a", "#e93a3a"),
    "t-williams": TeamColours("#0566cb", "#2d8ec9"),
    "t-aston-martin": TeamColours("#0d3a22", "#4f8a68"),
    "t-alpine": TeamColours("#a8518d", "#f8a9c5"),
    "t-haas": TeamColours("#514a50", "#969c95"),
    "t-racing-bulls": TeamColours("#947ceb", "#a9b0ff"),
    "t-kick-sauber": TeamColours("#5d9c42", "#8bee5c"),
    "t-caterham": TeamColours("#186a23", "#6fb880"),
    "t-marussia": TeamColours("#6c0b04", "#be2707"),
    "t-cadillac": TeamColours("#655f2e", "#bcb18d"),
}
# Lineage -> class. A team keeps its colour under every name that it raced by.
_CLASSES = {
    "mclaren": "t-mclaren",
    "red-bull": "t-red-bull",
    "mercedes": "t-mercedes",
    "ferrari": "t-ferrari",
    "williams": "t-williams",
    "haas": "t-haas",
    "toro-rosso": "t-racing-bulls",
    "sauber": "t-kick-sauber",
    "force-india": "t-aston-martin",
    "lotus-f1": "t-alpine",
    "caterham": "t-caterham",
    "virgin": "t-marussia",
    "cadillac": "t-cadillac",
}


def team_class(team_id: str, season: int) -> str:
    """Return the class that gives a team's colour, by its id or its name; grey if it has none."""
    return _CLASSES.get(resolve_team(team_id, season).lineage, NO_COLOUR)


def colours_of(team_id: str | None, season: int) -> TeamColours | None:
    """Return a team's colours; None for no team, and for one that has none yet."""
    return TEAM_COLOURS.get(team_class(team_id, season)) if team_id else None
