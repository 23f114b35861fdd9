"""Two backtests, race by race."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pytest

from services.cli.main import commands, main
from tests.rules.sources import ROOT

METRICS = (
    "winner_log_loss", "top_1", "top_3", "mrr", "podium_brier", "podium_log_loss", "rps",
    "spearman",
)  # fmt: skip


def race(event, loss, known="a"):
    scores = dict.fromkeys(METRICS, 0.5) | {"winner_log_loss": loss}
    return {"event_id": event, "known": known, "scores": {"product": scores}}


def write(path, **horizons):
    content = {
        "settings": {"seasons": [2019]},
        "horizons": {name: {"per_race": races} for name, races in horizons.items()},
    }
    path.write_bytes(orjson.dumps(content))
    return str(path)


def run(capsys, *argv):
    code = main(commands, ["compare", *argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_compare__pairs_races_by_name_and_takes_the_error_of_the_difference(tmp_path, capsys):
    first = write(tmp_path / "1", a=[race("x", 1.0), race("y", 2.0), race("z", 9.0)])
    second = write(tmp_path / "2", a=[race("y", 1.9), race("x", 0.7)])
    code, out, _ = run(capsys, first, second)
    assert code == 0
    assert "2 races; 1 in one file alone are left out" in out
    # differences -.3 and -.1: mean -.2, sd sqrt(.02), error sqrt(.02 / 2) = .1
    row = "| winner log loss | 1.500 ± 0.500 | 1.300 ± 0.600 | -0.200 ± 0.100 |"
    assert row in out.splitlines()
    assert "| RPS | 0.5000 ± 0.0000 | 0.5000 ± 0.0000 | +0.0000 ± 0.0000 |" in out.splitlines()


def test_compare__does_not_pair_what_was_known_differently(tmp_path, capsys):
    first = write(tmp_path / "1", b=[race("x", 1.0, "b"), race("y", 2.0, "a")])
    second = write(tmp_path / "2", b=[race("x", 1.0, "b"), race("y", 2.0, "b")])
    _, out, _ = run(capsys, first, second)
    assert "(b) after practice, 1 races; 2 in one file alone" in out


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"a": [race("q", 1.0)]}, "no race in common"),
        ({"c": [race("x", 1.0)]}, "no race in common"),
        ({"a": [{"event_id": "x", "known": "a", "scores": {}}]}, "not a file of figures"),
        ({"a": [{"event_id": "x", "known": "a", "scores": {"product": {}}}]}, "winner_log_loss"),
    ],
)
def test_compare__says_what_is_wrong(tmp_path, capsys, second, words):
    code, out, err = run(
        capsys, write(tmp_path / "1", a=[race("x", 1.0)]), write(tmp_path / "2", **second)
    )
    assert (code, out) == (2, "")
    assert words in err


def test_compare__as_a_process_refuses_a_file_that_is_not_there(tmp_path):
    there = write(tmp_path / "1", a=[race("x", 1.0)])
    argv = [sys.executable, "-m", "services", "compare", there, str(tmp_path / "2")]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "cannot be read" in done.stderr
