"""Addresses of the pages of drivers and teams."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PeopleWays"]


@dataclass(frozen=True, slots=True)
class PeopleWays:
    """Where the pages of one season's drivers and teams are.

    Attributes
    ----------
    before : str
        What addresses begin with: nothing for the season of the front page, else "/2024".
    query : str
        What they end with, "?hide=results".
    """

    before: str = ""
    query: str = ""

    def drivers(self) -> str:
        """Return the address of the table of drivers."""
        return f"{self.before}/drivers{self.query}"

    def teams(self) -> str:
        """Return the address of the table of teams."""
        return f"{self.before}/teams{self.query}"

    def driver(self, driver_id: str) -> str:
        """Return the address of a driver's page."""
        return f"{self.before}/drivers/{driver_id}{self.query}"

    def team(self, team_id: str) -> str:
        """Return the address of a team's page."""
        return f"{self.before}/teams/{team_id}{self.query}"
