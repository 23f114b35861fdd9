"""A client of the F1 season forecast's API. It needs Python 3.11 and nothing else.

Made from the API's description: an address is a method, an answer is a dictionary with a type.

    from f1_forecast_client import Client

    client = Client("http://127.0.0.1:8000")
    for event in client.list_events(status="scheduled"):
        print(event["date"], event["name"], event["favourite_driver_id"], event["favourite_p_win"])
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired, TypedDict
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

__all__ = ["Client", "Problem"]

_MOST_ROWS = 500
_KEPT = 64  # answers


class ArchiveHealth(TypedDict):
    """Whether the archive of forecasts answers."""

    state: Literal["none", "unusable", "well"]
    detail: str


Backend = Literal[
    "cpu",
    "cuda",
]


class BinRow(TypedDict):
    """Forecasts of about the same probability, and how often they came true."""

    lower: float
    upper: float
    n: int
    mean_forecast: float | None
    frequency: float | None
    band_low: float | None
    band_high: float | None
    frequency_low: float | None
    frequency_high: float | None


class BuildStatus(TypedDict):
    """One build that has ended."""

    run_id: str
    outcome: str
    trigger: str
    ended: str
    duration_s: float
    files: list[str]
    stages_run: int
    stages_reused: int
    error: str


class CalibrationAnswer(TypedDict):
    """Whether things happen as often as the forecasts that stood before their races say."""

    seasons: list[int]
    horizon: Horizon
    session: Literal["race", "sprint"]
    of: Literal["dnf", "podium", "points", "win"]
    n_races: int
    n_live: int
    n_forecasts: int
    calibration_error: float | None
    data: list[BinRow]


class Candidate(TypedDict):
    """A version that runs in the shadow of the one that serves, and moves no forecast."""

    model: str | None
    version: str | None
    kind: str | None
    digest: str | None
    trained_until: str | None
    shipped: bool | None
    n: int
    gain: float | None
    se: float | None


class Championship(TypedDict):
    """Both championships, on the same simulated seasons."""

    drivers: list[DriverTitle]
    constructors: list[TeamTitle]


class ChampionshipAnswer(TypedDict):
    """Both championships of a season, on the same simulated seasons."""

    id: int
    url: str
    made_from: MadeFrom
    drivers: list[DriverTitle]
    constructors: list[TeamTitle]


class Chance(TypedDict):
    """One probability with and without the opinion."""

    base: float
    changed: float
    difference: float
    se: float


class ChangedInput(TypedDict):
    """A file whose content changed, or how many more there are."""

    file: NotRequired[str]
    old: NotRequired[str | None]
    new: NotRequired[str | None]
    more: NotRequired[int]


class DaemonHealth(TypedDict):
    """What the folder's daemon said last, when anything but its clocks had changed."""

    state: str
    version: str
    started: str
    backlog: list[str]
    n_backlog: int
    last_build: BuildStatus | None
    degraded: list[str]
    verified: Verified | None


class DiffAnswer(TypedDict):
    """What differs between two runs of a season, the largest change first."""

    season: int
    a: RunItem
    b: RunItem
    is_same_forecast: bool
    has_other_data: bool
    has_other_settings: bool
    has_other_code: bool
    new_results: list[str]
    files: list[str]
    n_more_files: int
    as_of: str | None
    data: list[Move]
    next: str | None


class Drift(TypedDict):
    """How the features of the season's latest races compare with the training data."""

    season: int
    n_races: int
    n_seasons: int
    psi_max: float
    ks_max: float
    unknown_max: float
    psi_feature: str
    alarms: list[DriftAlarm]
    note: str


class DriftAlarm(TypedDict):
    """One feature that has drifted."""

    name: str
    statistic: Literal["ks", "psi", "unknown"]
    value: float
    usual: float
    p: float


class DriverAnswer(TypedDict):
    """A driver of a season, and all his races in it."""

    id: str
    url: str
    driver: str
    name: str
    number: int | None
    team: str | None
    team_id: str | None
    is_second_car: bool
    p_title: float | None
    points_now: float | None
    points_mean: float | None
    points_p05: float | None
    points_p50: float | None
    points_p95: float | None
    team_colour_light: str | None
    team_colour_dark: str | None
    made_from: MadeFrom
    races: list[RaceOfDriver]


class DriverForecast(TypedDict):
    """One driver's forecast over all scenarios; the likeliest winner stands first."""

    driver: str
    driver_id: str
    name: str
    number: int | None
    team: str
    team_id: str
    p_win: float
    p_podium: float
    p_points: float
    p_dnf: float
    p_position: list[float]
    expected_position: float
    expected_points: float
    interval_90: list[int]
    expected_position_if_finished: NotRequired[float | None]
    interval_90_if_finished: NotRequired[list[int] | None]
    unweighted: NotRequired[Unweighted]
    p_fastest_lap_point: NotRequired[float]
    expected_sprint_points: NotRequired[float]


class DriverRow(TypedDict):
    """A driver of a season, with what the championship holds for him."""

    id: str
    url: str
    driver: str
    name: str
    number: int | None
    team: str | None
    team_id: str | None
    is_second_car: bool
    p_title: float | None
    points_now: float | None
    points_mean: float | None
    points_p05: float | None
    points_p50: float | None
    points_p95: float | None
    team_colour_light: str | None
    team_colour_dark: str | None


class DriverTitle(TypedDict):
    """One driver's chances in the drivers' championship."""

    driver: str
    driver_id: str
    name: str
    team: str | None
    p_title: float
    points: PointsRange


class DriverWhatIf(TypedDict):
    """One driver of the race; the likeliest winner with the opinion stands first."""

    driver: str
    driver_id: str
    name: str
    team: str
    team_id: str
    p_win: Chance
    p_podium: Chance
    p_points: Chance
    expected_position: Expected


class Drivers(TypedDict):
    """Drivers of a season, likeliest champion first."""

    made_from: MadeFrom
    data: list[DriverRow]
    next: str | None


class Event(TypedDict):
    """One event of the calendar."""

    metadata: EventMetadata
    predictions: list[DriverForecast]
    scenarios: dict[str, ScenarioForecast]
    sprint: NotRequired[Sprint]
    result: NotRequired[Result]
    scores: NotRequired[RaceScores]


class EventAnswer(TypedDict):
    """One event as the document has it: forecast, scenarios, sprint, and its result once run."""

    id: str
    url: str
    name: str
    season: int
    previous_url: str | None
    next_url: str | None
    forecast_url: str
    made_from: MadeFrom
    metadata: EventMetadata
    predictions: list[DriverForecast]
    scenarios: dict[str, ScenarioForecast]
    sprint: NotRequired[Sprint]
    result: NotRequired[Result]
    scores: NotRequired[RaceScores]


class EventMetadata(TypedDict):
    """Which event this is, and what its forecast rests on."""

    event_id: str
    round: int
    date: str | None
    circuit: str | None
    time_zone: str | None
    sessions: dict[str, SessionTime]
    known_sessions: NotRequired[list[SessionKind]]
    status: EventStatus
    sprint: SprintFormat | None
    horizon: Horizon | None
    as_of: str | None
    inputs: NotRequired[Inputs]
    data_hash: NotRequired[str]
    n_simulations: NotRequired[int]
    mc_se: NotRequired[float]
    notes: list[str]
    ml: NotRequired[EventModel]


class EventModel(TypedDict):
    """What the model did to one event's forecast; knows earlier races only."""

    weight: float
    best_weight: float
    gain: float
    se: float
    winner_gain: float
    n: int
    reason: str | None
    place_log_loss: NotRequired[PlaceLogLoss | None]


class EventRow(TypedDict):
    """One event of the calendar, in short."""

    id: str
    url: str
    season: int
    round: int
    name: str
    date: str | None
    starts_at: str | None
    circuit: str | None
    time_zone: str | None
    status: EventStatus
    sprint: SprintFormat | None
    horizon: Horizon | None
    as_of: str | None
    favourite_driver_id: str | None
    favourite_p_win: float | None
    winner_driver_id: str | None
    winner_p_win: float | None


EventStatus = Literal[
    "cancelled",
    "completed",
    "postponed",
    "scheduled",
]


class Events(TypedDict):
    """Events in calendar order."""

    made_from: MadeFrom
    data: list[EventRow]
    next: str | None


class Expected(TypedDict):
    """One mean over all simulations, with and without the opinion."""

    base: float
    changed: float
    difference: float
    se: float


class Fit(TypedDict):
    """One fit of the sampled posterior, and whether it can be believed."""

    fit: str
    accepted: bool
    races: list[str]
    r_hat_max: float
    ess_min: float
    divergences: int
    draws: int
    chains: int
    n_parameters: int
    complaints: list[str]


class ForecastAnswer(TypedDict):
    """The forecast of one race or sprint at one horizon, likeliest winner first."""

    event_id: str
    url: str
    event_url: str
    season: int
    session: Literal["race", "sprint"]
    horizon: Horizon
    scenario: Scenario | None
    scenario_probability: float | None
    source: Literal["archive", "document"]
    run_id: str
    as_of: str | None
    n_simulations: int | None
    mc_se: float | None
    data: list[OddsRow]


class Health(TypedDict):
    """Whether forecasts, daemon and archive are as they should be."""

    status: Literal["degraded", "ok"]
    daemon: Literal["none", "silent", "stopped", "well"]
    daemon_status: DaemonHealth | None
    archive: ArchiveHealth
    seasons: list[SeasonHealth]
    troubles: list[str]


class History(TypedDict):
    """How the forecast of an event went: the rows of every run that changed it."""

    event_id: str
    data: list[PastForecast]
    next: str | None


Horizon = Literal[
    "a",
    "b",
    "c",
]


class Inputs(TypedDict):
    """What a forecast was made from."""

    sessions: list[SessionKind]
    grid_from: str | None
    form_after: str | None
    rain: NotRequired[RainInput]
    testing: NotRequired[PreSeasonInput]


class LearnedModel(TypedDict):
    """The model that serves, its weight and what that rests on."""

    model: str | None
    version: str | None
    kind: str | None
    digest: str | None
    trained_until: str | None
    shipped: bool | None
    weights: dict[str, ModelWeight]
    races_scored: int
    place_log_loss: PlaceLogLoss | None
    candidate: Candidate | None
    drift: Drift | None
    new_regulations: bool
    notes: list[str]


class MadeFrom(TypedDict):
    """The published forecast that an answer is made from."""

    season: int
    run_id: str
    generated_at: str
    as_of: str | None


class MeanScore(TypedDict):
    """One score over several races."""

    mean: float
    se: float | None


class MeanScores(TypedDict):
    """Scores of all races that were forecast at one horizon and have been run."""

    races: int
    winner_log_loss: MeanScore
    top_1: MeanScore
    top_3: MeanScore
    mrr: MeanScore
    podium_log_loss: MeanScore
    rps: MeanScore
    spearman: MeanScore


class Metadata(TypedDict):
    """What the document says of itself."""

    generated_at: str
    training_time: str
    season: int
    as_of: str | None
    status: Literal["complete", "degraded", "partial"]
    notes: list[str]
    note_details: list[NoteDetail]
    num_simulations: int
    use_bayesian: bool
    use_ml_layer: bool
    driver_weights: dict[str, float]
    team_weights: dict[str, float]
    scenarios: list[Scenario]
    horizon: Horizon
    seed: int
    backend: Backend
    sources: list[Source]
    fits: NotRequired[list[Fit]]
    ml_layer: NotRequired[LearnedModel]
    data_hash: str
    config_hash: str
    code_version: str
    predictions_sha256: str
    rejected: list[Rejection]
    stale_inputs: list[str]
    passed_over: list[PassedOver]
    known_until: NotRequired[Point]
    training_history: list[RunEntry]
    run: Run


class ModelWeight(TypedDict):
    """A model's weight and the evidence for it, on races the model had not seen."""

    weight: float
    best_weight: float
    gain: float
    se: float
    winner_gain: float
    n: int


class Models(TypedDict):
    """Learned models: those registered, and those that forecasts rest on."""

    registry: RegisteredModels | None
    seasons: list[ServedModel]


class Move(TypedDict):
    """One chance in two runs."""

    id: str
    what: Literal["driver_title", "podium", "team_title", "win"]
    event_id: str | None
    subject_id: str
    name: str
    before: float
    now: float
    change: float
    noise: float
    is_beyond_noise: bool


class NoteDetail(TypedDict):
    """One of the notes in its parts; notes has where and text as one sentence."""

    kind: NoteKind
    text: str
    where: str
    do: str


NoteKind = Literal[
    "calendar-missing",
    "circuit-unknown",
    "cut",
    "data-unused",
    "deleted-laps-unknown",
    "driver-absent",
    "driver-doubled",
    "driver-respelt",
    "driver-unknown",
    "driver-unlisted",
    "entries-missing",
    "event-cancelled",
    "event-moved",
    "event-unlisted",
    "event-unnamed",
    "fastest-lap-unknown",
    "few-drivers",
    "file-copy",
    "file-joined",
    "file-not-read",
    "file-old",
    "files-differ",
    "fit-unused",
    "grid-odd",
    "history-missing",
    "history-shipped",
    "laps-odd",
    "line-up-unknown",
    "model-missing",
    "model-not-in-titles",
    "model-trouble",
    "model-without-weight",
    "more-unusable",
    "number-shared",
    "other-season",
    "page-taken-as-whole",
    "pages-missing",
    "path-overruled",
    "points-odd",
    "points-unknown",
    "qualifying-missing",
    "race-missing",
    "race-to-come",
    "result-cut",
    "result-short",
    "round-overruled",
    "same-day",
    "sampler-missing",
    "scores-unweighted",
    "season-chosen",
    "season-untold",
    "status-missing",
    "status-overruled",
    "team-unlisted",
    "testing",
    "unusable",
    "value-impossible",
    "without-forecast",
]


class OddsRow(TypedDict):
    """What is forecast of one driver in one race or sprint."""

    driver: str
    driver_id: str
    name: str
    team_id: str | None
    p_win: float
    p_podium: float
    p_points: float
    p_dnf: float
    expected_position: float
    expected_points: float
    interval_90: list[int]
    p_position: list[float]


class Opinion(TypedDict):
    """What is asked: who is thought stronger or weaker than the model has it."""

    season: NotRequired[int]
    event_id: NotRequired[str]
    driver_weights: NotRequired[dict[str, float]]
    team_weights: NotRequired[dict[str, float]]
    titles: NotRequired[bool]
    n_simulations: NotRequired[int]


class PassedOver(TypedDict):
    """A file of data in a form that is not read."""

    file: str
    do: str


class PastForecast(TypedDict):
    """What one run said of one driver in one race or sprint."""

    id: str
    run_url: str
    run_no: int
    run_id: str
    as_of: str | None
    is_live: bool
    event_id: str
    session: Literal["race", "sprint"]
    horizon: Horizon
    scenario: str
    driver_id: str
    code: str
    name: str
    team_id: str | None
    p_win: float
    p_podium: float
    p_points: float
    p_dnf: float
    expected_position: float
    expected_points: float
    q05: int
    q95: int
    p_position: list[float]


class PastTitle(TypedDict):
    """What one run said of a driver's or a team's title."""

    id: str
    run_url: str
    run_no: int
    run_id: str
    as_of: str | None
    known_round: int
    subject_id: str
    code: str
    name: str
    p_title: float
    points_now: float
    points_mean: float
    points_p05: float
    points_p95: float


class PlaceLogLoss(TypedDict):
    """Mean over starters of -log P(own place)."""

    filter: float
    model: float
    grid: float


class Point(TypedDict):
    """The last day or the last round of which sessions are known: one of the two."""

    date: NotRequired[str]
    round: NotRequired[int]


class PointsRange(TypedDict):
    """Points at the end of the season."""

    current: float
    mean: float
    p05: float
    p50: float
    p95: float


class PreSeasonInput(TypedDict):
    """How much testing before the season the forecast rests on."""

    tests: int
    days: int
    drivers: int
    with_long_run: int
    laps: int


class ProblemAnswer(TypedDict):
    """Why there is no answer, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    do: str
    parameter: NotRequired[str]
    allowed: NotRequired[list[str]]


class RaceOfDriver(TypedDict):
    """One race as it is forecast of one driver, and what became of it."""

    event_id: str
    event_url: str
    round: int
    status: EventStatus
    driver_id: str
    team_id: str | None
    horizon: Horizon | None
    p_win: float | None
    p_podium: float | None
    p_points: float | None
    p_dnf: float | None
    expected_position: float | None
    expected_points: float | None
    result: ResultStatus | None
    position: int | None
    grid: int | None
    points: float | None


class RaceScore(TypedDict):
    """Scores of one forecast of one race or sprint by one model."""

    id: str
    event_id: str
    event_url: str
    season: int
    round: int
    session: Literal["race", "sprint"]
    horizon: Horizon
    model: str
    run_no: int | None
    result_revision: int
    winner_log_loss: float | None
    top_1: float | None
    top_3: float | None
    mrr: float | None
    podium_log_loss: float | None
    podium_brier: float | None
    rps: float | None
    spearman: float | None


class RaceScores(TypedDict):
    """Scores of one race or sprint, over its starters."""

    winner_log_loss: float
    top_1: float
    top_3: float
    mrr: float
    podium_log_loss: float
    rps: float
    spearman: float


class RainForecastInput(TypedDict):
    """The forecast of rain that counts."""

    issued_at: str
    by: str | None
    chance: float
    weight: float


class RainInput(TypedDict):
    """How likely a wet race is, and where that comes from."""

    p_wet: float
    source: RainSource
    climate: float
    wet_sessions: list[SessionKind]
    forecast: NotRequired[RainForecastInput]


RainSource = Literal[
    "climate",
    "forecast",
    "weekend",
]


class Recomputed(TypedDict):
    """Events that were forecast anew for one cause."""

    cause: str
    events: list[str]


class RegisteredModels(TypedDict):
    """What the registry of models holds."""

    name: str
    serves: ServedVersion | None
    watched: ServedVersion | None
    versions: list[Version]
    notes: list[str]


class Rejection(TypedDict):
    """A file that could not be used."""

    file: str
    reason: str


class Result(TypedDict):
    """How a race or sprint ended."""

    winner: str | None
    order: list[ResultRow]


class ResultRow(TypedDict):
    """What became of one starter."""

    driver: str
    driver_id: str
    position: int | None
    status: ResultStatus
    grid: int | None
    laps: int | None
    points: float


ResultStatus = Literal[
    "dnf",
    "dnp",
    "dnq",
    "dns",
    "dsq",
    "ex",
    "finished",
    "nc",
]


class Run(TypedDict):
    """The run that made the document; volatile."""

    run_id: str
    duration_s: float
    stages_run: int
    stages_reused: int
    stage_seconds: dict[str, float]
    host: dict[str, str | int]


class RunEntry(TypedDict):
    """One run in the history; entries of earlier versions may lack some fields."""

    counter: int
    run_id: NotRequired[str]
    output: NotRequired[str]
    started: NotRequired[str]
    ended: NotRequired[str]
    duration_s: NotRequired[float]
    trigger: NotRequired[str]
    changed_inputs: NotRequired[list[ChangedInput]]
    races_processed: NotRequired[int]
    races_succeeded: NotRequired[int]
    races_failed: NotRequired[int]
    stages_run: NotRequired[int]
    stages_reused: NotRequired[int]
    races_recomputed: NotRequired[list[Recomputed]]
    data_hash: NotRequired[str]
    configuration: NotRequired[dict[str, Any]]
    outcome: NotRequired[str]
    result_before: NotRequired[str | None]
    result_after: NotRequired[str | None]
    error: NotRequired[str | None]
    explanation: NotRequired[str | None]


class RunItem(TypedDict):
    """A run that published a document, or one of a backfill that could have."""

    id: str
    url: str
    document_url: str
    run_no: int
    run_id: str
    season: int
    published_at: str
    as_of: str | None
    trigger: str
    outcome: str
    known_round: int
    changed: list[str]
    n_more: int
    predictions_sha256: str
    document_sha256: str
    is_backfill: bool
    horizon: Horizon
    n_sims: int
    seed: int
    weights_used: bool
    ml: bool
    code_version: str
    config_hash: str
    data_hash: str


class Runs(TypedDict):
    """Runs in the order in which they were archived, or the latest first."""

    data: list[RunItem]
    next: str | None


Scenario = Literal[
    "dry",
    "safety_car",
    "wet",
]


class ScenarioForecast(TypedDict):
    """The forecast given one scenario."""

    probability: float
    predictions: list[ScenarioRow]


class ScenarioRow(TypedDict):
    """One driver's forecast in one scenario."""

    driver: str
    driver_id: str
    p_win: float
    p_podium: float
    p_points: float
    p_dnf: float
    p_position: list[float]
    expected_position: float
    expected_points: float
    interval_90: list[int]
    expected_position_if_finished: NotRequired[float | None]
    interval_90_if_finished: NotRequired[list[int] | None]


class Scores(TypedDict):
    """Scores of forecasts that stood before their races, and of reference models, by race."""

    data: list[RaceScore]
    next: str | None


class SeasonDocument(TypedDict):
    """One document a season, replaced whole. Fields are only ever added within a major
    schema_version. null means unknown, 0 means zero. Volatile fields, which differ between runs
    on the same data: metadata.generated_at, training_time, training_history, run.
    """

    schema_version: str
    metadata: Metadata
    championship: Championship
    scores: dict[str, MeanScores]
    sprint_scores: dict[str, MeanScores]
    predictions: dict[str, Event]


class SeasonHealth(TypedDict):
    """How sound one published document is."""

    season: int
    status: Literal["complete", "degraded", "partial"]
    run_id: str
    generated_at: str
    as_of: str | None
    rejected: list[Rejection]
    stale_inputs: list[str]
    passed_over: list[PassedOver]
    n_notes: int


class SeasonRow(TypedDict):
    """A season that is published or archived."""

    id: int
    url: str
    championship_url: str
    events_url: str
    is_published: bool
    is_archived: bool
    run_id: str
    generated_at: str
    as_of: str | None
    known_round: int


class Seasons(TypedDict):
    """All seasons, the latest first."""

    default_season: int | None
    has_all_archived: bool
    data: list[SeasonRow]


class ServedModel(TypedDict):
    """The model that had a say in a season's forecast, and what its weight rests on."""

    season: int
    model: LearnedModel


class ServedVersion(TypedDict):
    """The version that serves, or one that is watched beside it."""

    version: str
    kind: str
    trained_until: str
    digest: str
    is_shipped: bool


SessionKind = Literal[
    "fp1",
    "fp2",
    "fp3",
    "qualifying",
    "race",
    "sprint",
    "sprint-qualifying",
    "starting-grid",
    "testing",
]


class SessionTime(TypedDict):
    """When a session of the weekend begins."""

    starts_at: str


class Source(TypedDict):
    """Where data comes from."""

    name: str
    licence: str | None


class Sprint(TypedDict):
    """The sprint of an event: its forecast before it was run, and its result once it is. A learned
    model has no say in it.
    """

    horizon: Horizon
    grid_from: str | None
    mc_se: float
    predictions: list[SprintDriver]
    scenarios: dict[str, ScenarioForecast]
    result: NotRequired[Result]
    scores: NotRequired[RaceScores]


class SprintDriver(TypedDict):
    """One driver's forecast of a sprint over all scenarios; the likeliest winner stands first."""

    driver: str
    driver_id: str
    name: str
    number: int | None
    team: str
    team_id: str
    p_win: float
    p_podium: float
    p_points: float
    p_dnf: float
    p_position: list[float]
    expected_position: float
    expected_points: float
    interval_90: list[int]
    expected_position_if_finished: NotRequired[float | None]
    interval_90_if_finished: NotRequired[list[int] | None]
    unweighted: NotRequired[Unweighted]


SprintFormat = Literal[
    "grid-from-qualifying",
    "sprint-shootout",
]


class TeamAnswer(TypedDict):
    """A team of a season, and all races of its cars in it."""

    id: str
    url: str
    team: str
    driver_ids: list[str]
    p_title: float | None
    points_now: float | None
    points_mean: float | None
    points_p05: float | None
    points_p50: float | None
    points_p95: float | None
    team_colour_light: str | None
    team_colour_dark: str | None
    made_from: MadeFrom
    races: list[RaceOfDriver]


class TeamRow(TypedDict):
    """A team of a season, with what the championship holds for it."""

    id: str
    url: str
    team: str
    driver_ids: list[str]
    p_title: float | None
    points_now: float | None
    points_mean: float | None
    points_p05: float | None
    points_p50: float | None
    points_p95: float | None
    team_colour_light: str | None
    team_colour_dark: str | None


class TeamTitle(TypedDict):
    """One team's chances in the constructors' championship."""

    team_id: str
    team: str
    p_title: float
    points: PointsRange


class Teams(TypedDict):
    """Teams of a season, likeliest champion first."""

    made_from: MadeFrom
    data: list[TeamRow]
    next: str | None


class TitleOdds(TypedDict):
    """How title odds went, by what was known and then by run, likeliest champion first."""

    season: int
    kind: Literal["driver", "team"]
    data: list[PastTitle]
    next: str | None


class TitleWhatIf(TypedDict):
    """One driver or team in its championship; the likeliest champion with the opinion first."""

    id: str
    code: str | None
    name: str
    p_title: Chance
    points: Expected


class Unweighted(TypedDict):
    """The same forecast without user weights."""

    p_win: float
    p_podium: float
    p_points: float
    expected_position: float
    expected_points: float


class Verified(TypedDict):
    """The last comparison with a full rebuild."""

    ended: str
    code: str
    outcome: str


class Version(TypedDict):
    """A version of the model as the registry knows it."""

    version: str
    status: Literal["active", "candidate", "retired"]
    kind: str
    trained_until: str
    created: str
    digest: str
    is_shipped: bool


class WhatIfAnswer(TypedDict):
    """The forecast with an opinion beside the forecast without, on the same simulated races."""

    id: str
    url: str
    schema_version: str
    season: int
    driver_weights: dict[str, float]
    team_weights: dict[str, float]
    published_driver_weights: dict[str, float]
    published_team_weights: dict[str, float]
    n_simulations: int
    seed: int
    race: WhatIfRace
    drivers_title: list[TitleWhatIf]
    teams_title: list[TitleWhatIf]


class WhatIfRace(TypedDict):
    """One event's race with and without the opinion."""

    event_id: str
    name: str
    horizon: Horizon
    scenarios: dict[str, float]
    drivers: list[DriverWhatIf]


class Problem(Exception):  # noqa: N818 - what the server calls it
    """Why there is no answer.

    Attributes
    ----------
    status : int
        Of HTTP.
    type : str
        Names the kind of problem, and never changes.
    title, detail, do : str
        The kind in words, what is wrong with this request, and what to do about it.
    """

    def __init__(self, status: int, told: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {told.get('title', '')}: {told.get('detail', '')}")
        self.status = status
        self.type: str = told.get("type", "about:blank")
        self.title: str = told.get("title", "")
        self.detail: str = told.get("detail", "")
        self.do: str = told.get("do", "")


class Connection:
    """Asks a server, and asks for nothing twice that has not changed.

    Parameters
    ----------
    server : str
        As ``http://127.0.0.1:8000``.
    token : str
        What the server wants to know before it computes a what-if; empty for none.
    timeout_s : float, s
        For the server to say something.
    """

    def __init__(self, server: str, *, token: str = "", timeout_s: float = 60.0) -> None:
        if not server.startswith(("http://", "https://")):
            raise ValueError(f"{server!r} does not begin with http:// or https://")
        self._server = server.rstrip("/")
        self._token = token
        self._timeout_s = timeout_s
        self._kept: dict[str, tuple[str, bytes]] = {}  # address -> tag, body

    def csv(self, path: str, **query: str | int | bool) -> str:
        """Return the rows of an address as a table, as ``csv("/v1/events", season=2025)``."""
        return self._get(path, {}, {**query, "format": "csv"}).decode()

    def follow(self, last_seen: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Give the news of published runs until the server ends the stream.

        Parameters
        ----------
        last_seen : str
            Id of the last event that is known; what came after it is given first.

        Yields
        ------
        (str, str, dict)
            Id, kind (``forecast``, or ``resync`` where too much was missed) and data.
        """
        headers = {"last-event-id": last_seen} if last_seen else {}
        event: dict[str, str] = {}
        with self._open("GET", "/v1/stream", headers=headers) as stream:
            for line in stream:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    event[name] = value
                elif "data" in event:
                    yield event.get("id", ""), event["event"], json.loads(event["data"])
                    event = {}

    def _json(self, path: str, in_path: Mapping[str, Any], query: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self._get(path, in_path, query))

    def _rows(
        self, path: str, in_path: Mapping[str, Any], query: Mapping[str, Any]
    ) -> Iterator[Any]:
        """Give the rows of all pages."""
        page = self._json(path, in_path, {**query, "limit": _MOST_ROWS})
        yield from page["data"]
        while page["next"] is not None:
            page = json.loads(self._asked(page["next"]))
            yield from page["data"]

    def _get(self, path: str, in_path: Mapping[str, Any], query: Mapping[str, Any]) -> bytes:
        filled = path.format(**{name: quote(str(one), safe="") for name, one in in_path.items()})
        given = {name: _word(one) for name, one in query.items() if one is not None}
        return self._asked(f"{filled}?{urlencode(given)}" if given else filled)

    def _asked(self, address: str) -> bytes:
        tag, body = self._kept.pop(address, ("", b""))
        try:
            with self._open(
                "GET", address, headers={"if-none-match": tag} if tag else {}
            ) as answer:
                tag, body = answer.headers.get("etag", ""), answer.read()
        except HTTPError as error:
            with error:
                if error.code != 304:
                    raise _problem(error) from None
        if tag:
            self._kept[address] = tag, body
            if len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return body

    def _send(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        headers = {"content-type": "application/json"}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        try:
            with self._open("POST", path, json.dumps(body).encode(), headers) as answer:
                return json.loads(answer.read())
        except HTTPError as error:
            with error:
                raise _problem(error) from None

    def _open(
        self,
        method: str,
        address: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401 - an answer of urllib
        request = Request(self._server + address, body, dict(headers or {}), method=method)  # noqa: S310 - see __init__
        return urlopen(request, timeout=self._timeout_s)  # noqa: S310 - see __init__


def _word(value: Any) -> str:  # noqa: ANN401 - whatever a parameter takes
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(error: HTTPError) -> Problem:
    try:
        told = json.loads(error.read())
    except ValueError:
        told = {"detail": error.reason}
    return Problem(error.code, told if isinstance(told, dict) else {})


class Client(Connection):
    """Every address of the API as a method."""

    def list_seasons(self) -> Seasons:
        """Return all seasons, the latest first."""
        found: Seasons = self._json(
            "/v1/seasons",
            {},
            {},
        )
        return found

    def get_season_document(
        self,
        season: int,
    ) -> SeasonDocument:
        """Return a season's document, byte for byte as it was published."""
        found: SeasonDocument = self._json(
            "/v1/seasons/{season}",
            {
                "season": season,
            },
            {},
        )
        return found

    def get_championship(
        self,
        season: int,
    ) -> ChampionshipAnswer:
        """Return chances and points in both championships."""
        found: ChampionshipAnswer = self._json(
            "/v1/seasons/{season}/championship",
            {
                "season": season,
            },
            {},
        )
        return found

    def list_events(
        self,
        *,
        season: int | None = None,
        status: EventStatus | None = None,
    ) -> Iterator[EventRow]:
        """Return events of a season in calendar order, with favourites and winners."""
        return self._rows(
            "/v1/events",
            {},
            {
                "season": season,
                "status": status,
            },
        )

    def get_next_event(self) -> EventAnswer:
        """Return the first event that is still to be run."""
        found: EventAnswer = self._json(
            "/v1/events/next",
            {},
            {},
        )
        return found

    def get_latest_event(self) -> EventAnswer:
        """Return the last event that has been run."""
        found: EventAnswer = self._json(
            "/v1/events/latest",
            {},
            {},
        )
        return found

    def get_event(
        self,
        event_id: str,
    ) -> EventAnswer:
        """Return one event: forecast, scenarios, sprint, and its result once it is run."""
        found: EventAnswer = self._json(
            "/v1/events/{event_id}",
            {
                "event_id": event_id,
            },
            {},
        )
        return found

    def get_forecast(
        self,
        event_id: str,
        *,
        horizon: Horizon | None = None,
        scenario: Scenario | None = None,
        session: Literal["race", "sprint"] | None = None,
    ) -> ForecastAnswer:
        """Return the forecast of a race or sprint by horizon and scenario, a row per driver."""
        found: ForecastAnswer = self._json(
            "/v1/events/{event_id}/forecast",
            {
                "event_id": event_id,
            },
            {
                "horizon": horizon,
                "scenario": scenario,
                "session": session,
            },
        )
        return found

    def list_drivers(
        self,
        *,
        season: int | None = None,
    ) -> Iterator[DriverRow]:
        """Return drivers of a season, likeliest champion first."""
        return self._rows(
            "/v1/drivers",
            {},
            {
                "season": season,
            },
        )

    def get_driver(
        self,
        driver_id: str,
        *,
        season: int | None = None,
    ) -> DriverAnswer:
        """Return a driver of a season, and all his races in it."""
        found: DriverAnswer = self._json(
            "/v1/drivers/{driver_id}",
            {
                "driver_id": driver_id,
            },
            {
                "season": season,
            },
        )
        return found

    def list_teams(
        self,
        *,
        season: int | None = None,
    ) -> Iterator[TeamRow]:
        """Return teams of a season, likeliest champion first."""
        return self._rows(
            "/v1/teams",
            {},
            {
                "season": season,
            },
        )

    def get_team(
        self,
        team_id: str,
        *,
        season: int | None = None,
    ) -> TeamAnswer:
        """Return a team of a season, and all races of its cars in it."""
        found: TeamAnswer = self._json(
            "/v1/teams/{team_id}",
            {
                "team_id": team_id,
            },
            {
                "season": season,
            },
        )
        return found

    def list_runs(
        self,
        *,
        season: int | None = None,
        order: Literal["newest", "oldest"] | None = None,
    ) -> Iterator[RunItem]:
        """Return past runs, in the order in which they were archived or the latest first."""
        return self._rows(
            "/v1/runs",
            {},
            {
                "season": season,
                "order": order,
            },
        )

    def get_run(
        self,
        run_id: str,
    ) -> RunItem:
        """Return one run: what made it, and what it rested on."""
        found: RunItem = self._json(
            "/v1/runs/{run_id}",
            {
                "run_id": run_id,
            },
            {},
        )
        return found

    def get_run_document(
        self,
        run_id: str,
    ) -> SeasonDocument:
        """Return the document that a run published, byte for byte."""
        found: SeasonDocument = self._json(
            "/v1/runs/{run_id}/document",
            {
                "run_id": run_id,
            },
            {},
        )
        return found

    def list_history(
        self,
        event_id: str,
        *,
        driver_id: str | None = None,
        horizon: Horizon | None = None,
        scenario: Scenario | None = None,
        session: Literal["race", "sprint"] | None = None,
    ) -> Iterator[PastForecast]:
        """Return how the forecast of an event went, run by run, a row per driver."""
        return self._rows(
            "/v1/history",
            {},
            {
                "event_id": event_id,
                "driver_id": driver_id,
                "horizon": horizon,
                "scenario": scenario,
                "session": session,
            },
        )

    def list_title_odds(
        self,
        *,
        season: int | None = None,
        kind: Literal["driver", "team"] | None = None,
        driver_id: str | None = None,
        team_id: str | None = None,
        by: Literal["round", "run"] | None = None,
    ) -> Iterator[PastTitle]:
        """Return how title odds went, run by run or round by round."""
        return self._rows(
            "/v1/title-odds",
            {},
            {
                "season": season,
                "kind": kind,
                "driver_id": driver_id,
                "team_id": team_id,
                "by": by,
            },
        )

    def get_diff(
        self,
        *,
        a: str | None = None,
        b: str | None = None,
        what: Literal["driver_title", "podium", "team_title", "win"] | None = None,
        moved: bool | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> DiffAnswer:
        """Return what differs between two runs: what they rested on, and which chances moved."""
        found: DiffAnswer = self._json(
            "/v1/diff",
            {},
            {
                "a": a,
                "b": b,
                "what": what,
                "moved": moved,
                "after": after,
                "limit": limit,
            },
        )
        return found

    def list_scores(
        self,
        *,
        season: int | None = None,
        event_id: str | None = None,
        horizon: Horizon | None = None,
        model: str | None = None,
        session: Literal["race", "sprint"] | None = None,
    ) -> Iterator[RaceScore]:
        """Return scores of forecasts that stood before their races, and of reference models."""
        return self._rows(
            "/v1/scores",
            {},
            {
                "season": season,
                "event_id": event_id,
                "horizon": horizon,
                "model": model,
                "session": session,
            },
        )

    def get_calibration(
        self,
        *,
        season: int | None = None,
        horizon: Horizon | None = None,
        of: Literal["dnf", "podium", "points", "win"] | None = None,
        session: Literal["race", "sprint"] | None = None,
    ) -> CalibrationAnswer:
        """Return whether things happen as often as forecasts said, in tenths of probability."""
        found: CalibrationAnswer = self._json(
            "/v1/calibration",
            {},
            {
                "season": season,
                "horizon": horizon,
                "of": of,
                "session": session,
            },
        )
        return found

    def ask_what_if(
        self,
        body: Opinion,
    ) -> WhatIfAnswer:
        """Return the forecast with your opinion of drivers and teams, beside the one without."""
        found: WhatIfAnswer = self._send("/v1/what-if", body)
        return found

    def get_what_if(
        self,
        name: str,
    ) -> WhatIfAnswer:
        """Return an answer that was given before, for as long as it is kept."""
        found: WhatIfAnswer = self._json(
            "/v1/what-if/{name}",
            {
                "name": name,
            },
            {},
        )
        return found

    def get_health(self) -> Health:
        """Return whether forecasts, daemon and archive are as they should be."""
        found: Health = self._json(
            "/v1/health",
            {},
            {},
        )
        return found

    def get_models(self) -> Models:
        """Return learned models: those registered, and those that forecasts rest on."""
        found: Models = self._json(
            "/v1/models",
            {},
            {},
        )
        return found

    def get_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of season documents."""
        found: dict[str, Any] = self._json(
            "/v1/schema",
            {},
            {},
        )
        return found

    def get_description(self) -> dict[str, Any]:
        """Return this description."""
        found: dict[str, Any] = self._json(
            "/openapi.json",
            {},
            {},
        )
        return found

    def is_alive(self) -> str:
        """Return whether the server answers."""
        return self._get(
            "/healthz",
            {},
            {},
        ).decode()

    def is_ready(self) -> str:
        """Return whether the first answers are made."""
        return self._get(
            "/readyz",
            {},
            {},
        ).decode()

    def get_metrics(self) -> str:
        """Return what the server has done, for Prometheus."""
        return self._get(
            "/metrics",
            {},
            {},
        ).decode()
