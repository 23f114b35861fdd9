"""A question as it is sent, checked against its forecast, in the reader's words."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from predictor.forecast.weight_limits import HIGHEST_WEIGHT, LOWEST_WEIGHT
from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from services.settings.limits import WhatIfLimits
from services.web.api.problem_kinds import (
    BAD_QUESTION,
    NOT_JSON,
    NOTHING_TO_COME,
    UNKNOWN_ID,
    UNKNOWN_PARAMETER,
    Kind,
    problem,
)
from services.web.derived.who_races import drivers_of, events_ahead, resolve, teams_of
from services.web.problems import Problem
from services.web.world import World

__all__ = ["FEWEST", "FIELDS", "Question", "asked", "read_json_object"]

FIELDS = ("season", "event_id", "driver_weights", "team_weights", "titles", "n_simulations")
NEXT = "next"
FEWEST = 100  # simulations; fewer say nothing

_AS_DESCRIBED = "send an object as in /openapi.json"
_SHOWN = 40  # characters of what somebody sent


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of which forecast; equal ones have equal answers.

    Attributes
    ----------
    forecast : str
        SHA-256 of the season document as published.
    driver_weights, team_weights : tuple of (str, float)
        By id, in the order of ids.
    """

    season: int
    forecast: str
    event_id: str
    driver_weights: tuple[tuple[str, float], ...]
    team_weights: tuple[tuple[str, float], ...]
    titles: bool
    n_simulations: int

    @property
    def id(self) -> str:
        """What an answer is found by."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]


def read_json_object(body: bytes) -> Mapping[str, Any]:
    """Return the object that a request sends.

    Raises
    ------
    Problem
        400 if it is none.
    """
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _bad(NOT_JSON, "what was sent is no JSON", do=_AS_DESCRIBED) from error
    if not isinstance(found, dict):
        raise _bad(NOT_JSON, "what was sent is no JSON object", do=_AS_DESCRIBED)
    return found


def asked(sent: Mapping[str, Any], world: World, limits: WhatIfLimits) -> Question:
    """Return what is asked, checked against the forecast of its season.

    Parameters
    ----------
    sent : Mapping[str, Any]
        Of the names in `FIELDS`, each of which may be left out but one of the weights.

    Raises
    ------
    Problem
        400 for a name that is not known, 404 for a season without a forecast, 409 where nothing
        is to come, 422 for a value that cannot be.
    """
    unknown = sorted(set(sent) - set(FIELDS))
    if unknown:
        raise _bad(
            UNKNOWN_PARAMETER,
            f"{_shown(unknown[0])} is nothing that can be asked",
            do=f"send {', '.join(FIELDS)}",
            allowed=FIELDS,
        )
    season = _season(sent.get("season"), world)
    document = world.documents[season]
    event = _event(sent.get("event_id", NEXT), document)
    drivers = _weights(sent.get("driver_weights"), "driver", drivers_of(document))
    teams = _weights(sent.get("team_weights"), "team", teams_of(document))
    if not any(weight != 1.0 for weight in (*drivers.values(), *teams.values())):
        raise _wrong(
            "nobody is said to be stronger or weaker",
            do="give a weight other than 1 to a driver or a team",
        )
    _refuse_beyond(drivers, document.metadata.driver_weights, drivers_of(document))
    _refuse_beyond(teams, document.metadata.team_weights, teams_of(document))
    titles = sent.get("titles", False)
    if not isinstance(titles, bool):
        raise _wrong("titles is neither true nor false", do="send true or false")
    return Question(
        season=season,
        forecast=hashlib.sha256(world.raw[season]).hexdigest(),
        event_id=event.metadata.event_id,
        driver_weights=tuple(sorted(drivers.items())),
        team_weights=tuple(sorted(teams.items())),
        titles=titles,
        n_simulations=_simulations(sent.get("n_simulations"), document, limits),
    )


def _season(given: object, world: World) -> int:
    season = world.default_season if given is None else given
    if isinstance(season, bool) or not isinstance(season, int) or season not in world.documents:
        there = ", ".join(map(str, sorted(world.documents))) or "none"
        raise problem(
            UNKNOWN_ID,
            "there is no forecast of that season" if given is not None else "there is no forecast",
            parameter="season",
            do=f"ask about a season that has one: {there}",
        )
    return season


def _event(given: object, document: SeasonDocument) -> Event:
    ahead = events_ahead(document)
    if not ahead:
        raise problem(
            NOTHING_TO_COME,
            "every race of the season is run: nothing is left to ask about",
            do="come back when the next season's forecast is out",
        )
    ids = {event.metadata.event_id: event for event in ahead.values()}
    if given == NEXT:
        return next(iter(ids.values()))
    if not isinstance(given, str) or given not in ids:
        known = [event.metadata.event_id for event in document.predictions.values()]
        why = "is run, or has no forecast" if given in known else "is no event of the season"
        raise _wrong(
            f"{_shown(given)} {why}", do="ask about an event to come", allowed=(NEXT, *ids)
        )
    return ids[given]


def _weights(given: object, kind: str, named: Mapping[str, Collection[str]]) -> dict[str, float]:
    """Return weights by id; names may be ids, codes or full names."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _wrong(
            f"{kind}_weights is no object", do=f'send an object, as {{"{next(iter(named))}": 1.1}}'
        )
    found: dict[str, float] = {}
    for name, weight in given.items():
        ids = resolve(name, named)
        if len(ids) != 1:
            problem = "could be several" if ids else f"is no {kind} of the season"
            raise _wrong(
                f"{_shown(name)} {problem}",
                do=f"use the {kind}'s id",
                allowed=tuple(sorted(ids or named)),
            )
        (key,) = ids
        if key in found:
            raise _wrong(f"{_shown(name)} has two weights", do="leave one of them out")
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise _wrong(f"the weight of {_shown(name)} is no number", do="send a number, as 1.1")
        found[key] = _in_limits(weight, _shown(name))
    return found


def _in_limits(weight: float, name: str, more: str = "") -> float:
    # Compared before it is made a float: a whole number may be too large for one.
    if not LOWEST_WEIGHT <= weight <= HIGHEST_WEIGHT:
        raise _wrong(
            f"the weight of {name} is {_number(weight)}{more}",
            do=f"keep it from {LOWEST_WEIGHT:g} to {HIGHEST_WEIGHT:g}; 1 is as the model has it",
        )
    return float(weight)


def _refuse_beyond(
    weights: Mapping[str, float],
    published: Mapping[str, float],
    named: Mapping[str, Collection[str]],
) -> None:
    """Refuse what goes beyond the limits together with weights that the forecast has itself."""
    for name, weight in published.items():
        for key in resolve(name, named) & weights.keys():
            _in_limits(
                weights[key] * weight,
                key,
                f", with the {weight:g} that the published forecast gives it already",
            )


def _simulations(given: object, document: SeasonDocument, limits: WhatIfLimits) -> int:
    if given is None:
        return min(document.metadata.num_simulations, limits.max_simulations)
    if isinstance(given, bool) or not isinstance(given, int):
        raise _wrong("n_simulations is no whole number", do="leave it out, or send one as 5000")
    if not FEWEST <= given <= limits.max_simulations:
        raise _wrong(
            f"{_shown(given)} simulations are asked for",
            do=f"ask for {FEWEST} to {limits.max_simulations}",
        )
    return given


def _number(weight: float) -> str:
    return _shown(weight) if isinstance(weight, int) else f"{weight:g}"


def _shown(given: object) -> str:
    text = given if isinstance(given, str) else repr(given)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _bad(kind: Kind, detail: str, *, do: str, allowed: Collection[str] = ()) -> Problem:
    return (
        problem(kind, detail, do=do, allowed=list(allowed))
        if allowed
        else problem(kind, detail, do=do)
    )


def _wrong(detail: str, *, do: str, allowed: Collection[str] = ()) -> Problem:
    return _bad(BAD_QUESTION, detail, do=do, allowed=allowed)
