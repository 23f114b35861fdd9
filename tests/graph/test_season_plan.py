"""Which stages a change touches, on a season of three events and six drivers."""

import json
from dataclasses import replace

import numpy as np
import pytest

from predictor.fingerprint import digest
from predictor.forecast.circuits import AVERAGE_CIRCUIT, CircuitModel, Crew, RaceModel
from predictor.forecast.climate import Climate
from predictor.forecast.options import ForecastOptions
from predictor.graph.plan import Literal, Salt
from predictor.graph.season_plan import DOCUMENT, build_plan
from predictor.notes import Note, NoteKind
from predictor.records import DayOfTesting, EventRef, RainForecast, RainRecord
from predictor.season.fold import fold
from predictor.season.state import SeasonState
from predictor.simulator.race_inputs import default_circuit
from predictor.vocabulary import Backend, EventStatus, Horizon, ResultStatus, Scenario
from services.engine.runner import run
from services.engine.store import Store
from tests.season.builders import calendar, entries, parsed, planned, race, ref, row, rows, session

GRID = (
    "lando-norris", "oscar-piastri", "max-verstappen", "liam-lawson", "yuki-tsunoda",
    "isack-hadjar",
)  # fmt: skip
OPTIONS = ForecastOptions(n_simulations=40, scenarios=(Scenario.DRY, Scenario.WET))
SALT = Salt("code", "environment")


def finished(*order):
    return [row(d, p, grid=GRID.index(d) + 1, classified=True) for p, d in enumerate(order, 1)]


def records(miami=GRID[:1] + GRID[2:] + GRID[1:2]):
    return {
        "calendar": calendar(
            planned("miami", 1, "2025-05-04"),
            planned("monaco", 2, "2025-05-25"),
            planned("spain", 3, "2025-06-01"),
        ),
        "entries": entries(*GRID),
        "miami": race(ref("miami", round_=1), finished(*miami)),
        "monaco-q": session(
            ref("monaco", round_=2), "qualifying",
            [replace(r, q1_s=70.0 + i) for i, r in enumerate(rows(*GRID))],
        ),
    }  # fmt: skip


def season(**changes) -> SeasonState:
    known = {**records(), **changes}
    return fold({name: parsed(record) for name, record in known.items()})[2025]


@pytest.fixture
def settle(tmp_path):
    store = Store(tmp_path, 10**8)

    def settle_(state, options=OPTIONS):
        plan = build_plan(state, None, options, history_digest="none")
        return run(
            plan, store, {}, salt=SALT, jobs=1, force=lambda _: "", upstream=None, on_progress=None
        )

    return settle_


def ran(result):
    return {name for name, decision in result.decisions.items() if decision.runs}


def test_build_plan__one_chain_of_belief_and_one_forecast_per_event_and_scenario():
    nodes = [node.id for node in build_plan(season(), None, OPTIONS).nodes]
    assert nodes == [
        "form/before-season",
        "forecast/2025-miami/dry",
        "forecast/2025-miami/wet",
        "form/2025-miami",
        "forecast/2025-monaco/dry",
        "forecast/2025-monaco/wet",
        "forecast/2025-spain/dry",
        "forecast/2025-spain/wet",
        DOCUMENT,
    ]


def test_build_plan__a_forecast_hangs_on_the_belief_before_its_event():
    nodes = {node.id: node for node in build_plan(season(), None, OPTIONS).nodes}
    assert nodes["forecast/2025-miami/dry"].inputs["form"].node_id == "form/before-season"
    assert nodes["forecast/2025-monaco/dry"].inputs["form"].node_id == "form/2025-miami"
    spain = nodes["forecast/2025-spain/dry"]
    assert spain.inputs["form"].node_id == "form/2025-miami"
    assert (spain.config["steps"], nodes["forecast/2025-monaco/dry"].config["steps"]) == (2, 1)


def test_build_plan__a_result_is_in_no_forecast_of_its_own_event(settle):
    settle(season())
    reversed_ = race(ref("miami", round_=1), finished(*GRID[::-1]))
    touched = ran(settle(season(miami=reversed_)))
    assert not any(name.startswith("forecast/2025-miami") for name in touched)
    assert {"form/2025-miami", "forecast/2025-monaco/dry", "forecast/2025-spain/wet"} <= touched


def day_of_testing(day, order=GRID):
    """A day of testing in this order, half a second between any two cars."""
    event = EventRef(season=2025, name="Pre-Season Testing", date=f"2025-02-2{day}")
    results = [replace(r, best_s=90.0 + n / 2) for n, r in enumerate(rows(*order))]
    return session(event, "testing", results, testing=DayOfTesting(None, day))


def test_build_plan__testing_is_a_step_between_the_winter_and_the_first_race(settle):
    settle(season())
    first = settle(season(test=day_of_testing(1)))
    everything = {
        f"forecast/2025-{event}/{scenario}"
        for event in ("miami", "monaco", "spain")
        for scenario in ("dry", "wet")
    } | {"form/testing", "form/2025-miami", DOCUMENT}
    assert ran(first) == everything
    corrected = settle(season(test=day_of_testing(1, GRID[::-1])))
    assert ran(corrected) == everything
    assert ran(settle(season(test=day_of_testing(1, GRID[::-1])))) == set()
    again = settle(season())  # all of it is still stored
    assert "form/testing" not in again.decisions
    assert again.value(DOCUMENT) == settle(season()).value(DOCUMENT)


def test_build_plan__the_document_says_how_much_testing_was_used(settle):
    predictions = json.loads(
        settle(season(test=day_of_testing(1), more=day_of_testing(2))).value(DOCUMENT)
    )
    events = predictions["predictions"].values()
    (seen,) = {json.dumps(one["metadata"]["inputs"]["testing"]) for one in events}
    assert json.loads(seen) == {
        "tests": 1, "days": 2, "drivers": 6, "with_long_run": 0, "laps": 0,
    }  # fmt: skip
    without = json.loads(settle(season()).value(DOCUMENT))["predictions"].values()
    assert all("testing" not in one["metadata"]["inputs"] for one in without)
    hashes = zip(*([one["metadata"]["data_hash"] for one in of] for of in (events, without)),
                 strict=True)  # fmt: skip
    assert all(with_test != plain for with_test, plain in hashes)


def practised(event, fastest=GRID):
    """A practice session in this order, a tenth of a second between any two cars."""
    return session(
        event, "fp1", [replace(r, best_s=71.0 + n / 10) for n, r in enumerate(rows(*fastest))]
    )


def test_build_plan__practice_of_an_event_to_come_touches_it_alone(settle):
    settle(season())
    fp1 = practised(ref("monaco", round_=2))
    assert ran(settle(season(fp1=fp1))) == {
        "forecast/2025-monaco/dry", "forecast/2025-monaco/wet", DOCUMENT
    }  # fmt: skip


def test_build_plan__practice_of_a_finished_event_touches_what_is_learnt_from_it(settle):
    miami = ref("miami", round_=1)
    settle(season(fp1=practised(miami)))
    after = settle(season(fp1=practised(miami, GRID[::-1])))
    assert ran(after) == {
        f"forecast/2025-{event}/{scenario}"
        for event in ("miami", "monaco", "spain")
        for scenario in ("dry", "wet")
    } | {"form/2025-miami", DOCUMENT}


def test_build_plan__the_belief_learns_from_practice_whatever_a_forecast_may_know():
    fp1 = practised(ref("miami", round_=1))
    early = replace(OPTIONS, horizon=Horizon.BEFORE_WEEKEND)
    nodes = {node.id: node for node in build_plan(season(fp1=fp1), None, early).nodes}
    forecast, form = (
        nodes[name].inputs["weekend"].value.practice_gap
        for name in ("forecast/2025-miami/dry", "form/2025-miami")
    )
    assert np.isnan(forecast).all()
    assert np.isfinite(form).all()


def test_build_plan__a_new_scenario_adds_its_column_only(settle):
    settle(season())
    wider = replace(OPTIONS, scenarios=(*OPTIONS.scenarios, Scenario.SAFETY_CAR))
    touched = ran(settle(season(), wider))
    assert touched == {
        f"forecast/2025-{event}/safety_car" for event in ("miami", "monaco", "spain")
    } | {DOCUMENT}


def test_build_plan__weights_leave_belief_and_unweighted_forecasts_alone(settle):
    settle(season())
    touched = ran(settle(season(), replace(OPTIONS, driver_weights={"NOR": 1.3})))
    assert not any(name.startswith("form/") or "unweighted" in name for name in touched)
    assert "forecast/2025-spain/dry" in touched


def test_build_plan__scores_under_weights_are_those_of_the_forecast_without(settle):
    plain = json.loads(settle(season()).value(DOCUMENT))
    opinion = replace(OPTIONS, driver_weights={"NOR": 1.9})
    found = json.loads(settle(season(), opinion).value(DOCUMENT))
    miami = [document["predictions"]["Miami Grand Prix"] for document in (plain, found)]
    assert miami[0]["predictions"] != miami[1]["predictions"]
    assert miami[0]["scores"] == miami[1]["scores"]
    assert plain["scores"] == found["scores"]


def test_build_plan__a_note_says_which_forecast_is_scored_under_weights(settle):
    opinion = replace(OPTIONS, driver_weights={"NOR": 1.9})
    before = {name: one for name, one in records().items() if name != "miami"}
    to_come = fold({name: parsed(record) for name, record in before.items()})[2025]

    def kinds(state, options):
        told = json.loads(settle(state, options).value(DOCUMENT))["metadata"]["note_details"]
        return {note["kind"] for note in told}

    assert "scores-unweighted" in kinds(season(), opinion)
    assert "scores-unweighted" not in kinds(season(), OPTIONS)
    assert "scores-unweighted" not in kinds(to_come, opinion)


def with_circuits(**circuits):
    return replace(OPTIONS, model=replace(OPTIONS.model, circuits=circuits))


def circuit(noise_s, wet=()):
    parameters = replace(default_circuit(), lap_noise_s=noise_s)
    return CircuitModel(RaceModel(parameters), Climate(wet=wet))


def test_build_plan__a_circuits_constants_touch_its_own_forecasts_only(settle):
    usual = with_circuits(monaco=circuit(0.5), miami=circuit(0.5))
    settle(season(), usual)
    touched = ran(settle(season(), with_circuits(monaco=circuit(0.9), miami=circuit(0.5))))
    assert touched == {"forecast/2025-monaco/dry", "forecast/2025-monaco/wet", DOCUMENT}


def test_build_plan__a_circuits_climate_touches_the_document_only(settle):
    settle(season(), with_circuits(monaco=circuit(0.5)))
    assert ran(settle(season(), with_circuits(monaco=circuit(0.5, wet=(2016, 2022))))) == {DOCUMENT}


def test_build_plan__a_forecast_of_rain_touches_the_document_only(settle):
    before = json.loads(settle(season()).value(DOCUMENT))["predictions"]
    said = RainForecast("2025-05-24T12:00:00Z", 1.0, "Met Office")
    result = settle(season(rain=RainRecord(ref("monaco"), (said,))))
    assert ran(result) == {DOCUMENT}
    blocks = json.loads(result.value(DOCUMENT))["predictions"]
    monaco, spain = blocks["Monaco Grand Prix"], blocks["Spanish Grand Prix"]
    hashes = [
        [one[f"{name} Grand Prix"]["metadata"]["data_hash"] for name in ("Monaco", "Spanish")]
        for one in (before, blocks)
    ]
    assert hashes[0][0] != hashes[1][0]
    assert hashes[0][1] == hashes[1][1]
    rain = monaco["metadata"]["inputs"]["rain"]
    assert (rain["source"], rain["forecast"]["by"]) == ("forecast", "Met Office")
    # Issued a day before noon of the race: .9 of it, less what a quarter of a halving takes.
    weight = 0.9 * 0.5 ** (1 / 4)
    assert rain["forecast"]["weight"] == pytest.approx(weight, abs=1e-6)
    assert rain["p_wet"] == pytest.approx(weight + (1 - weight) * rain["climate"], abs=1e-5)
    dry = (1 - rain["p_wet"]) / 2  # half of the dry races have a safety car, which is not asked for
    wet = rain["p_wet"] / (rain["p_wet"] + dry)
    assert monaco["scenarios"]["wet"]["probability"] == pytest.approx(wet, abs=1e-5)
    assert spain["metadata"]["inputs"]["rain"]["source"] == "climate"


def test_build_plan__an_unknown_circuit_takes_the_average(settle):
    settle(season(), with_circuits(miami=circuit(0.5)))
    average = with_circuits(miami=circuit(0.5), **{AVERAGE_CIRCUIT: circuit(0.9)})
    touched = ran(settle(season(), average))
    assert not any("miami" in name for name in touched)
    assert {"forecast/2025-monaco/dry", "forecast/2025-spain/dry"} <= touched


def test_build_plan__another_teams_crew_touches_no_forecast(settle):
    def crews(**of):
        return replace(OPTIONS, model=replace(OPTIONS.model, crews=of))

    settle(season(), crews(mclaren=Crew(2.0), williams=Crew(2.0)))
    assert ran(settle(season(), crews(mclaren=Crew(2.0), williams=Crew(4.0)))) == {DOCUMENT}
    touched = ran(settle(season(), crews(mclaren=Crew(4.0), williams=Crew(4.0))))
    assert "forecast/2025-spain/dry" in touched


def test_build_plan__the_horizon_caps_what_a_forecast_knows():
    plan = build_plan(season(), None, replace(OPTIONS, horizon=Horizon.BEFORE_WEEKEND))
    nodes = {node.id: node for node in plan.nodes}
    weekend = nodes["forecast/2025-monaco/dry"].inputs["weekend"].value
    assert weekend.horizon == "a"
    assert weekend.grid_source == ""
    # ... and the belief still learns from all that happened.
    assert nodes["form/2025-miami"].inputs["weekend"].value.grid_source == "published grid"


def test_build_plan__a_cancelled_event_has_neither_forecast_nor_belief():
    monaco = planned("monaco", 2, "2025-05-25", status=EventStatus.CANCELLED)
    state = season(
        calendar=calendar(
            planned("miami", 1, "2025-05-04"), monaco, planned("spain", 3, "2025-06-01")
        )
    )
    nodes = {node.id: node for node in build_plan(state, None, OPTIONS).nodes}
    assert not any("monaco" in name for name in nodes)
    assert nodes["forecast/2025-spain/dry"].config["steps"] == 1


def test_season_document__who_did_not_start_is_not_in_it(settle):
    results = [
        *finished(*GRID[2::-1], *GRID[4:]),
        row("liam-lawson", None, ResultStatus.DNS),
    ]
    result = settle(season(miami=race(ref("miami", round_=1), results)))
    document = json.loads(result.value(DOCUMENT))
    names = list(document["predictions"])
    assert [document["predictions"][n]["metadata"]["round"] for n in names] == [1, 2, 3]
    shown = {r["driver_id"] for r in document["predictions"][names[0]]["predictions"]}
    assert shown == set(GRID) - {"liam-lawson"}


def test_build_plan__an_event_with_one_driver_is_listed_without_a_forecast(settle):
    alone = race(ref("miami", round_=1), finished("lando-norris")[:1])
    state = season(miami=alone)
    one = replace(state.events[0], entries=state.events[0].entries[:1])
    state = replace(state, events=(one, *state.events[1:]))
    document = json.loads(settle(state).value(DOCUMENT))
    miami, monaco, _ = document["predictions"].values()
    assert miami["predictions"] == []
    assert "2 to 32 are needed" in miami["metadata"]["notes"][-1]
    assert monaco["predictions"]


def test_season_document__says_where_an_average_circuit_stands_in(settle):
    state = season()
    known = {event.circuit_id: CircuitModel() for event in state.events[1:]}
    circuits = replace(OPTIONS.model, circuits=known)
    document = json.loads(settle(state, replace(OPTIONS, model=circuits)).value(DOCUMENT))
    stand_ins = [note for note in document["metadata"]["notes"] if "stands in" in note]
    assert stand_ins == ["2025-miami: nothing is known of circuit miami; an average one stands in"]


def test_season_document__says_what_its_events_say(settle):
    state = season()
    noted = replace(state.events[1], notes=(Note(NoteKind.GRID_ODD, "something is odd"),))
    document = json.loads(
        settle(replace(state, events=(state.events[0], noted, state.events[2]))).value(DOCUMENT)
    )
    metadata = document["metadata"]
    at = metadata["notes"].index("2025-monaco: something is odd")
    detail = {"kind": "grid-odd", "text": "something is odd", "where": "2025-monaco", "do": ""}
    assert metadata["note_details"][at] == detail
    assert len(metadata["note_details"]) == len(metadata["notes"])


@pytest.mark.parametrize("option", [{"seed": 2}, {"n_simulations": 41}])
def test_build_plan__seed_and_number_of_sims_recompute_forecasts_and_no_belief(settle, option):
    settle(season())
    touched = ran(settle(season(), replace(OPTIONS, **option)))
    assert touched == {
        f"forecast/2025-{event}/{scenario}"
        for event in ("miami", "monaco", "spain")
        for scenario in ("dry", "wet")
    } | {DOCUMENT}


def test_build_plan__the_backend_is_in_the_keys_of_forecasts_and_of_nothing_else():
    here, on_gpu, on_another = (
        {node.id: node.config for node in build_plan(season(), None, options).nodes}
        for options in (
            OPTIONS,
            replace(OPTIONS, backend=Backend.CUDA, gpu="one"),
            replace(OPTIONS, backend=Backend.CUDA, gpu="another"),
        )
    )
    differs = {name for name, config in here.items() if digest(config) != digest(on_gpu[name])}
    assert differs == {name for name in here if name.startswith("forecast/")} | {DOCUMENT}
    changed = {name for name in here if digest(on_gpu[name]) != digest(on_another[name])}
    assert changed == differs


@pytest.mark.parametrize("backend", Backend)
def test_document__says_what_simulated(settle, backend):
    result = settle(season())
    node = build_plan(season(), None, replace(OPTIONS, backend=backend)).nodes[-1]
    given = {name: one.value for name, one in node.inputs.items() if isinstance(one, Literal)}
    told = node.inputs["forecasts"].members
    given["forecasts"] = {name: result.value(one.node_id) for name, one in told.items()}
    metadata = json.loads(node.stage.function(**given, **node.config))["metadata"]
    assert metadata["backend"] == backend.value
