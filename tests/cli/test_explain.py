"""Any run in the history can be asked why its stages ran."""

from __future__ import annotations

import orjson
import pytest
from click.testing import CliRunner

from predictor.errors import UsageError
from predictor.graph.plan import Decision, Reason, Verdict
from services.cli.commands.explain import explain
from services.engine.explanations import EXPLANATIONS, keep
from services.publishing.run_record import HISTORY_FILE

RAN = Decision(runs=True, reasons=(Reason(Verdict.INPUT_CHANGED, ("form changed",)),))
REUSED = Decision(runs=False, reasons=())
DECISIONS = {"forecast/2025-monaco/dry": RAN, "season": REUSED}


def entry(counter, **changed):
    given = {
        "counter": counter,
        "run_id": f"{counter:04x}aabbccdd",
        "output": "season.json",
        "started": f"2025-05-25T13:00:{counter:02d}+00:00",
        "duration_s": 1.25,
        "trigger": "command line",
        "changed_inputs": [],
        "stages_run": 1,
        "stages_reused": 1,
        "outcome": "published",
        "explanation": None,
        "error": None,
    }
    return given | changed


@pytest.fixture
def folder(tmp_path):
    name = keep(tmp_path / EXPLANATIONS, DECISIONS)
    inputs = [
        {"file": "a.json", "old": None, "new": "1"},
        {"file": "b.json", "old": "1", "new": None},
        {"file": "c.json", "old": "1", "new": "2"},
        {"more": 7},
    ]
    entries = [
        entry(3, explanation=name, changed_inputs=inputs),
        entry(4, outcome="failed", error="FormatError: lap time out of range", output=""),
        entry(5, explanation=name, outcome="unchanged", output="other.json"),
    ]
    lines = b"".join(orjson.dumps(one) + b"\n" for one in entries)
    (tmp_path / HISTORY_FILE).write_bytes(lines + b'{"torn')
    return tmp_path


def shown(folder, *argv, of=""):
    argv = ["--output", str(folder / of), *argv]
    return CliRunner().invoke(explain, argv, catch_exceptions=False).output


def test_explain__says_which_run_and_why_every_stage_ran(folder):
    assert shown(folder, "3").splitlines() == [
        "run 3 (0003aabbccdd): published",
        "started   2025-05-25T13:00:03+00:00, took 1.25 s",
        "document  season.json",
        "trigger   command line",
        "stages    1 run, 1 reused",
        "inputs    a.json is new",
        "          b.json is gone",
        "          c.json changed",
        "          and 7 more",
        "",
        "forecast/2025-monaco/dry: runs, form changed",
        "season: reused",
    ]


@pytest.mark.parametrize(
    ("run", "counter"), [([], 5), (["last"], 5), (["4"], 4), (["0003"], 3), (["0003aabbccdd"], 3)]
)
def test_explain__a_run_is_named_by_counter_id_or_last(folder, run, counter):
    assert shown(folder, *run).startswith(f"run {counter} ")


def test_explain__of_a_document_shows_its_runs_and_those_that_got_to_none(folder):
    assert shown(folder, of="season.json").startswith("run 4 ")
    assert shown(folder, of="other.json").startswith("run 5 ")
    with pytest.raises(UsageError):
        shown(folder, "5", of="season.json")


def test_explain__only_run_leaves_out_what_was_reused(folder):
    text = shown(folder, "3", "--only-run")
    assert "form changed" in text
    assert "season: reused" not in text


def test_explain__stages_of_a_kind_that_say_the_same_share_a_line(folder):
    forecasts = {f"forecast/2025-{slug}/dry": RAN for slug in ("monaco", "spain", "canada")}
    parsed = {f"parse/{number}.json": REUSED for number in range(40)}
    name = keep(folder / EXPLANATIONS, {"document": RAN, **parsed, "season": REUSED, **forecasts})
    with (folder / HISTORY_FILE).open("wb") as file:
        file.write(orjson.dumps(entry(6, explanation=name)) + b"\n")
    assert shown(folder, "6").partition("\n\n")[2].splitlines() == [
        "document: runs, form changed",
        "forecast (3 stages): runs, form changed",
        "parse (40 stages): reused",
        "season: reused",
    ]
    every = shown(folder, "6", "--all").partition("\n\n")[2].splitlines()
    assert len(every) == 45
    assert "parse/7.json: reused" in every


def test_explain__a_failed_run_says_its_error(folder):
    text = shown(folder, "4")
    assert "error     FormatError: lap time out of range" in text
    assert "No explanation was kept" in text


def test_explain__an_explanation_that_is_gone_still_shows_the_run(folder):
    for path in (folder / EXPLANATIONS).iterdir():
        path.unlink()
    text = shown(folder, "3")
    assert text.startswith("run 3 ")
    assert "nothing there" in text


def test_explain__json_has_the_entry_and_the_stages(folder):
    found = orjson.loads(shown(folder, "3", "--json"))
    assert found["run"]["counter"] == 3
    assert found["stages"]["forecast/2025-monaco/dry"] == {
        "runs": True,
        "reasons": ["form changed"],
    }
    assert list(orjson.loads(shown(folder, "3", "--json", "--only-run"))["stages"]) == [
        "forecast/2025-monaco/dry"
    ]


@pytest.mark.parametrize("run", ["2", "6", "beef0000", "first", "", "00", "-1.5", "9" * 30])
def test_explain__an_unknown_run_names_those_there_are(folder, run):
    with pytest.raises(UsageError) as caught:
        shown(folder, "--", run)
    assert "runs 3 to 5" in caught.value.expected


def test_explain__an_id_of_two_runs_names_both(folder):
    with (folder / HISTORY_FILE).open("r+b") as file:
        file.seek(0)
        entries = [orjson.loads(line) for line in file.read().splitlines()[:3]]
        file.seek(0)
        file.truncate()
        twins = [*entries, entry(6, run_id="beef0001"), entry(7, run_id="beef0002")]
        file.write(b"".join(orjson.dumps(one) + b"\n" for one in twins))
    with pytest.raises(UsageError) as caught:
        shown(folder, "beef")
    assert "beef0002, beef0001" in caught.value.expected
    assert shown(folder, "beef0001").startswith("run 6 ")


@pytest.mark.parametrize("content", [None, b"", b"junk\n"])
def test_explain__without_a_record_it_says_what_to_do(tmp_path, content):
    if content is not None:
        (tmp_path / HISTORY_FILE).write_bytes(content)
    with pytest.raises(UsageError) as caught:
        shown(tmp_path)
    assert "forecast first" in caught.value.do


@pytest.mark.parametrize(("given", "folder"), [("predictions", "predictions"), ("season.json", "")])
def test_explain__names_the_record_that_it_looked_for(tmp_path, given, folder):
    with pytest.raises(UsageError) as caught:
        shown(tmp_path, of=given)
    assert caught.value.where == str(tmp_path / folder / HISTORY_FILE)


def test_explain__writes_nothing(folder):
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    for run in ("3", "4", "5"):
        shown(folder, run)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
