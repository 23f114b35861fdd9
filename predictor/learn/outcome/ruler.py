"""The published forecast that losses of a model were measured beside: their ruler.

A forecast of few simulations is a count with noise, and pooling an exact table with it gains by
smoothing alone. So losses say which forecast they are beside, and those beside two different
ones are not compared.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Ruler"]


@dataclass(frozen=True, slots=True)
class Ruler:
    """Which forecast it was.

    Attributes
    ----------
    digest : str
        Of the forecasts themselves: every race at every horizon.
    n_simulations : int
        Of a race in each scenario.
    seed : int
        Of the simulations.
    code : str
        Digest of the code that made them.
    seasons : tuple of int
    n_races : int
    """

    digest: str
    n_simulations: int
    seed: int
    code: str
    seasons: tuple[int, ...]
    n_races: int

    @property
    def words(self) -> str:
        """Name it to a person."""
        span = f"{self.seasons[0]} to {self.seasons[-1]}" if self.seasons else "no season"
        return (
            f"the published forecast of {self.n_simulations:,} simulations, {self.n_races} races "
            f"of {span} (`{self.digest[:19]}`, code `{self.code[:19]}`)"
        )
