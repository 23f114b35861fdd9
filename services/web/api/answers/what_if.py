"""What the API is asked by a what-if, and what it answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from predictor.forecast.weight_limits import HIGHEST_WEIGHT, LOWEST_WEIGHT
from predictor.published.field_types import says
from predictor.published.what_if_types import WhatIf
from services.web.api.answers.shared import Address, Season

__all__ = ["Opinion", "WhatIfAnswer"]

_Weight = Annotated[float, Meta(ge=LOWEST_WEIGHT, le=HIGHEST_WEIGHT)]
_WEIGHTS = "1 is as the model has it; one of the weights is another"


class Opinion(Struct, frozen=True, kw_only=True):
    """What is asked: who is thought stronger or weaker than the model has it."""

    season: Annotated[Season | UnsetType, says("year; that of the front page unless given")] = UNSET
    event_id: Annotated[str | UnsetType, says("one that is to come; next unless given")] = UNSET
    driver_weights: Annotated[
        dict[str, _Weight] | UnsetType, says(f"by id, code or full name; {_WEIGHTS}")
    ] = UNSET
    team_weights: Annotated[dict[str, _Weight] | UnsetType, says(f"by id or name; {_WEIGHTS}")] = (
        UNSET
    )
    titles: Annotated[bool | UnsetType, says("whether championships are asked about, too")] = UNSET
    n_simulations: Annotated[
        Annotated[int, Meta(ge=100)] | UnsetType,
        says("per event and scenario; as many as the forecast has unless given"),
    ] = UNSET


# Which answer it is stands first: fields that may be given by place come before others.
class WhatIfAnswer(WhatIf, frozen=True):
    """The forecast with an opinion beside the forecast without, on the same simulated races."""

    id: Annotated[str, says("of the question; the same question has the same")]
    url: Address
