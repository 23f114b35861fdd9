"""The options of a forecast, shared by the one-shot command and the daemon."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from predictor.as_of import AsOf, parse_as_of
from predictor.errors import UsageError
from predictor.vocabulary import Backend, Horizon, Scenario
from services.cli.season_folder import SeasonFolder
from services.cli.usage import GivenPath
from services.cli.weights_option import parse_weights
from services.settings.gpu import AUTO, choose_backend
from services.settings.limits import DEFAULT_SETTINGS, Limits, read_settings
from services.settings.run_request import RunRequest

__all__ = [
    "PAST_SEASONS",
    "adding",
    "backend_option",
    "read_again",
    "settings_file",
    "settings_option",
    "with_options",
]

_GIVEN = "services.cli.options.given."  # keys of `click.Context.meta`: options as they were typed


def _read_scenarios(_context: click.Context, _option: click.Parameter, text: str) -> Any:  # noqa: ANN401
    """Give the scenarios named in an option, each once and in the product's order."""
    words = [word.strip().lower().replace("-", "_") for word in text.split(",") if word.strip()]
    known = [scenario.value for scenario in Scenario]
    for word in words:
        if word not in known:
            near = difflib.get_close_matches(word, known, n=1, cutoff=0.0)[0]
            raise UsageError(
                "no such scenario",
                where="--scenarios",
                got=repr(word),
                expected=", ".join(known),
                do=f"did you mean {near}?",
            )
    if not words:
        raise UsageError(
            "no scenario given",
            where="--scenarios",
            got="no words",
            expected=f"any of {', '.join(known)}",
            do="name some, or leave the option out for all of them",
        )
    return tuple(scenario for scenario in Scenario if scenario.value in words)


def _read_weights(context: click.Context, option: click.Parameter, text: str) -> dict[str, float]:
    """Give the weights in an option."""
    context.meta[_GIVEN + (option.name or "")] = text
    return parse_weights(text, option.opts[0])


def _read_as_of(_context: click.Context, option: click.Parameter, text: str | None) -> AsOf | None:
    return parse_as_of(text, option.opts[0]) if text is not None else None


def _read_limits(context: click.Context, _option: click.Parameter, path: Path) -> Limits:
    context.meta[_GIVEN + "limits"] = path
    return read_settings(path)


def settings_file(context: click.Context) -> Path:
    """Return the file of `settings_option`."""
    path: Path = context.meta[_GIVEN + "limits"]
    return path


def read_again(context: click.Context, settings: RunRequest) -> tuple[RunRequest, Limits]:
    """Read the files that options name once more, as a reload asks.

    Raises
    ------
    UsageError
        If one of them cannot be used now.
    """
    given = context.meta
    again = replace(
        settings,
        driver_weights=parse_weights(given[_GIVEN + "driver_weights"], "--driver-weights"),
        team_weights=parse_weights(given[_GIVEN + "team_weights"], "--team-weights"),
    )
    return again, read_settings(given[_GIVEN + "limits"])


backend_option = click.option(
    "--backend",
    type=click.Choice([AUTO, *(backend.value for backend in Backend)]),
    default=AUTO,
    show_default=True,
    callback=lambda _context, _option, word: choose_backend(word),
    help="What simulates: auto takes a GPU where one can be used, else the CPU.",
)

settings_option = click.option(
    "--settings",
    "limits",
    type=GivenPath(path_type=Path, dir_okay=False),
    default=DEFAULT_SETTINGS,
    callback=_read_limits,
    help="Limits of the house.  [default: config/settings.toml]",
)

PAST_SEASONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--data",
        type=SeasonFolder(path_type=Path),
        default=Path("race-data"),
        show_default=True,
        help="Folder with one folder per season, called by its year.",
    ),
    click.option(
        "--history",
        type=GivenPath(path_type=Path, file_okay=False),
        help="Folder with more earlier seasons.  [default: those in --data, else race-data/]",
    ),
)

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--train-data",
        type=SeasonFolder(path_type=Path),
        required=True,
        help="Folder with the season's session files, or the year of a season that comes with "
        "the program.",
    ),
    click.option(
        "--output",
        type=GivenPath(path_type=Path, dir_okay=False),
        help="Season document; what is stored lies beside it, so a new folder starts cold.  "
        "[default: season_<year>_incremental.json in ./predictions]",
    ),
    click.option(
        "--as-of",
        metavar="DATE|ROUND",
        callback=_read_as_of,
        help="Hide all that came after a day, as 2025-07-05, or after a round, as 12.",
    ),
    click.option(
        "--num-simulations",
        "n_simulations",
        type=click.IntRange(1, 1_000_000),
        default=5000,
        metavar="N",
        show_default=True,
        help="Simulated races per event and scenario.",
    ),
    click.option(
        "--use-bayesian",
        is_flag=True,
        help="Fit the season by sampling before it and every few races; needs PyMC and nutpie.",
    ),
    click.option(
        "--use-ml-layer",
        is_flag=True,
        help="Let a learned model tilt forecasts, as far as earlier races bear it out.",
    ),
    click.option(
        "--driver-weights",
        default="{}",
        metavar="WEIGHTS",
        callback=_read_weights,
        help="Your opinion of drivers: VER=1.2,NOR=1.3, or JSON, or a JSON file.",
    ),
    click.option(
        "--team-weights",
        default="{}",
        metavar="WEIGHTS",
        callback=_read_weights,
        help="Your opinion of teams: 'Ferrari=1.1,McLaren=1.2', or JSON, or a JSON file.",
    ),
    click.option(
        "--scenarios",
        default=",".join(Scenario),
        metavar="NAME ...",
        callback=_read_scenarios,
        help="Any of dry wet safety_car.  [default: all three]",
    ),
    click.option(
        "--incremental-update",
        "incremental",
        is_flag=True,
        help="Reuse every stored result that is still true; otherwise all is computed.",
    ),
    click.option("--force-retrain", is_flag=True, help="Compute everything, whatever is stored."),
    click.option(
        "--only",
        default="",
        metavar="EVENT",
        help="Compute one event again and reuse the rest: its id, name or round.",
    ),
    settings_option,
    click.option("--verbose", is_flag=True, help="Log to the terminal too."),
    click.option(
        "--seed",
        type=click.IntRange(0, 2**63 - 1),
        default=1,
        metavar="N",
        show_default=True,
        help="Of all random numbers: the same seed gives the same forecast.",
    ),
    click.option(
        "--history",
        type=GivenPath(path_type=Path, file_okay=False),
        help="Folder with earlier seasons.  [default: the years beside --train-data, "
        "else race-data/]",
    ),
    backend_option,
    click.option(
        "--jobs",
        type=click.IntRange(1, 1024),
        metavar="N",
        help="Threads.  [default: one per processor]",
    ),
    click.option(
        "--horizon",
        type=click.Choice([horizon.value for horizon in Horizon]),
        default=Horizon.AFTER_QUALIFYING.value,
        show_default=True,
        callback=lambda _context, _option, letter: Horizon(letter),
        help="Latest point a forecast may use: a before the weekend, b after practice, "
        "c after qualifying.",
    ),
)


def with_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of `services.settings.run_request.RunRequest`."""
    return adding(*_OPTIONS)(function)


def adding(*options: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that gives a command options, shown in the order in which they stand."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add
