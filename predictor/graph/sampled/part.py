"""The sampled posterior's part of the graph: it takes the filter's place under the forecasts.

Fits of whole seasons, ``bayes/fit/...``, come in before the season and every few races; between
them the filter steps on from the last one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from predictor.bayes.fit import FitReport, SeasonFit, report_fits, trouble_of
from predictor.bayes.sampled import (
    SampledState,
    advance_sampled,
    fit_last_season,
    fit_this_season,
    start_sampled,
)
from predictor.bayes.season_data import RaceSeen
from predictor.forecast.assemble import ScenarioForecast
from predictor.graph.belief.part import FILTERED, RACES
from predictor.graph.part import Board, Part, RaceRun, SeasonAsked
from predictor.graph.plan import BELIEF_PART, Group, Input, Literal, Node, NodeRef, Stage
from predictor.graph.sampled.scenario import forecast_sampled
from predictor.graph.simulation.belief import BELIEF, Belief

__all__ = ["SampledPart", "sampled_part"]

_BEFORE = "bayes/before-season"
_FITS = "bayes/fits"


_FIT_LAST = Stage("fit-last-season", 1, fit_last_season, SeasonFit, True, trouble_of, True)
_FIT = Stage("fit-season", 1, fit_this_season, SeasonFit, True, trouble_of, True)
_BEFORE_SEASON = Stage("sampled-before-season", 1, start_sampled, SampledState)
_SAMPLED = Stage("sampled", 1, advance_sampled, SampledState)
_FORECAST = Stage("forecast-sampled", 2, forecast_sampled, ScenarioForecast)
_REPORT = Stage("fits", 1, report_fits, tuple[FitReport, ...])


@dataclass(slots=True)
class SampledPart(Part):
    """Fits of the season so far, and the belief that rests on them."""

    asked: SeasonAsked
    races: list[RaceSeen] = field(default_factory=list)  # of this season, run so far
    fits: list[str] = field(default_factory=list)  # ids of nodes
    name: str = BELIEF_PART

    def before_season(self, board: Board) -> Iterator[Node]:
        """Fit the season before."""
        inputs: dict[str, Input] = {"form": board.get(FILTERED)}
        races = board.get(RACES)
        if isinstance(races, NodeRef):
            season = self.asked.season.season
            fit = self._fit(str(season - 1), _FIT_LAST, {"races": races}, season=season)
            yield fit
            inputs["fit"] = NodeRef(fit.id)
        yield Node(_BEFORE, _BEFORE_SEASON, inputs, {"config": self.asked.options.model.filter})
        board.put(BELIEF, Belief(NodeRef(_BEFORE), _FORECAST))

    def after_event(self, run: RaceRun, board: Board) -> Iterator[Node]:
        """Step on by one race, and fit the season so far where it is due."""
        event_id, model = run.ahead.event.event_id, self.asked.options.model
        inputs: dict[str, Input] = {
            "before": board.get(BELIEF).node,
            "weekend": Literal(run.learnt),
            "outcome": Literal(run.outcome),
        }
        self.races.append(RaceSeen(run.learnt, run.outcome, run.ahead.steps))
        if len(self.races) % model.fit.refit_every == 0:
            seen: dict[str, Input] = {
                "start": NodeRef(_BEFORE),
                "races": Literal(tuple(self.races)),
            }
            fit = self._fit(event_id, _FIT, seen)
            yield fit
            inputs["fit"] = NodeRef(fit.id)
        config = {"steps": run.ahead.steps, "config": model.filter}
        yield Node(f"bayes/{event_id}", _SAMPLED, inputs, config)
        board.put(BELIEF, Belief(NodeRef(f"bayes/{event_id}"), _FORECAST))

    def finish(self, board: Board) -> Iterator[Node]:
        """Have the document tell of all fits."""
        if self.fits:
            fits = Group({name: NodeRef(name) for name in self.fits})
            yield Node(_FITS, _REPORT, {"fits": fits}, {"order": tuple(self.fits)})
            board.told["fits"] = NodeRef(_FITS)

    def _fit(
        self, name: str, stage: Stage[SeasonFit], inputs: Mapping[str, Input], **config: int
    ) -> Node:
        options = self.asked.options
        constants = {
            "seed": options.seed,
            "config": options.model.filter,
            "fit": options.model.fit,
            "sampler": options.sampler,
        }
        self.fits.append(f"bayes/fit/{name}")
        return Node(self.fits[-1], stage, inputs, {**constants, **config})


def sampled_part(asked: SeasonAsked) -> SampledPart | None:
    """Return the sampled posterior's part, where it is asked for and can be sampled."""
    options = asked.options
    return SampledPart(asked) if options.use_bayesian and options.sampler else None
