"""The ML layer in the graph: what it adds, what a change reruns of it, and what it never does."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from predictor.forecast.options import ForecastOptions
from predictor.graph.season_plan import DOCUMENT, build_plan
from predictor.learn.bundle import ModelBundle
from predictor.learn.features.definitions import features_digest
from predictor.learn.learned_layer import Layer
from predictor.learn.model_kinds import train_model
from predictor.learn.outcome.evidence import MIN_RACES, WEIGHTS, RaceEvidence
from predictor.season.fold import fold
from predictor.vocabulary import Horizon, Scenario
from services.engine.runner import run
from services.engine.store import Store
from tests.graph.test_season_plan import GRID, SALT, finished, ran
from tests.learn.races import examples
from tests.season.builders import calendar, entries, parsed, planned, race, ref, rows, session

pytest.importorskip("torch")

DAYS = {"miami": "2025-05-04", "monaco": "2025-05-25", "spain": "2025-06-01"}
OPTIONS = ForecastOptions(n_simulations=60)


@cache
def files(seed=1):
    settings = {"epochs": 2, "members": 1}
    return train_model("small", examples(n_races=12), seed=seed, settings=settings).files


def evidence(gain=1.0, n_races=MIN_RACES):
    """Give races in which every pool gained, or lost, in proportion to its weight."""
    losses = tuple(2.0 - gain * weight for weight in WEIGHTS)
    return tuple(
        RaceEvidence(f"2024-{number}", 2024, horizon, "2024-05-05", losses, losses, 2.0, 2.0)
        for number in range(n_races)
        for horizon in Horizon
    )


def bundle(version="1.0", **changes):
    given = {
        "name": "race_outcome",
        "version": version,
        "kind": "small",
        "digest": f"sha256:{version}{changes}",
        "trained_until": "2024-12-08",
        "features_digest": features_digest(),
        "files": files(),
        "evidence": evidence(),
        **changes,
    }
    return ModelBundle(**given)


def season(monaco=GRID[::-1]):
    order = {"miami": GRID[1:] + GRID[:1], "monaco": monaco}
    events = enumerate(DAYS.items(), start=1)
    records = {
        "calendar": calendar(*(planned(slug, n, day) for n, (slug, day) in events)),
        "entries": entries(*GRID),
        **{
            slug: race(ref(slug, round_=n), finished(*order[slug]))
            for n, slug in enumerate(order, start=1)
        },
        "spain-q": session(
            ref("spain", round_=3), "qualifying",
            [replace(row, q1_s=70.0 + i) for i, row in enumerate(rows(*GRID))],
        ),
    }  # fmt: skip
    return fold({name: parsed(record) for name, record in records.items()})[2025]


def options(active=None, candidate=None, notes=(), **changes):
    return replace(OPTIONS, layer=Layer(active, candidate, notes), **changes)


@pytest.fixture
def settle(tmp_path):
    store = Store(tmp_path, 10**8)

    def settle_(wanted, state=None):
        plan = build_plan(state or season(), None, wanted, history_digest="none")
        return run(plan, store, {}, salt=SALT)

    return settle_


def document(result):
    return json.loads(result.value(DOCUMENT))


def numbers(content):
    """Give what readers bet on: every event's rows and scenarios, and the title odds."""
    events = content["predictions"].values()
    return [(one["predictions"], one["scenarios"]) for one in events], content["championship"]


def test_layer__tilts_every_forecast_by_the_weight_that_races_bear_out(settle):
    plain = document(settle(OPTIONS))
    tilted = document(settle(options(bundle())))
    assert "ml_layer" not in plain["metadata"]
    assert tilted["metadata"]["ml_layer"]["weights"]["c"]["weight"] == WEIGHTS[-1]
    for before, after in zip(
        plain["predictions"].values(), tilted["predictions"].values(), strict=True
    ):
        assert after["metadata"]["ml"]["weight"] == WEIGHTS[-1]
        rows_before, rows_after = (
            {row["driver_id"]: row for row in block["predictions"]} for block in (before, after)
        )
        assert rows_before != rows_after
        for driver, row in rows_after.items():
            assert sum(row["p_position"]) == pytest.approx(1.0, abs=1e-4)
            assert row["p_dnf"] == rows_before[driver]["p_dnf"]
        for place in range(len(GRID)):
            taken = sum(row["p_position"][place] for row in rows_after.values())
            assert taken == pytest.approx(1.0, abs=1e-4)
        shares = [one["probability"] for one in after["scenarios"].values()]
        for driver, row in rows_after.items():
            of_scenarios = [
                next(r for r in one["predictions"] if r["driver_id"] == driver)["p_win"]
                for one in after["scenarios"].values()
            ]
            mixed = sum(p * q for p, q in zip(shares, of_scenarios, strict=True))
            assert row["p_win"] == pytest.approx(mixed, abs=2e-5)


def test_layer__leaves_title_odds_to_the_simulated_races_and_says_so(settle):
    plain = document(settle(OPTIONS))
    tilted = document(settle(options(bundle())))
    assert tilted["championship"] == plain["championship"]
    assert "ML layer: title odds rest on the simulated races alone" in tilted["metadata"]["notes"]


@pytest.mark.parametrize(
    "layer",
    [
        options(),
        options(bundle(evidence=())),
        options(bundle(evidence=evidence(gain=-1.0))),
        options(bundle(evidence=evidence(n_races=MIN_RACES - 3))),
        options(bundle(trained_until="2025-06-01")),
        options(bundle(files={**files(), "weights.safetensors": b"cut"})),
    ],
    ids=["no model", "no evidence", "harmful", "too few", "has seen the season", "damaged"],
)
def test_layer__without_a_say_the_forecast_is_that_without_it(settle, layer):
    plain = document(settle(OPTIONS))
    found = document(settle(layer))
    assert numbers(found) == numbers(plain)
    assert any(note.startswith("ML layer: ") for note in found["metadata"]["notes"])


def test_layer__weight_0_everywhere_is_said_only_where_it_is(settle):
    """All races of this document are forecast with the grid known, at (c)."""

    def said(found):
        return next(one for one in document(settle(options(bundle(evidence=found))))
                    ["metadata"]["notes"] if "weight 0" in one)  # fmt: skip

    harmful = evidence(gain=-1.0)
    assert "race_outcome 1.0 has weight 0 everywhere, because" in said(harmful)
    elsewhere = tuple(one for one in evidence() if one.horizon is not Horizon.AFTER_QUALIFYING)
    known = tuple(one for one in harmful if one.horizon is Horizon.AFTER_QUALIFYING)
    text = said((*elsewhere, *known))
    assert "everywhere" not in text
    assert "weight 0 in every forecast here" in text
    assert text.endswith("do at (a) and (b); forecasts rest on the statistical model alone")


def test_layer__a_model_has_no_say_in_a_race_it_has_seen(settle):
    blocks = document(settle(options(bundle(trained_until=DAYS["miami"]))))["predictions"]
    said = [block["metadata"]["ml"] for block in blocks.values()]
    assert [one["weight"] for one in said] == [0.0, WEIGHTS[-1], WEIGHTS[-1]]
    assert said[0]["reason"] == "the model was trained on races up to 2025-05-04"
    assert "place_log_loss" not in said[0]
    assert said[1]["place_log_loss"].keys() == {"filter", "model", "grid"}


def test_layer__the_seasons_own_races_count_from_the_next_event_on(settle):
    blocks = document(settle(options(bundle())))["predictions"].values()
    assert [block["metadata"]["ml"]["n"] for block in blocks] == [
        MIN_RACES,
        MIN_RACES + 1,
        MIN_RACES + 2,
    ]


def test_layer__a_result_is_in_no_blend_up_to_its_own_event(settle):
    before = document(settle(options(bundle())))["predictions"]
    after = document(settle(options(bundle()), season(monaco=GRID)))["predictions"]
    names = list(before)
    for name in names[:2]:
        assert before[name]["predictions"] == after[name]["predictions"]
        ours, theirs = (dict(one[name]["metadata"]["ml"]) for one in (before, after))
        same = ours.pop("place_log_loss") == theirs.pop("place_log_loss")
        assert ours == theirs
        assert same is (name == names[0])
    assert before[names[2]]["metadata"]["ml"] != after[names[2]]["metadata"]["ml"]


def test_layer__a_candidate_moves_no_forecast_and_is_scored(settle):
    alone = document(settle(options(bundle())))
    shadowed = document(settle(options(bundle(), bundle("1.1", files=files(seed=2)))))
    assert numbers(shadowed) == numbers(alone)
    candidate = shadowed["metadata"]["ml_layer"]["candidate"]
    assert (candidate["version"], candidate["n"]) == ("1.1", 2)
    assert candidate["gain"] != 0.0


def test_layer__a_promoted_model_reruns_its_own_stages_alone(settle):
    settle(options(bundle()))
    touched = ran(settle(options(bundle("1.1", files=files(seed=2)))))
    assert touched
    assert all(
        name.startswith(("learn/learned/", "learn/blend/", "learn/evidence/"))
        or name in ("learn/drift", "learn/report", DOCUMENT)
        for name in touched
    )
    assert ran(settle(options(bundle("1.1", files=files(seed=2))))) == set()


def test_layer__turned_on_it_reuses_every_simulated_race(settle):
    settle(OPTIONS)
    touched = ran(settle(options(bundle())))
    assert all(name.startswith("learn/") or name == DOCUMENT for name in touched)


def test_layer__compares_with_the_forecast_without_user_weights(settle):
    plain = document(settle(options(bundle())))
    weighted = document(settle(options(bundle(), driver_weights={"lando-norris": 1.5})))
    for one, other in zip(
        plain["predictions"].values(), weighted["predictions"].values(), strict=True
    ):
        assert one["metadata"]["ml"] == other["metadata"]["ml"]
        p_win = {row["driver_id"]: row["p_win"] for row in one["predictions"]}
        for row in other["predictions"]:
            assert row["unweighted"]["p_win"] == p_win[row["driver_id"]]


def test_layer__part_of_the_scenarios_is_no_evidence(settle):
    found = document(settle(options(bundle(), scenarios=(Scenario.DRY,))))
    assert found["metadata"]["ml_layer"]["races_scored"] == 0


def test_layer__with_the_sampled_posterior_features_rest_on_the_filter():
    wanted = options(bundle(), use_bayesian=True, sampler="installed")
    nodes = {node.id: node for node in build_plan(season(), None, wanted).nodes}
    forecasts = nodes["forecast/2025-spain/dry"].inputs["form"].node_id
    features = nodes["learn/features/2025-spain"].inputs["form"].node_id
    assert (forecasts, features) == ("bayes/2025-monaco", "form/2025-monaco")
    assert nodes["form/2025-monaco"].inputs["before"].node_id == "form/2025-miami"


def test_layer__says_anew_whether_the_model_was_shipped(settle):
    own, shipped = (bundle(digest="sha256:same", is_shipped=is_so) for is_so in (False, True))
    assert document(settle(options(own)))["metadata"]["ml_layer"]["shipped"] is False
    again = settle(options(shipped))
    assert document(again)["metadata"]["ml_layer"]["shipped"] is True
    assert ran(again) == {"learn/report", DOCUMENT}


def test_layer__a_model_that_is_asked_nowhere_has_no_weight(settle):
    layer = document(settle(options(bundle(trained_until="2026-12-06"))))["metadata"]["ml_layer"]
    assert layer["weights"] == {}
