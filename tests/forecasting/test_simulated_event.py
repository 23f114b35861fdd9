"""Simulating an event: the forecast's own races, told, drawn, as JSON and in shards."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import orjson
import pytest

from predictor.errors import UsageError
from predictor.graph import event_races
from predictor.vocabulary import Horizon, Scenario
from services.backtesting.season import SeasonTask, season_inputs, season_steps
from services.cli.main import commands, main
from services.cli.simulated_text import race_text
from services.forecasting.shard_file import parse_shard
from services.forecasting.simulated_event import folder_of_event, simulate_event
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.backtesting.backtest_data import folder_of_seasons
from tests.rules.sources import ROOT
from tests.terminals import run_watched

SIMS = 60
EVENT = "2025-china"
SCHEMA = ROOT / "predictor" / "report" / "simulated_race.schema.json"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def seasons(tmp_path_factory):
    return folder_of_seasons(tmp_path_factory.mktemp("seasons"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in an empty folder, so that `predictions` is nobody's."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def options(seasons):
    return ["--train-data", str(seasons / "2025"), "--num-simulations", str(SIMS)]


def settings(seasons, **changed):
    return RunRequest(train_data=seasons / "2025", n_simulations=SIMS, **changed)


def run(seasons, *words):
    return main(commands, ["simulate", *words, *options(seasons)])


def forecasts(seasons, **changed):
    """Give the forecast of every scenario of the event, as a run of the product has them."""
    task = SeasonTask(settings(seasons, **changed), (), Limits())
    steps = season_steps(task)
    inputs, result = season_inputs(task, steps)
    document, result = steps.forecast(inputs, result)
    found = {s: result.value(f"forecast/{EVENT}/{s.value}") for s in Scenario}
    blocks = orjson.loads(document)["predictions"].values()
    block = next(one for one in blocks if one["metadata"]["event_id"] == EVENT)
    return found, block


def places_in(value, driver_ids):
    place = {row["driver_id"]: row["position"] for row in value["race"]["result"]}
    return [place[driver] for driver in driver_ids]


def test_simulate_event__its_race_is_the_forecasts_own(seasons, here):
    found, _ = forecasts(seasons)
    for scenario, forecast in found.items():
        for sim in (0, 17, SIMS - 1):
            one = settings(seasons, scenarios=(scenario,))
            value = simulate_event(one, Limits(), event=EVENT, sim=sim).value
            assert value["told"] == {"sim": sim, "scenario": scenario, "chosen": "asked for"}
            places = places_in(value, forecast.driver_ids)
            assert places == forecast.position[sim].tolist()
            fastest = value["race"]["fastest_lap"]["driver"]
            code = {row["driver_id"]: row["driver"] for row in value["race"]["result"]}
            assert fastest == code[forecast.driver_ids[forecast.fastest_lap[sim]]]


def test_simulate_event__a_sprint_has_the_odds_and_races_of_its_forecast(seasons, here):
    _, block = forecasts(seasons)
    value = simulate_event(settings(seasons), Limits(), event=EVENT, sprint=True, bands=True).value
    shared = ("driver", "p_win", "p_points", "p_dnf", "expected_points", "interval_90_if_finished")
    assert [[row[name] for name in shared] for row in value["distribution"]] == [
        [row[name] for name in shared] for row in block["sprint"]["predictions"]
    ]
    assert value["settings"]["scenarios"] == {
        name: one["probability"] for name, one in block["sprint"]["scenarios"].items()
    }
    assert (value["event"]["session"], value["race"]["n_laps"]) == ("sprint", 19)
    assert value["race"]["totals"]["stops"] == 0
    told = "\n".join(line for _, line in race_text(value))
    assert "2025 Chinese Grand Prix, sprint, simulated" in told
    jsonschema.validate(value, orjson.loads(SCHEMA.read_bytes()))


def test_simulate__a_weekend_without_a_sprint_has_none_to_simulate(seasons, here, capsys):
    assert run(seasons, "australia", "--sprint") == 2
    assert "a weekend without a sprint" in capsys.readouterr().err


def test_simulate_event__its_odds_are_the_published_ones(seasons, here):
    _, block = forecasts(seasons)
    value = simulate_event(settings(seasons), Limits(), event=EVENT).value
    shared = (
        "driver", "p_win", "p_podium", "p_points", "p_dnf", "p_position", "interval_90",
        "expected_position_if_finished", "interval_90_if_finished",
    )  # fmt: skip
    assert [[row[name] for name in shared] for row in value["distribution"]] == [
        [row[name] for name in shared] for row in block["predictions"]
    ]
    assert value["settings"]["scenarios"] == {
        name: one["probability"] for name, one in block["scenarios"].items()
    }


def test_simulate_event__weights_and_horizon_count_as_in_a_forecast(seasons, here):
    changed = {"driver_weights": {"NOR": 1.9}, "seed": 5}
    found, _ = forecasts(seasons, **changed)
    one = settings(seasons, scenarios=(Scenario.DRY,), **changed)
    value = simulate_event(one, Limits(), event=EVENT, sim=3).value
    dry = found[Scenario.DRY]
    assert places_in(value, dry.driver_ids) == dry.position[3].tolist()
    early = settings(seasons, scenarios=(Scenario.DRY,), horizon=Horizon.BEFORE_WEEKEND, **changed)
    assert simulate_event(early, Limits(), event=EVENT, sim=3).value != value


def test_simulate_event__the_race_told_is_near_the_expected_order(seasons, here):
    found, _ = forecasts(seasons)
    value = simulate_event(settings(seasons), Limits(), event=EVENT).value
    odds = value["settings"]["scenarios"]
    assert value["told"]["scenario"] == max(odds, key=odds.get)
    places = found[Scenario(value["told"]["scenario"])].position.astype(float)
    distance = abs(places - places.mean(axis=0)).mean(axis=1)
    sim = value["told"]["sim"]
    assert value["told"]["chosen"] == "typical in order and stops"
    assert (distance < distance[sim]).mean() < 1 / 4  # of few races more count as near
    away = value["typicality"]["places_from_expected"]
    assert away["told"] == pytest.approx(distance[sim], abs=1e-3)
    assert away["mean"] == pytest.approx(distance.mean(), abs=1e-3)
    assert value["typicality"]["share_of_races_nearer"] == pytest.approx(
        (distance < distance[sim]).mean(), abs=1e-6
    )


def test_simulate__writes_json_that_follows_its_schema_and_agrees_with_itself(seasons, here):
    assert run(seasons, "china", "--json", "race.json", "--sim", "4") == 0
    value = orjson.loads((here / "race.json").read_bytes())
    jsonschema.validate(value, orjson.loads(SCHEMA.read_bytes()))
    race = value["race"]
    assert len(race["laps"]) == race["n_laps"]
    added = {
        row["driver"]: row["penalty_s"] * (row["penalty_served"] == "flag")
        for row in race["result"]
    }
    for row in race["result"]:
        seen = [
            car for lap in race["laps"] for car in lap["cars"] if car["driver"] == row["driver"]
        ]
        if row["position"] == 1:
            first = seen[-1]["gap_s"] + added[row["driver"]]
        if row["laps_down"] == 0:
            behind = seen[-1]["gap_s"] + added[row["driver"]]
            assert behind - first == pytest.approx(row["gap_s"], abs=2e-3)
        elif row["status"] == "retired":
            assert row["laps"] == row["retired_on_lap"] - 1
        assert len(seen) == row["laps"]
        assert sum(car["stopped"] for car in seen) == len(row["stops"])
        assert sum(one["last_lap"] - one["first_lap"] + 1 for one in row["stints"]) == len(seen)
    assert sum(lap["flag"] != "green" for lap in race["laps"]) == race["totals"]["neutralised_laps"]
    for band in value["gap_bands"]["drivers"]:
        assert len(band["gap_s"]) == race["n_laps"]
        for row in band["gap_s"]:
            assert row == sorted(row)


def test_simulate__tells_it_in_80_columns_without_colour_in_a_pipe(seasons, here, capsys):
    assert run(seasons, "china", "--laps", "--scenario", "safety_car") == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    for words in ("2025 Chinese Grand Prix", "Starting grid", " leads away from pole", " wins by ",
                  "Fastest lap: ", "Stops", "Lap chart", "How typical it is",
                  f"All {SIMS} races, dry with a safety car", "Safety car, lap",
                  "it is among the nearest to the expected order"):  # fmt: skip
        assert words in re.sub(r"\s+", " ", out), words
    chart = out.partition("Lap chart")[2].partition("How typical")[0]
    assert chart.count("p ") + chart.count("p\n") + len(re.findall(r"p\d", chart)) >= 20


def test_race_text__escapes_what_files_call_themselves(seasons, here):
    value = simulate_event(settings(seasons), Limits(), event=EVENT).value
    value["race"]["result"][0]["name"] = "\x1b[31mRed"
    value["event"]["name"] = "A\nB"
    assert not any("\x1b" in line or "\n" in line for _, line in race_text(value))


def test_simulate__draws_the_same_diagrams_every_time(seasons, here):
    pytest.importorskip("matplotlib")
    names = [f"{EVENT}-gaps.png", f"{EVENT}-places.png"]
    for folder in ("one", "two"):
        assert run(seasons, "china", "--plots", folder) == 0
        assert sorted(path.name for path in (here / folder).iterdir()) == names
    for name in names:
        drawn = (here / "one" / name).read_bytes()
        assert drawn.startswith(PNG)
        assert drawn == (here / "two" / name).read_bytes()
        assert 5_000 < len(drawn) < 120_000


def test_simulate__writes_nothing_but_what_is_asked_for(seasons, here):
    assert run(seasons, "china") == 0
    left = [path for path in here.rglob("*") if path.is_file() and ".cache" not in path.parts]
    assert left == []
    assert not list(here.glob("**/stages"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chinna"], "did you mean 2025-china?"),
        (["grand prix"], "name one of 2025-australia, 2025-china, 2025-japan"),
        (["china", "--sim", str(SIMS)], f"expected 0 to {SIMS - 1}"),
        (["china", "--shard", "0/3", "--json", "x"], "not a shard"),
        (["china", "--shard", "1/3"], "--json"),
        (["china", "--shard", "1/3", "--json", "x", "--laps"], "a shard only counts"),
        (["china", "--shard", "1/3", "--json", "x", "--sim", "0"], "a shard only counts"),
        (["china", "--shard", "61/61", "--json", "x"], "a shard without a race"),
        (["china", "--scenario", "snow"], "where: --scenario"),
        (["china", "--scenarios", "dry"], "no such option"),
        ([], "a needed argument is not given\n  where: EVENT"),
        (["china", "--driver-weights", "XYZ=1.2"], "XYZ"),
    ],
)
def test_simulate__mistakes_are_told_with_what_to_do(seasons, here, capsys, words, said):
    assert run(seasons, *words) == 2
    assert said in capsys.readouterr().err
    assert list(here.glob("*.json")) == []
    assert not (here / "x").exists()


def test_simulate__an_unreadable_folder_has_its_own_exit_code(here, capsys):
    (here / "empty").mkdir()
    assert main(commands, ["simulate", "china", "--train-data", "empty"]) == 65


def test_folder_of_event__is_the_shipped_season_of_the_id():
    assert folder_of_event("2019-monaco").name == "2019"
    assert folder_of_event("monaco").name == "2025"
    with pytest.raises(UsageError, match="2009"):
        folder_of_event("2009-monaco")


@pytest.mark.parametrize("text", ["", "/", "1", "1/", "/2", "0/2", "3/2", "-1/2", "1/2/3", "a/b",
                                  "1.0/2", "١/٢", "1/99999999999999999999"])  # fmt: skip
def test_parse_shard__refuses_what_is_none(text):
    with pytest.raises(UsageError, match="not a shard"):
        parse_shard(text)


def process(here, *words):
    return subprocess.run(
        [sys.executable, "-m", "services", *map(str, words)],
        cwd=here, capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip


def environment():
    return os.environ | {"PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def shards(seasons, tmp_path_factory):
    """Count the races in one process and in three, each with a folder of its own."""
    made = {}
    for part in ("1/1", "1/3", "2/3", "3/3"):
        folder = tmp_path_factory.mktemp("machine")
        made[part] = folder / "counts.json"
        done = process(
            folder, "simulate", EVENT, *options(seasons), "--shard", part, "--json", made[part]
        )
        assert done.returncode == 0, done.stderr
    return made


def test_simulate_event__a_shard_in_blocks_has_the_bytes_of_one(seasons, here, monkeypatch):
    in_one = simulate_event(settings(seasons), Limits(), event=EVENT, shard=(2, 2))
    monkeypatch.setattr(event_races, "BLOCK", 7)
    in_five = simulate_event(settings(seasons), Limits(), event=EVENT, shard=(2, 2))
    assert in_one.value["sims"] == {"first": 30, "number": 30}
    assert in_five.payload == in_one.payload


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_simulate_event__a_shard_tells_a_watching_person_how_far_it_is(seasons, here):
    words = ("simulate", EVENT, *options(seasons), "--shard", "1/2", "--json", "counts.json")
    command = [sys.executable, "-m", "services", *words]
    out, seen = run_watched(command, here, environment() | {"COLUMNS": "200"})
    shown = seen.decode(errors="replace")
    assert "forecasting" in shown
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert re.search(r"\b([1-9]\d*)/\1\b", plain)  # to the end
    assert b"shard 1/2" in out


def merged(here, *files, to="all.json"):
    return process(here, "merge-shards", *files, "--json", to)


def test_merge_shards__three_processes_give_the_bytes_of_one(shards, here):
    parts = [shards[part] for part in ("3/3", "1/3", "2/3")]
    done = merged(here, *parts)
    assert done.returncode == 0, done.stderr
    whole = (here / "all.json").read_bytes()
    assert whole == shards["1/1"].read_bytes()
    assert f"All {3 * SIMS} races of {EVENT}" in done.stdout
    # and the counts are those of the forecast that one process tells of
    assert orjson.loads(whole)["sims"] == {"first": 0, "number": SIMS}


def test_merge_shards__the_odds_are_those_of_the_told_race(shards, seasons, here, capsys):
    assert run(seasons, EVENT) == 0
    told = capsys.readouterr().out.partition("All 180 races")[2].splitlines()[3:-1]
    done = merged(here, shards["1/1"])
    counted = done.stdout.splitlines()[3:-1]
    assert len(counted) == 22
    for row, line in zip(told, counted, strict=True):
        assert row.startswith(line)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("1/3", "3/3"), "races are missing between the shards"),
        (("1/3", "2/3", "3/3", "2/3"), "two shards hold the same races"),
        (("1/1", "2/3"), "two shards hold the same races"),
    ],
)
def test_merge_shards__says_what_is_missing_or_doubled(shards, here, parts, said):
    done = merged(here, *(shards[part] for part in parts))
    assert done.returncode == 2
    assert said in done.stderr
    assert not (here / "all.json").exists()


def test_merge_shards__refuses_shards_of_another_simulation(shards, seasons, here):
    other = here / "other.json"
    done = process(here, "simulate", EVENT, *options(seasons), "--seed", 2, "--shard", "2/3",
                   "--json", other)  # fmt: skip
    assert done.returncode == 0, done.stderr
    done = merged(here, shards["1/3"], other, shards["3/3"])
    assert done.returncode == 2
    assert f"where: seed in {other}" in done.stderr
    assert "got 2, expected 1" in done.stderr


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1", b'{"kind": "simulated_race"}'])
def test_merge_shards__refuses_files_that_are_no_shards(shards, here, content, capsys):
    path = Path("bad.json")
    if content is not None:
        path.write_bytes(content)
    assert main(commands, ["merge-shards", str(path)]) == 2
    assert "bad.json" in capsys.readouterr().err
