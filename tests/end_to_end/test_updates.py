"""What a change in the folder recomputes, seen from the command line."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

from services.cli.main import forecast
from tests.end_to_end.conftest import Season

ROOT = Path(__file__).parents[2]
EVENTS = 24
SPRINT_ROUNDS = (2, 6, 13, 19, 21, 23)
SCENARIOS = 3


def n_forecasts(after=0, scenarios=SCENARIOS):
    """Give how many races and sprints after a round are forecast, in how many scenarios."""
    sprints = sum(number > after for number in SPRINT_ROUNDS)
    return (EVENTS - after + sprints) * scenarios


def ran(run, prefix):
    return {name for name, why in run.stages.items() if name.startswith(prefix) and why != "reused"}


def forecasts(document, event):
    block = document["predictions"][event]
    return {key: value for key, value in block.items() if key not in ("result", "scores")}


@pytest.fixture(scope="module")
def forecast_once(tmp_path_factory):
    """A season without one practice file, and its document in a folder of these tests alone."""
    folder = tmp_path_factory.mktemp("settled")
    copy = Season(folder / "season-2025", folder / "predictions" / "season.json")
    shutil.copytree(ROOT / "race-data" / "2025", copy.folder)
    (copy.event("monaco") / "fp2.json").rename(folder / "fp2.json")
    run = copy.forecast("--incremental-update")
    assert run.code == 0, run.err
    return copy


@pytest.fixture
def settled(forecast_once, tmp_path, request):
    """A season that a test may change, with its document made, and that document."""
    name = "".join(c if c.isalnum() else "_" for c in request.node.name)
    copy = Season(tmp_path / "season-2025", forecast_once.output.with_name(f"{name}.json"))
    shutil.copytree(forecast_once.folder, copy.folder)
    shutil.copy(forecast_once.folder.parent / "fp2.json", tmp_path)
    shutil.copy(forecast_once.output, copy.output)
    return copy, json.loads(copy.output.read_text())


def test_update__a_second_run_recomputes_nothing(settled):
    copy, before = settled
    written = copy.output.stat().st_mtime_ns
    run = copy.forecast("--incremental-update")
    assert run.code == 0
    assert not ran(run, "")
    assert copy.output.stat().st_mtime_ns == written
    assert run.document == before


def test_update__a_practice_file_of_a_finished_event_counts_from_it_on(settled):
    copy, before = settled
    shutil.copy(copy.folder.parent / "fp2.json", copy.event("monaco"))
    run = copy.forecast("--incremental-update")
    assert run.code == 0
    names = list(before["predictions"])
    monaco = names.index("Monaco Grand Prix")
    assert len(ran(run, "forecast/")) == n_forecasts(after=monaco)
    assert len(ran(run, "form/")) == EVENTS - monaco
    for event in names[:monaco]:
        assert forecasts(run.document, event) == forecasts(before, event)
    for event in names[monaco:]:
        assert forecasts(run.document, event) != forecasts(before, event)
    rebuilt = copy.forecast("--force-retrain").document
    assert rebuilt["predictions"] == run.document["predictions"]


@pytest.mark.parametrize(("horizon", "seed"), [("b", "4801"), ("c", "4802")])
def test_update__a_practice_file_of_an_event_to_come_recomputes_it_alone(season, horizon, seed):
    copy = season()
    options = ("--incremental-update", "--horizon", horizon, "--seed", seed)
    last = copy.event("abu-dhabi")
    fp2 = (last / "fp2.json").read_bytes()
    for path in last.glob("*.json"):
        if path.name != "fp1.json":
            path.unlink()
    before = copy.forecast(*options).document
    (last / "fp2.json").write_bytes(fp2)
    run = copy.forecast(*options)
    assert run.code == 0
    assert not ran(run, "form/")
    assert ran(run, "forecast/") == {
        f"forecast/2025-abu-dhabi/{scenario}" for scenario in ("dry", "wet", "safety_car")
    }
    for event in before["predictions"]:
        same = forecasts(run.document, event) == forecasts(before, event)
        assert same == (event != "Abu Dhabi Grand Prix")


def test_update__a_corrected_result_leaves_earlier_events_as_they_were(settled):
    copy, before = settled
    path = copy.event("saudi-arabia") / "race.json"
    race = json.loads(path.read_text())
    first, second = race["results"][:2]
    for key in ("driver", "driver_id", "number", "team", "engine", "grid", "best_s"):
        first[key], second[key] = second[key], first[key]
    path.write_text(json.dumps(race))
    run = copy.forecast("--incremental-update")
    assert run.code == 0, run.err
    names = list(before["predictions"])
    for event in names[:5]:
        assert forecasts(run.document, event) == forecasts(before, event)
    for event in names[5:]:
        assert forecasts(run.document, event) != forecasts(before, event)
    assert len(ran(run, "forecast/")) == n_forecasts(after=5)
    assert run.document["predictions"][names[4]]["result"]["winner"] == "max-verstappen"


def test_update__white_space_stops_at_the_parser(settled):
    copy, before = settled
    path = copy.event("miami") / "qualifying.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=3))
    run = copy.forecast("--incremental-update")
    assert len(ran(run, "parse/")) == 1
    assert not ran(run, "forecast/")
    assert run.document["predictions"] == before["predictions"]


def test_update__weights_recompute_forecasts_and_keep_the_unweighted_ones(settled):
    copy, before = settled
    run = copy.forecast("--incremental-update", "--driver-weights", "NOR=1.5")
    assert run.code == 0, run.err
    assert not ran(run, "form/")
    assert not any("/unweighted/" in name for name in ran(run, "forecast/"))
    for name, event in run.document["predictions"].items():
        plain = {row["driver_id"]: row for row in before["predictions"][name]["predictions"]}
        for row in event["predictions"]:
            assert row["unweighted"]["p_win"] == plain[row["driver_id"]]["p_win"]
        assert event.get("scores") == before["predictions"][name].get("scores")
    norris = [
        (row["p_win"], row["unweighted"]["p_win"])
        for event in run.document["predictions"].values()
        for row in event["predictions"]
        if row["driver"] == "NOR"
    ]
    assert sum(p > q for p, q in norris) >= 20


def test_update__a_run_without_reuse_gives_the_same_document(settled):
    copy, before = settled
    for options in ((), ("--force-retrain", "--incremental-update", "--jobs", "1")):
        run = copy.forecast(*options)
        assert len(ran(run, "forecast/")) == n_forecasts()
        assert run.document["predictions"] == before["predictions"]
        assert run.document["championship"] == before["championship"]


def test_update__only_one_event_runs_its_forecasts_and_its_form(settled):
    copy, before = settled
    own = {f"forecast/2025-monaco/{scenario}" for scenario in ("dry", "wet", "safety_car")}
    for name in ("monaco", "Monaco Grand Prix", "8"):
        run = copy.forecast("--only", name)
        assert run.code == 0, run.err
        assert ran(run, "") == own | {"form/2025-monaco"}
        assert run.document == before
    run = copy.forecast("--only", "monacco")
    assert run.code == 2
    assert "did you mean 2025-monaco?" in run.err


def test_update__a_verified_run_says_so(settled):
    copy, _ = settled
    copy.forecast("--incremental-update")  # last good bytes are kept by where a file lies
    (copy.event("monaco") / "race.json").write_text("{")
    run = copy.forecast("--incremental-update", "--verify")
    assert run.code == 0, run.err
    assert "verified: a full rebuild without stored results gives the same document" in run.err
    assert run.document["metadata"]["stale_inputs"] == ["08-monaco/race.json"]


def columns(*scenarios):
    return ("forecast/", n_forecasts(scenarios=len(scenarios)), scenarios)


ALL = columns("dry", "wet", "safety_car")
# What an option reruns: forecasts of these scenarios beside the document, or nothing at all.
# Every value is one that no other test uses, so that no result of it is stored yet.
OPTIONS = {
    "--num-simulations": (["--num-simulations", "119"], ALL),
    "--seed": (["--seed", "4711"], ALL),
    "--driver-weights": (["--driver-weights", "NOR=1.37"], ALL),
    "--team-weights": (["--team-weights", "Ferrari=1.37,McLaren=0.83"], ALL),
    "--scenarios": (["--scenarios", "dry", "wet"], columns("wet")),
    "--horizon": (["--horizon", "a"], ALL),
    "--incremental-update": ([], None),
    "--jobs": (["--jobs", "1"], None),
    "--verbose": (["--verbose"], None),
    "--backend": (["--backend", "cpu"], None),
    "--output": (["--output", "{elsewhere}"], None),
    "--train-data": (["--train-data", "{moved}"], None),
    "--settings": (["--settings", "{settings}"], None),
    "--watch-folder": None,  # goes on for ever
    "--explain": ([], None),
    "--verify": (["--verify"], None),
    "--force-retrain": "everything",
    "--only": "see test_update__only_one_event_runs_its_forecasts_and_its_form",
    "--history": "see test_update__other_earlier_seasons_run_what_hangs_on_them",
    "--use-bayesian": "see tests/graph/test_sampled_part.py",
    "--use-ml-layer": "see tests/end_to_end/test_ml_layer.py",
}


def test_update__every_option_of_the_command_is_in_the_table():
    named = {option.opts[0] for option in forecast.params}
    assert named - {"--as-of"} == set(OPTIONS)  # a document of its own: test_as_of.py


@pytest.mark.parametrize("option", [name for name in OPTIONS if isinstance(OPTIONS[name], tuple)])
def test_update__an_option_reruns_what_it_says_and_nothing_else(settled, tmp_path, option):
    copy, before = settled
    given, expected = OPTIONS[option]
    if option == "--scenarios":  # a new column beside one that is there
        copy.forecast("--incremental-update", "--seed", "4712", "--scenarios", "dry")
        given = ["--seed", "4712", *given]
    if option == "--horizon":  # other tests forecast single events as they are before practice
        copy.forecast("--incremental-update", "--seed", "4713")
        given = ["--seed", "4713", *given]
    places = {
        "elsewhere": copy.output.with_name(f"elsewhere-{tmp_path.name}.json"),
        "moved": shutil.copytree(copy.folder, tmp_path / "moved"),
        "settings": shutil.copy(ROOT / "config" / "settings.toml", tmp_path / "settings.toml"),
    }
    given = [word.format(**places) for word in given]
    run = copy.forecast("--incremental-update", *given)
    assert run.code == 0, run.err
    if expected is None:
        # The name of a folder may tell the season of what is in it.
        assert ran(run, "") <= ({"seasons"} if option == "--train-data" else set())
        document = json.loads(
            (places["elsewhere"] if option == "--output" else run.path).read_text()
        )
        assert document["predictions"] == before["predictions"]
        return
    prefix, n_nodes, scenarios = expected
    plain = {name for name in ran(run, prefix) if "/unweighted/" not in name}
    assert len(plain) == n_nodes
    assert {name.rsplit("/", 1)[1] for name in plain} == set(scenarios)
    assert ran(run, "") == plain | {"document"}


def test_update__other_earlier_seasons_run_what_hangs_on_them(settled, tmp_path):
    copy, before = settled
    shutil.copytree(ROOT / "race-data" / "2024", tmp_path / "earlier" / "2024")
    run = copy.forecast("--incremental-update", "--history", str(tmp_path / "earlier"))
    assert run.code == 0, run.err
    assert not ran(run, "parse/")
    assert not ran(run, "seasons")
    assert len(ran(run, "forecast/")) == n_forecasts()
    assert {"history", "history/races", "form/before-season"} <= ran(run, "")
    assert run.document["predictions"] != before["predictions"]


def test_update__no_secret_and_no_path_of_the_machine_gets_out(settled, tmp_path, monkeypatch):
    copy, _ = settled
    secrets = {"HOME": str(tmp_path / "at-home"), "API_TOKEN": "hunter2", "PASSWORD": "swordfish"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    weights = tmp_path / "my-weights.json"
    weights.write_text('{"NOR": 1.21}')
    (copy.event("monaco") / "race.json").write_text("{")
    (copy.event("spain") / "race.json").unlink()
    (copy.event("spain") / "race.json").symlink_to(tmp_path / "nowhere.json")
    output = tmp_path / "out" / "season.json"
    given = ("--output", str(output), "--history", str(ROOT / "race-data"), "--incremental-update")
    run = copy.forecast(*given, "--driver-weights", str(weights))
    assert run.code == 0, run.err
    assert copy.forecast(*given, "--driver-weights", "nobody=1").code != 0
    texts = {
        "document": output.read_text(),
        "history": (output.parent / "training_history.jsonl").read_text(),
        **{
            path.name: gzip.decompress(path.read_bytes()).decode()
            for path in (output.parent / "explanations").iterdir()
        },
    }
    assert len(texts) >= 3
    assert '"outcome":"failed"' in texts["history"]
    hidden = [*secrets.values(), str(tmp_path), str(ROOT), str(copy.folder), weights.name]
    for name, text in texts.items():
        assert [one for one in hidden if one in text] == [], name
