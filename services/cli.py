"""The command line: parse, call, print; every error in four lines and one exit code."""

from __future__ import annotations

import difflib
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from predictor.errors import F1Error, UsageError
from predictor.vocabulary import Horizon, Scenario
from services.errors import EXIT_INTERRUPTED, EXIT_SOFTWARE, exit_code
from services.job_settings import JobReport, JobSettings
from services.usage import GivenPath, in_four_lines

__all__ = ["commands", "expand_lists", "forecast", "main"]

_LIST_OPTIONS = ("--scenarios",)
_NOT_YET = {
    "use_bayesian": ("--use-bayesian", "the sampled posterior"),
    "use_ml_layer": ("--use-ml-layer", "the ML layer"),
    "watch_folder": ("--watch-folder", "the daemon"),
}


def main(command: click.Command, argv: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code.

    Parameters
    ----------
    command : click.Command
    argv : Sequence[str], optional
        Without the program's name; the process's own unless given.
    """
    # SIGTERM ends a run as Ctrl+C does: recorded, and with the last good document in place.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = expand_lists(sys.argv[1:] if argv is None else argv)
    try:
        return command.main(arguments, standalone_mode=False) or 0
    except click.exceptions.Abort:  # how click passes Ctrl+C on
        click.echo("interrupted; the last document is unchanged", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        mistake = in_four_lines(error)
        if mistake is None:
            error.show()
        else:
            click.echo(f"UsageError: {mistake}", err=True)
        return error.exit_code
    except F1Error as error:
        click.echo(f"{type(error).__name__}: {error}", err=True)
        return exit_code(error)
    except Exception as error:  # noqa: BLE001 - the one edge; the traceback is in the log
        place = "; ".join(getattr(error, "__notes__", ()))
        where = f" ({place})" if place else ""
        click.echo(f"unexpected {type(error).__name__}: {error}{where}", err=True)
        click.echo(
            "  do: see training.log in the output folder; the document is as it was", err=True
        )
        return EXIT_SOFTWARE


def expand_lists(arguments: Sequence[str]) -> list[str]:
    """Join the words that follow a list option: ``--scenarios dry wet`` is ``dry,wet``.

    Without words it gets an empty one, so that the next option is not taken for its value.
    """
    joined: list[str] = []
    words = iter(arguments)
    pending: list[str] | None = None
    for word in words:
        if pending is not None and not word.startswith("-"):
            pending.append(word)
            continue
        if pending is not None:
            joined.append(",".join(pending))
        joined.append(word)
        pending = [] if word in _LIST_OPTIONS else None
    if pending is not None:
        joined.append(",".join(pending))
    return joined


def read_scenarios(_context: click.Context, _option: click.Parameter, text: str) -> Any:  # noqa: ANN401
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


def read_weights(_context: click.Context, option: click.Parameter, text: str) -> dict[str, float]:
    """Give the weights in an option."""
    from services.weights_option import parse_weights  # noqa: PLC0415

    return parse_weights(text, option.opts[0])


def _arrives_later(_context: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted:
        name, what = _NOT_YET[option.name or ""]
        raise UsageError(
            f"{what} is not in this version",
            where=name,
            do="leave the option out; CHANGELOG.md says when it arrives",
        )


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--train-data",
        type=GivenPath(path_type=Path),
        required=True,
        help="Folder with the season's session files.",
    ),
    click.option(
        "--output",
        type=GivenPath(path_type=Path, dir_okay=False),
        help="Season document.  [default: ./predictions/season_<year>_incremental.json]",
    ),
    click.option(
        "--num-simulations",
        "n_simulations",
        type=click.IntRange(1, 1_000_000),
        default=5000,
        show_default=True,
        help="Simulated races per event and scenario.",
    ),
    click.option(
        "--use-bayesian",
        is_flag=True,
        callback=_arrives_later,
        expose_value=False,
        help="Sampled posterior; not in this version.",
    ),
    click.option(
        "--use-ml-layer",
        is_flag=True,
        callback=_arrives_later,
        expose_value=False,
        help="ML layer; not in this version.",
    ),
    click.option(
        "--driver-weights",
        default="{}",
        show_default=True,
        callback=read_weights,
        help="JSON, a JSON file, or VER=1.2,NOR=1.3.",
    ),
    click.option(
        "--team-weights",
        default="{}",
        show_default=True,
        callback=read_weights,
        help="JSON, a JSON file, or 'Ferrari=1.1,McLaren=1.2'.",
    ),
    click.option(
        "--scenarios",
        default=",".join(Scenario),
        show_default="dry wet safety_car",
        callback=read_scenarios,
        help="Any of dry wet safety_car.",
    ),
    click.option(
        "--incremental-update",
        "incremental",
        is_flag=True,
        help="Reuse every stored result that is still true; otherwise all is computed.",
    ),
    click.option(
        "--watch-folder",
        is_flag=True,
        callback=_arrives_later,
        expose_value=False,
        help="Keep running and follow the folder; not in this version.",
    ),
    click.option("--force-retrain", is_flag=True, help="Compute everything, whatever is stored."),
    click.option("--verbose", is_flag=True, help="Log to the terminal too."),
    click.option(
        "--seed",
        type=click.IntRange(0, 2**63 - 1),
        default=1,
        show_default=True,
        help="Of all random numbers.",
    ),
    click.option(
        "--history",
        type=GivenPath(path_type=Path, file_okay=False),
        help="Folder with earlier seasons.  [default: the years beside --train-data, "
        "else race-data/]",
    ),
    click.option(
        "--jobs", type=click.IntRange(1, 1024), help="Threads.  [default: one per processor]"
    ),
    click.option("--explain", is_flag=True, help="Say for every stage why it ran or not."),
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


def _with_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command()
@_with_options
def forecast(*, explain: bool, **options: Any) -> None:  # noqa: ANN401 - JobSettings checks them
    """Forecast a Formula 1 season from a folder of session files."""
    from services.season_job import run_job  # noqa: PLC0415 - not for --help

    _print_report(run_job(JobSettings(**options)), explain=explain)


@click.group()
def commands() -> None:
    """Forecast Formula 1 seasons, and look after the tool that does it."""


commands.add_command(forecast)


@commands.command()
def warm() -> None:
    """Compile the simulation kernels now, so that the first run need not."""
    from services.warm import warm_kernels  # noqa: PLC0415

    click.echo(f"kernels ready after {warm_kernels():.1f} s")


@commands.command()
@click.option("--json", "json_path", type=GivenPath(path_type=Path), help="Also write it here.")
def bench(json_path: Path | None) -> None:
    """Measure simulated races per CPU-second, a cold run and an unchanged run."""
    from services.bench import measure, report_text, write_json  # noqa: PLC0415

    figures = measure()
    click.echo(report_text(figures), nl=False)
    if json_path is not None:
        write_json(figures, json_path)


@commands.command()
@click.option(
    "--train-data",
    type=GivenPath(path_type=Path),
    default=Path("race-data/2025"),
    show_default=True,
    help="Folder of a season with finished races.",
)
def scores(train_data: Path) -> None:
    """Forecast a season from earlier races only, and score it at every horizon."""
    from services.scores import score_horizons, scores_text  # noqa: PLC0415

    found = score_horizons(JobSettings(train_data=train_data), tuple(Horizon))
    click.echo(scores_text(found, train_data), nl=False)


@commands.command()
@click.argument("source", type=GivenPath(path_type=Path, exists=True, file_okay=False))
@click.argument("destination", type=GivenPath(path_type=Path))
@click.option("--seasons", default="2014:2025", show_default=True, help="First:last.")
def restate(source: Path, destination: Path, seasons: str) -> None:
    """Rewrite f1db season files in the product's own format."""
    from services.restate import restate_seasons  # noqa: PLC0415

    click.echo(restate_seasons(source, destination, _years(seasons)))


def _years(text: str) -> range:
    first, _, last = text.partition(":")
    try:
        return range(int(first), int(last or first) + 1)
    except ValueError as error:
        raise UsageError(
            "seasons cannot be read", where="--seasons", got=repr(text), expected="2014:2025"
        ) from error


def _print_report(report: JobReport, *, explain: bool) -> None:
    from services.table import season_table  # noqa: PLC0415

    if explain:
        click.echo("\n".join(report.explanations) + "\n")
    click.echo(season_table(report.document, report.path), nl=False)
    click.echo(f"{report.outcome}; stages run {report.stages_run}, reused {report.stages_reused}")
    # Also on stderr, for a script that reads only that.
    for rejected in report.document["metadata"]["rejected"]:
        click.echo(f"left out: {rejected['file']}: {rejected['reason']}", err=True)
    for note in report.notes:
        click.echo(f"note: {note}", err=True)
