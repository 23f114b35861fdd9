from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.learn.model_config import CONFIG_FILE
from predictor.learn.model_kinds import KINDS, load_model, train_model
from predictor.learn.outcome.orders import place_log_loss
from predictor.learn.outcome.race_mixture import fit_race_mixture, mixture_forecast
from predictor.learn.outcome.tensors import read_tensors, write_tensors
from predictor.learn.training.course import TrainingStopped
from tests.learn.races import examples, table

pytest.importorskip("torch")
pytest.importorskip("lightgbm")

ROOT = Path(__file__).parents[2]
QUICK = {
    "small": {"epochs": 3, "members": 2},
    "transformer": {"epochs": 2, "width": 32, "layers": 2, "feed_forward": 32},
    "ranker": {"rounds": 6, "min_data_in_leaf": 20},
}
TRAINED = {}


def trained(kind):
    if kind not in TRAINED:
        TRAINED[kind] = train_model(kind, examples(), seed=3, settings=QUICK[kind])
    return TRAINED[kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_cars", [2, 20, 32])
def test_predict__gives_a_distribution_over_places(kind, n_cars):
    one = table(7, n_cars)
    found = load_model(trained(kind).files).predict(one)
    assert found.p_position.shape == (n_cars, n_cars)
    for axis in (0, 1):
        assert np.abs(found.p_position.sum(axis=axis) - 1.0).max() < 1e-12
    assert (found.p_position >= 0.0).all()
    assert ((found.p_retire > 0.0) & (found.p_retire < 1.0)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_predict__does_not_hang_on_the_order_of_drivers(kind):
    one = table(7, 9)
    turned = [4, 2, 8, 0, 1, 7, 3, 6, 5]
    other = type(one)(
        one.event_id, one.season, one.circuit_id, one.horizon,
        tuple(one.driver_ids[i] for i in turned), one.values[turned], one.known_at[turned],
        one.base_strength[turned], one.base_hazard[turned],
    )  # fmt: skip
    model = load_model(trained(kind).files)
    expected = model.predict(one).p_position[turned]
    assert model.predict(other).p_position == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_train_model__gives_the_files_that_the_table_has(kind):
    assert set(trained(kind).files) == set(KINDS[kind].files)


@pytest.mark.parametrize("kind", KINDS)
def test_train_model__gives_the_same_bytes_twice(kind):
    again = train_model(kind, examples(), seed=3, settings=QUICK[kind])
    assert again.files == trained(kind).files
    assert again.history == trained(kind).history
    other = train_model(kind, examples(), seed=4, settings=QUICK[kind])
    assert other.files != again.files


@pytest.mark.parametrize("kind", KINDS)
def test_train_model__leaves_no_trace_of_the_season_after(kind):
    # What is learnt from two seasons is the same whether or not a third one was run.
    two = tuple(e for e in examples() if e.table.season < 2020)
    assert len({e.table.season for e in two}) == 2
    first = train_model(kind, two, seed=3, settings=QUICK[kind])
    assert max(row.epoch for row in first.history if row.phase == "search") > 0
    assert first.files != trained(kind).files


SIGNAL_SETTINGS = {
    "small": {"epochs": 6, "members": 1, "batch_races": 16, "learning_rate": 5e-3,
              "precision": 30.0, "feature_dropout": 0.3, "winner_weight": 1.0},
    "ranker": {"rounds": 25, "learning_rate": 0.1, "min_data_in_leaf": 20, "lambda_l2": 1.0,
               "feature_fraction": 1.0},
}  # fmt: skip


@pytest.mark.parametrize("kind", SIGNAL_SETTINGS)
def test_train_model__finds_what_the_filter_misses(kind):
    learnt, ahead = examples(90, effect=2.0), examples(40, first=500, effect=2.0)
    mixture = fit_race_mixture(learnt)
    model = load_model(train_model(kind, learnt, seed=1, settings=SIGNAL_SETTINGS[kind]).files)

    def loss(p_position):
        return np.mean(
            [place_log_loss(p, e.outcome) for p, e in zip(p_position, ahead, strict=True)]
        )

    base = loss([
        mixture_forecast(
            mixture, e.table.horizon, e.table.base_strength, e.table.base_hazard
        ).p_position
        for e in ahead
    ])  # fmt: skip
    assert loss([model.predict(e.table).p_position for e in ahead]) < base - 0.1


class Killed(BaseException):
    """As a process that is killed: nothing catches it."""


@pytest.mark.parametrize("kind", ["small", "transformer"])
def test_train_model__resumed_from_any_checkpoint_ends_with_the_same_bits(kind):
    whole, kept, n_epochs = trained(kind), [], len(trained(kind).history)
    for stop in range(1, n_epochs, 2):
        kept.clear()

        def keep(payload, stop=stop):
            kept.append(payload)
            if len(kept) == stop:
                raise Killed

        with pytest.raises(Killed):
            train_model(kind, examples(), seed=3, settings=QUICK[kind], on_checkpoint=keep)
        again = train_model(kind, examples(), seed=3, settings=QUICK[kind], resume=kept[-1])
        assert again.files == whole.files
        assert again.history == whole.history


def test_train_model__stops_when_asked_and_says_so():
    rows, kept = [], []
    with pytest.raises(TrainingStopped, match="stopped"):
        train_model(
            "small", examples(), seed=3, settings=QUICK["small"],
            on_epoch=rows.append, on_checkpoint=kept.append, should_stop=lambda: len(rows) == 2,
        )  # fmt: skip
    assert len(kept) == 2
    again = train_model("small", examples(), seed=3, settings=QUICK["small"], resume=kept[-1])
    assert again.files == trained("small").files


def test_train_model__refuses_the_checkpoint_of_another_training():
    kept = []
    train_model("small", examples(), seed=3, settings=QUICK["small"], on_checkpoint=kept.append)
    others = (
        {"seed": 4, "settings": QUICK["small"]},
        {"seed": 3, "settings": {**QUICK["small"], "dropout": 0.1}},
    )
    for other in others:
        with pytest.raises(F1Error, match="another training"):
            train_model("small", examples(), resume=kept[0], **other)
    with pytest.raises(F1Error, match="another training"):
        train_model("small", examples(30), seed=3, settings=QUICK["small"], resume=kept[0])
    for damaged in (kept[0][:-4], kept[0][:40], b"", kept[0].replace(b"progress", b"pr0gress")):
        with pytest.raises(F1Error):
            train_model("small", examples(), seed=3, settings=QUICK["small"], resume=damaged)


def test_train_model__leaves_the_filters_first_season_out():
    four = examples(32, seasons=(2017, 2018, 2019, 2020))
    whole = train_model("ranker", four, seed=1, settings=QUICK["ranker"])
    later = tuple(e for e in four if e.table.season > 2017)
    assert len(later) == 3 * 24
    assert train_model("ranker", later, seed=1, settings=QUICK["ranker"]).files == whole.files


def test_train_model__learns_from_one_season_too():
    one = examples(12, seasons=(2020,))
    for kind in KINDS:
        found = train_model(kind, one, seed=1, settings=QUICK[kind])
        assert {row.phase for row in found.history} == {"final"}
        load_model(found.files).predict(table(3))


def test_train_model__refuses_too_few_races_and_unknown_settings():
    with pytest.raises(F1Error, match="too few"):
        train_model("small", examples(3, seasons=(2020,)), seed=1)
    with pytest.raises(F1Error, match="unknown setting"):
        train_model("small", examples(), seed=1, settings={"depth": 3})
    with pytest.raises(F1Error, match="unknown setting"):
        train_model("small", examples(), seed=1, settings={"epochs": "3"})
    with pytest.raises(F1Error, match="unknown kind"):
        train_model("large", examples(), seed=1)
    with pytest.raises(F1Error, match="unknown device"):
        train_model("small", examples(), seed=1, device="tpu")


@pytest.mark.parametrize("kind", KINDS)
def test_load_model__refuses_a_file_that_is_missing_or_cut(kind):
    files = trained(kind).files
    for name, payload in files.items():
        with pytest.raises(F1Error, match="missing"):
            load_model({other: data for other, data in files.items() if other != name})
        for keep in (0, 10, len(payload) // 2, len(payload) * 3 // 4):
            with pytest.raises(F1Error) as caught:
                load_model({**files, name: payload[:keep]})
            assert name in caught.value.where


@pytest.mark.parametrize("kind", KINDS)
def test_load_model__refuses_a_configuration_that_lies(kind):
    files = trained(kind).files
    config = json.loads(files[CONFIG_FILE])
    lies = [
        {"kind": "other"},
        {"kind": "ranker" if kind != "ranker" else "small"},
        {"format": 2},
        {"features_digest": "sha256:0"},
        {"mixture": {}},
        {"mixture": {**config["mixture"], "calm": [1.0, 1.0, "x"]}},
    ]
    if kind != "ranker":
        lies += [
            {"members": config["members"] + 1},
            {"members": 0},
            {"shape": {**config["shape"], "width": config["shape"]["width"] * 2}},
            {"shape": {**config["shape"], "heads": 0}},
            {"shape": {**config["shape"], "layers": -1}},
            {"shape": 3},
        ]
    for lie in lies:
        with pytest.raises(F1Error):
            load_model({**files, CONFIG_FILE: json.dumps({**config, **lie}).encode()})


def test_load_model__refuses_the_weights_of_another_model():
    files = trained("small").files
    tensors, metadata = read_tensors(files["weights.safetensors"], "w")
    load_model({**files, "weights.safetensors": write_tensors(tensors, metadata)})
    for other in ({"kind": "transformer"}, {"features_digest": "sha256:0"}, {}):
        said = {**metadata, **other} if other else {}
        with pytest.raises(F1Error, match="damaged"):
            load_model({**files, "weights.safetensors": write_tensors(tensors, said)})


def test_load_model__takes_no_damaged_byte_for_weights():
    # Weights cannot prove themselves; but none that loads may give anything but a forecast.
    files, rng = trained("small").files, np.random.default_rng(1)
    weights = files["weights.safetensors"]
    for _ in range(150):
        at = int(rng.integers(len(weights)))
        damaged = weights[:at] + bytes([weights[at] ^ (1 << rng.integers(8))]) + weights[at + 1 :]
        try:
            model = load_model({**files, "weights.safetensors": damaged})
            found = model.predict(table(3)).p_position
        except F1Error:
            continue
        assert np.abs(found.sum(axis=0) - 1.0).max() < 1e-9


def test_load_model__needs_neither_torch_nor_lightgbm(tmp_path):
    for kind in KINDS:
        for name, payload in trained(kind).files.items():
            (tmp_path / f"{kind}-{name}").write_bytes(payload)
    code = """
import sys
sys.modules["torch"] = sys.modules["lightgbm"] = sys.modules["scipy"] = None
from pathlib import Path
from predictor.errors import F1Error
from predictor.learn.model_kinds import KINDS, load_model, train_model
from tests.learn.races import examples, table
for kind in KINDS:
    files = {p.name.removeprefix(kind + "-"): p.read_bytes()
             for p in Path(sys.argv[1]).glob(kind + "-*")}
    load_model(files).predict(table(1))
    try:
        train_model(kind, examples(12), seed=1)
    except F1Error as error:
        print(kind, error.what)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "small training a network needs torch",
        "transformer training a network needs torch",
        "ranker training a ranker needs lightgbm",
    ]
