"""Options mean what they say; every mistake ends in a sentence and an exit code."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys

import click
import pytest

from predictor.vocabulary import Scenario
from services.cli.help_text import OPTION_SECTIONS
from services.cli.main import commands, expand_lists, forecast, main
from tests.rules.sources import ROOT


@pytest.mark.parametrize(
    ("argv", "expanded"),
    [
        (["--scenarios", "dry", "wet", "--seed", "2"], ["--scenarios", "dry,wet", "--seed", "2"]),
        (["--scenarios", "dry"], ["--scenarios", "dry"]),
        (["--scenarios", "dry,wet", "safety_car"], ["--scenarios", "dry,wet,safety_car"]),
        (["--scenarios", "--seed", "1"], ["--scenarios", "", "--seed", "1"]),
        (["--scenarios"], ["--scenarios", ""]),
        (["--scenarios=dry"], ["--scenarios=dry"]),
        (["--train-data", "x"], ["--train-data", "x"]),
    ],
)
def test_expand_lists__joins_the_words_of_a_list(argv, expanded):
    assert expand_lists(argv) == expanded


def parsed(*argv):
    arguments = expand_lists(["--train-data", "x", *argv])
    return forecast.make_context("forecast", arguments).params


@pytest.mark.parametrize("given", [["wet", "dry"], ["WET,dry"], ["dry", "wet", "dry"]])
def test_forecast__scenarios_come_once_and_in_one_order(given):
    assert parsed("--scenarios", *given)["scenarios"] == (Scenario.DRY, Scenario.WET)


def test_forecast__safety_car_may_be_written_with_a_hyphen():
    assert parsed("--scenarios", "safety-car")["scenarios"] == (Scenario.SAFETY_CAR,)


def test_forecast__defaults_are_those_of_the_specification():
    options = parsed()
    assert options["n_simulations"] == 5000
    assert options["scenarios"] == tuple(Scenario)
    assert options["driver_weights"] == options["team_weights"] == {}
    assert options["output"] is None
    flags = ("incremental", "force_retrain", "verbose", "explain_stages")
    assert not any(options[name] for name in flags)


def test_forecast__weights_are_read():
    assert parsed("--driver-weights", "VER=1.2")["driver_weights"] == {"VER": 1.2}


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], ["--train-data"]),
        (["--train-data", "x", "--scenarios", "dry", "wett"], ["'wett'", "did you mean wet?"]),
        (["--train-data", "x", "--scenarios", ","], ["no scenario"]),
        (["--train-data", "x", "--watch-folder", "--verify"], ["--verify", "once a day"]),
        (["--train-data", "x", "--watch-folder", "--explain"], ["--explain", "services explain"]),
        (["--train-data", "x", "--watch-folder", "--as-of", "3"], ["--as-of", "the daemon"]),
        (["--train-data", "x", "--as-of", "monza"], ["where: --as-of", "'monza'", "2025-07-05"]),
        (["--train-data", "x", "--num-simulations", "0"], ["--num-simulations"]),
        (["--train-data", "x", "--driver-weights", "VER"], ["--driver-weights", "'VER'"]),
        (["--train-data", "/nothing/here"], ["no such folder", "/nothing/here"]),
        (["--train-dat", "x"], ["--train-data"]),
        (["--train-data", "x", "--horizon", "d"], ["where: --horizon", "'d'", "do: "]),
        (["--train-data", "x", "--scenarios"], ["no scenario given", "where: --scenarios"]),
        (["--train-data", "x", "--scenarios", "--seed", "1"], ["no scenario given", "dry, wet"]),
        (["--train-data", "x", "--seed", "one"], ["where: --seed", "'one'", "do: "]),
        (["--train-data", "x", "--fog"], ["no such option", "where: --fog", "do: "]),
        (["--train-data", "x", "more"], ["unexpected extra argument"]),
        (["--train-data", ""], ["path is empty", "where: --train-data", "do: "]),
        (["--train-data", " "], ["path is empty", "where: --train-data"]),
        (["--train-data", "x", "--history="], ["path is empty", "where: --history"]),
        (["--train-data", "x", "--output", ""], ["path is empty", "where: --output"]),
        (
            ["--train-data", "odd\udcff"],
            ["path is not UTF-8", "where: --train-data"],
        ),
    ],
)
def test_main__a_mistake_in_the_options_is_exit_code_2(capsys, tmp_path, monkeypatch, argv, words):
    monkeypatch.chdir(tmp_path)
    assert main(forecast, argv) == 2
    shown = capsys.readouterr().err
    assert all(word in shown for word in words), shown
    assert "Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


def test_main__an_empty_folder_is_exit_code_65(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "drops").mkdir()
    assert main(forecast, ["--train-data", "drops"]) == 65
    assert "no session files" in capsys.readouterr().err


def test_main__an_output_that_cannot_be_written_is_exit_code_73(capsys, tmp_path):
    (tmp_path / "predictions").write_text("a file where the folder should be")
    (tmp_path / "drops").mkdir()
    argv = ["--train-data", str(tmp_path / "drops")]
    assert main(forecast, [*argv, "--output", str(tmp_path / "predictions" / "x.json")]) == 73
    shown = capsys.readouterr().err
    assert "do: " in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("seasons", ["x", "2014:y", ":2015"])
def test_restate__seasons_that_cannot_be_read(capsys, tmp_path, seasons):
    argv = ["restate", str(tmp_path), str(tmp_path / "to"), "--seasons", seasons]
    assert main(commands, argv) == 2
    assert "2014:2025" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["run_full_season_incremental.py"], ["-m", "services"], ["-m", "benchmarks"]]
)
def test_help__works_from_the_shell(command):
    done = subprocess.run(
        [sys.executable, *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage:")


def every_command(group=commands, path=()):
    """Give all commands with the words that call them, groups too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def help_of(command, *path):
    context = click.Context(command, info_name=" ".join(path), terminal_width=80)
    return command.get_help(context)


def test_help__every_command_stands_in_one_section():
    listed = commands.list_commands(click.Context(commands))
    assert len(set(listed)) == len(listed)
    there = {path.stem for path in (ROOT / "services" / "cli" / "commands").glob("[a-z]*.py")}
    assert {name.replace("-", "_") for name in listed} == (there - {"season_options"}) | {
        "forecast",
        "watch",
    }
    titles = re.findall(r"^(\w+):$", help_of(commands), flags=re.MULTILINE)
    assert titles == ["Options", "Forecast", "Watch", "Look", "Models", "Archive", "Studies"]


def test_help__no_sentence_is_cut():
    groups = [commands, *(one for _, one in every_command() if isinstance(one, click.Group))]
    for group in groups:
        text = " ".join(help_of(group).split())
        for name in group.list_commands(click.Context(group)):
            command = group.get_command(click.Context(group), name)
            first = " ".join(inspect.cleandoc(command.help).partition("\n\n")[0].split())
            assert first.endswith(".")
            assert f"{name} {first}" in text
        assert "..." not in text.replace("[ARGS]...", "")


def test_help__every_option_of_a_forecast_is_in_a_section():
    text = help_of(forecast, "forecast")
    for option in forecast.params:
        assert f"{option.opts[0]} " in text
    in_sections = {name for names in OPTION_SECTIONS.values() for name in names}
    assert {one.name for one in forecast.params} - in_sections == {"limits"}
