"""A small season document that has every field: two events, two drivers, made by hand."""

from __future__ import annotations

from typing import Any

import msgspec

from predictor.notes import NoteKind
from predictor.published.event_types import (
    DriverForecast,
    Event,
    EventMetadata,
    Inputs,
    PreSeasonInput,
    RainForecastInput,
    RainInput,
    Result,
    ResultRow,
    ScenarioForecast,
    ScenarioRow,
    SessionTime,
    Sprint,
    SprintDriver,
    Unweighted,
)
from predictor.published.learned_types import (
    Candidate,
    Drift,
    DriftAlarm,
    EventModel,
    LearnedModel,
    ModelWeight,
    PlaceLogLoss,
)
from predictor.published.run_types import ChangedInput, Recomputed, Run, RunEntry
from predictor.published.score_types import MeanScore, MeanScores, RaceScores
from predictor.published.season_types import (
    Fit,
    Metadata,
    NoteDetail,
    PassedOver,
    Point,
    Rejection,
    SeasonDocument,
    Source,
)
from predictor.published.title_types import Championship, DriverTitle, PointsRange, TeamTitle
from predictor.vocabulary import (
    Backend,
    EventStatus,
    Horizon,
    RainSource,
    ResultStatus,
    Scenario,
    SessionKind,
    SprintFormat,
)

__all__ = ["as_json", "driver_forecast", "event", "small_document"]

DIGEST = "sha256:" + "0" * 64
NOON = "2025-03-16T04:00:00Z"
DRIVERS = {"AAA": 0.75, "BBB": 0.25}
METRICS = RaceScores.__struct_fields__


def as_json(document: SeasonDocument) -> dict[str, Any]:
    """Give a document as any reader of JSON has it."""
    return msgspec.json.decode(msgspec.json.encode(document))


def small_document(*events: Event, **metadata: Any) -> SeasonDocument:
    """Give a document of two events unless others are given, with changed metadata if any."""
    shown = events or (event("first"), event("second", status=EventStatus.SCHEDULED))
    return SeasonDocument(
        schema_version="1.0.0",
        metadata=msgspec.structs.replace(_METADATA, **metadata),
        championship=Championship(
            drivers=tuple(
                DriverTitle(
                    driver=code,
                    driver_id=code.lower(),
                    name=f"Driver {code}",
                    team="Team",
                    p_title=p,
                    points=_points(100.0 * p),
                )
                for code, p in DRIVERS.items()
            ),
            constructors=(
                TeamTitle(team_id="team", team="Team", p_title=1.0, points=_points(100.0)),
            ),
        ),
        scores=_SCORES,
        sprint_scores=_SCORES,
        predictions={f"{one.metadata.event_id} Grand Prix": one for one in shown},
    )


def event(name: str, **changed: Any) -> Event:
    """Give one event, run unless another status is given; ``changed`` is of its metadata."""
    metadata = msgspec.structs.replace(_EVENT, event_id=f"2025-{name}", **changed)
    is_run = metadata.status is EventStatus.COMPLETED
    return Event(
        metadata=metadata,
        predictions=tuple(driver_forecast(code, p) for code, p in DRIVERS.items()),
        scenarios=_scenarios(),
        sprint=sprint(is_run=is_run),
        result=_RESULT if is_run else msgspec.UNSET,
        scores=RaceScores(**dict.fromkeys(METRICS, 0.5)) if is_run else msgspec.UNSET,
    )


def driver_forecast(code: str, p_win: float) -> DriverForecast:
    """Give a driver's row in a field of two."""
    return DriverForecast(
        **_named(code, p_win), p_fastest_lap_point=0.5, expected_sprint_points=7.0
    )


def sprint(*, is_run: bool) -> Sprint:
    """Give a sprint of two."""
    return Sprint(
        horizon=Horizon.AFTER_QUALIFYING,
        grid_from="sprint-qualifying",
        mc_se=0.01,
        predictions=tuple(SprintDriver(**_named(code, p)) for code, p in DRIVERS.items()),
        scenarios=_scenarios(),
        result=_RESULT if is_run else msgspec.UNSET,
        scores=RaceScores(**dict.fromkeys(METRICS, 0.5)) if is_run else msgspec.UNSET,
    )


def _scenarios() -> dict[Scenario, ScenarioForecast]:
    rows = (
        ScenarioRow(driver=code, driver_id=code.lower(), **_odds(p)) for code, p in DRIVERS.items()
    )
    return {Scenario.DRY: ScenarioForecast(probability=1.0, predictions=tuple(rows))}


def _named(code: str, p_win: float) -> dict[str, Any]:
    return {
        "driver": code,
        "driver_id": code.lower(),
        "name": f"Driver {code}",
        "number": 1,
        "team": "Team",
        "team_id": "team",
        **_odds(p_win),
        "unweighted": Unweighted(
            p_win=0.5, p_podium=1.0, p_points=1.0, expected_position=1.5, expected_points=20.0
        ),
    }


def _odds(p_win: float) -> dict[str, Any]:
    return {
        "p_win": p_win,
        "p_podium": 1.0,
        "p_points": 1.0,
        "p_dnf": 0.1,
        "p_position": (p_win, 1.0 - p_win),
        "expected_position": 2.0 - p_win,
        "expected_points": 25.0 * p_win + 18.0 * (1.0 - p_win),
        "interval_90": (1, 2),
        "expected_position_if_finished": 1.5,
        "interval_90_if_finished": (1, 2),
    }


def _points(mean: float) -> PointsRange:
    return PointsRange(current=0.0, mean=mean, p05=mean, p50=mean, p95=mean)


_SCORES = {
    Horizon.AFTER_QUALIFYING: MeanScores(
        races=1, **dict.fromkeys(METRICS, MeanScore(mean=0.5, se=None))
    )
}
_WEIGHT = {"weight": 0.1, "best_weight": 0.2, "gain": 0.01, "se": 0.004, "winner_gain": 0.0, "n": 9}
_LOSSES = PlaceLogLoss(filter=2.5, model=2.4, grid=2.6)
_MODEL = {
    "model": "race_outcome",
    "version": "1.2",
    "kind": "small",
    "digest": "sha256:m",
    "trained_until": "2024-12-08",
    "shipped": False,
}
_EVENT = EventMetadata(
    event_id="",
    round=1,
    date="2025-03-16",
    circuit="melbourne",
    time_zone="Australia/Melbourne",
    sessions={SessionKind.RACE: SessionTime(starts_at=NOON)},
    known_sessions=(SessionKind.QUALIFYING, SessionKind.RACE),
    status=EventStatus.COMPLETED,
    sprint=SprintFormat.SPRINT_SHOOTOUT,
    horizon=Horizon.AFTER_QUALIFYING,
    as_of=NOON,
    inputs=Inputs(
        sessions=(SessionKind.QUALIFYING,),
        grid_from=None,
        form_after=None,
        rain=RainInput(
            p_wet=0.6,
            source=RainSource.FORECAST,
            climate=0.15,
            wet_sessions=(SessionKind.FP1,),
            forecast=RainForecastInput(
                issued_at="2025-05-24T09:00:00Z", by="Met Office", chance=0.7, weight=0.75
            ),
        ),
        testing=PreSeasonInput(tests=1, days=3, drivers=2, with_long_run=1, laps=240),
    ),
    data_hash=DIGEST,
    n_simulations=100,
    mc_se=0.01,
    notes=("rain is near",),
    ml=EventModel(**_WEIGHT, reason=None, place_log_loss=_LOSSES),
)
_RESULT = Result(
    winner="aaa",
    order=tuple(
        ResultRow(
            driver=code,
            driver_id=code.lower(),
            position=place,
            status=ResultStatus.FINISHED,
            grid=place,
            laps=57,
            points=points,
        )
        for place, (code, points) in enumerate(zip(DRIVERS, (25.0, 18.0), strict=True), start=1)
    ),
)
_METADATA = Metadata(
    generated_at=NOON,
    training_time=NOON,
    season=2025,
    as_of=NOON,
    status="partial",
    notes=("2025: a note",),
    note_details=(NoteDetail(kind=NoteKind.SAME_DAY, text="a note", where="2025", do="look"),),
    num_simulations=100,
    use_bayesian=True,
    use_ml_layer=True,
    driver_weights={"AAA": 1.1},
    team_weights={},
    scenarios=(Scenario.DRY,),
    horizon=Horizon.AFTER_QUALIFYING,
    seed=1,
    backend=Backend.CPU,
    sources=(Source(name="f1db", licence="CC BY 4.0"),),
    fits=(
        Fit(
            fit="2025-first",
            accepted=False,
            races=("2025-first",),
            r_hat_max=1.5,
            ess_min=12.5,
            divergences=0,
            draws=0,
            chains=4,
            n_parameters=10,
            complaints=("R-hat",),
        ),
    ),
    ml_layer=LearnedModel(
        **_MODEL,
        weights={Horizon.AFTER_QUALIFYING: ModelWeight(**_WEIGHT)},
        races_scored=2,
        place_log_loss=_LOSSES,
        candidate=Candidate(**_MODEL, n=2, gain=0.1, se=None),
        drift=Drift(
            season=2025,
            n_races=6,
            n_seasons=10,
            psi_max=1.5,
            ks_max=0.4,
            unknown_max=0.1,
            psi_feature="gap",
            alarms=(DriftAlarm(name="gap", statistic="psi", value=1.5, usual=0.4, p=0.001),),
            note="",
        ),
        new_regulations=False,
        notes=("1.3 is damaged; 1.2 serves",),
    ),
    data_hash=DIGEST,
    config_hash=DIGEST,
    code_version="0.1.0+0",
    predictions_sha256="0" * 64,
    rejected=(Rejection(file="a.json", reason="is empty"),),
    stale_inputs=("a.json",),
    passed_over=(PassedOver(file="b.gz", do="unpack it"),),
    known_until=Point(date="2025-03-17", round=1),
    training_history=(
        RunEntry(
            counter=1,
            run_id="abcd",
            output="season.json",
            started=NOON,
            ended=NOON,
            duration_s=1.5,
            trigger="command line",
            changed_inputs=(
                ChangedInput(file="a.json", old=None, new=DIGEST),
                ChangedInput(more=2),
            ),
            races_processed=2,
            races_succeeded=2,
            races_failed=0,
            stages_run=5,
            stages_reused=0,
            races_recomputed=(Recomputed(cause="first run", events=("2025-first",)),),
            data_hash=DIGEST,
            configuration={"seed": 1},
            outcome="published",
            result_before=None,
            result_after=DIGEST,
            error=None,
            explanation="0" * 16,
        ),
    ),
    run=Run(
        run_id="abcd",
        duration_s=1.5,
        stages_run=5,
        stages_reused=0,
        stage_seconds={"bayes/fit/2025-first": 1.0},
        host={"machine": "x86_64", "cpus": 2},
    ),
)
