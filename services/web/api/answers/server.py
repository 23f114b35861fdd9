"""What the API says of the server, the daemon beside it, and the models."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Struct, UnsetType

from predictor.published.field_types import Count, Instant, says
from predictor.published.learned_types import LearnedModel
from predictor.published.season_types import PassedOver, Rejection
from services.monitoring.status_file import BuildStatus, Verified
from services.web.api.answers.shared import Season

__all__ = [
    "ArchiveHealth",
    "DaemonHealth",
    "DaemonState",
    "Health",
    "Models",
    "ProblemAnswer",
    "RegisteredModels",
    "SeasonHealth",
    "ServedModel",
    "ServedVersion",
    "Version",
]

DaemonState = Literal["well", "silent", "stopped", "none"]


class ProblemAnswer(Struct, frozen=True, kw_only=True):
    """Why there is no answer, as RFC 9457 has it."""

    type: Annotated[str, says("names the kind of problem; about:blank: its status says it all")]
    title: Annotated[str, says("the kind of problem in words")]
    status: Annotated[int, says("of HTTP")]
    detail: Annotated[str, says("what is wrong with this request")]
    do: Annotated[str, says("what to do about it; empty: nothing")]
    parameter: Annotated[str | UnsetType, says("which one is wrong")] = UNSET
    allowed: Annotated[
        tuple[str, ...] | UnsetType, says("names of the parameters that are known here")
    ] = UNSET


class SeasonHealth(Struct, frozen=True, kw_only=True):
    """How sound one published document is."""

    season: Season
    status: Annotated[
        Literal["complete", "partial", "degraded"],
        says("degraded: a file was rejected or an old copy is in use"),
    ]
    run_id: Annotated[str, says("of the run that published it")]
    generated_at: Annotated[Instant, says("when that run ended")]
    as_of: Annotated[Instant | None, says("nothing later than this was known")]
    rejected: Annotated[tuple[Rejection, ...], says("files that could not be used")]
    stale_inputs: Annotated[
        tuple[str, ...], says("rejected files whose last good content is in use")
    ]
    passed_over: Annotated[tuple[PassedOver, ...], says("files in a form that is not read")]
    n_notes: Annotated[Count, says("what the document says a reader should know")]


class DaemonHealth(Struct, frozen=True, kw_only=True):
    """What the folder's daemon said last, when anything but its clocks had changed."""

    state: Annotated[
        str,
        says("idle, settling, building, training, verifying, waiting, holding or stopped"),
    ]
    version: Annotated[str, says("of the program")]
    started: Annotated[str, says("RFC 3339")]
    backlog: Annotated[
        tuple[str, ...], says("first of the files whose change no build has taken up")
    ]
    n_backlog: Annotated[Count, says("how many there are")]
    last_build: Annotated[BuildStatus | None, says("that has ended; null: none has")]
    degraded: Annotated[tuple[str, ...], says("what it does without, and why")]
    verified: Annotated[
        Verified | None, says("last comparison with a full rebuild; null: none was made")
    ]


class ArchiveHealth(Struct, frozen=True, kw_only=True):
    """Whether the archive of forecasts answers."""

    state: Annotated[
        Literal["well", "none", "unusable"],
        says("none: there is none; unusable: it is there and cannot be read"),
    ]
    detail: Annotated[str, says("why it is not; empty where it is, or where none is asked for")]


class Health(Struct, frozen=True, kw_only=True):
    """Whether forecasts, daemon and archive are as they should be."""

    status: Annotated[
        Literal["ok", "degraded"],
        says("degraded: something below is not as it should be; forecasts are served all the same"),
    ]
    daemon: Annotated[
        DaemonState,
        says("silent: it has not been heard of for too long; none: there has been no daemon"),
    ]
    daemon_status: Annotated[DaemonHealth | None, says("null: there has been no daemon")]
    archive: ArchiveHealth
    seasons: Annotated[tuple[SeasonHealth, ...], says("a row a published document")]
    troubles: Annotated[tuple[str, ...], says("what could not be read or made")]


class Version(Struct, frozen=True, kw_only=True):
    """A version of the model as the registry knows it."""

    version: Annotated[str, says("its name in the registry")]
    status: Annotated[Literal["active", "candidate", "retired"], says("its place in service")]
    kind: Annotated[str, says("what learns")]
    trained_until: Annotated[str, says("date of the last race that it has seen")]
    created: Annotated[str, says("RFC 3339")]
    digest: Annotated[str, says("of the manifest of all its files")]
    is_shipped: Annotated[bool, says("whether it came with the product")]


class ServedVersion(Struct, frozen=True, kw_only=True):
    """The version that serves, or one that is watched beside it."""

    version: Annotated[str, says("its name in the registry")]
    kind: Annotated[str, says("what learns")]
    trained_until: Annotated[str, says("date of the last race that it has seen")]
    digest: Annotated[str, says("of the manifest of all its files")]
    is_shipped: Annotated[bool, says("whether it came with the product")]


class RegisteredModels(Struct, frozen=True, kw_only=True):
    """What the registry of models holds."""

    name: Annotated[str, says("of the model")]
    serves: Annotated[ServedVersion | None, says("null: none does")]
    watched: Annotated[ServedVersion | None, says("a candidate that moves no forecast yet")]
    versions: Annotated[tuple[Version, ...], says("all that are registered")]
    notes: Annotated[tuple[str, ...], says("what a reader should know")]


class ServedModel(Struct, frozen=True, kw_only=True):
    """The model that had a say in a season's forecast, and what its weight rests on."""

    season: Season
    model: LearnedModel


class Models(Struct, frozen=True, kw_only=True):
    """Learned models: those registered, and those that forecasts rest on."""

    registry: Annotated[RegisteredModels | None, says("null: none is registered")]
    seasons: Annotated[
        tuple[ServedModel, ...], says("published with the ML layer; empty: none was")
    ]
