"""The command line: parse, call, print; every error in four lines and one exit code."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from predictor.errors import F1Error, UsageError
from services import __version__
from services.cli.help_text import SectionedCommand, SectionedGroup
from services.cli.options import read_again, with_options
from services.cli.serve_options import arguments_of_serve, with_serve_options
from services.cli.standard_streams import ignore_lost_output, lost_output
from services.cli.usage import in_four_lines
from services.errors import EXIT_INTERRUPTED, EXIT_SOFTWARE, out_of_memory
from services.settings.limits import Limits
from services.settings.run_request import RunReport, RunRequest
from services.settings.terminal import plain, plain_lines

__all__ = ["commands", "expand_lists", "forecast", "main"]

_LIST_OPTIONS = ("--scenarios",)
# All commands, as `--help` shows them; those that are not defined here are imported when called.
_SECTIONS = {
    "Forecast": ("forecast", "simulate", "merge-shards"),
    "Watch": ("watch", "serve", "status", "notices"),
    "Look": ("doctor", "explain", "check", "warm"),
    "Models": ("models",),
    "Archive": ("store",),
    "Studies": ("backtest", "scores", "titles", "compare", "plots", "fit-circuits", "restate"),
}
_HERE = ("forecast", "watch")


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
        # Not `command.main`: it takes every end of a file for Ctrl+C, and every pipe for stdout.
        with command.make_context(_program(), arguments) as context:
            return command.invoke(context) or 0
    except click.exceptions.Exit as end:  # --help
        return end.exit_code
    except KeyboardInterrupt:
        click.echo("\ninterrupted; the last document is unchanged", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        mistake = in_four_lines(error)
        if mistake is None:
            error.show()
        else:
            click.echo(plain_lines(f"UsageError: {mistake}"), err=True)
        return error.exit_code
    except (F1Error, MemoryError) as error:
        trouble = out_of_memory(error) if isinstance(error, MemoryError) else error
        click.echo(plain_lines(f"{trouble.kind}: {trouble}"), err=True)
        return trouble.exit_code
    except Exception as error:  # noqa: BLE001 - the one edge; the traceback is in the log
        place = "; ".join(getattr(error, "__notes__", ()))
        where = f" ({place})" if place else ""
        click.echo(plain(f"unexpected {type(error).__name__}: {error}{where}"), err=True)
        click.echo(
            "  do: see training.log in the output folder; the document is as it was", err=True
        )
        return EXIT_SOFTWARE


def _program() -> str:
    """Give what the user has called, for the line of usage."""
    name = Path(sys.argv[0]).name
    return "python -m services" if name == "__main__.py" else name


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


@click.command(cls=SectionedCommand)
@with_options
@click.option(
    "--watch-folder", is_flag=True, help="Keep running and forecast again whenever files change."
)
@click.option(
    "--explain", "explain_stages", is_flag=True, help="Say for every stage why it ran or not."
)
@click.option("--verify", is_flag=True, help="Also rebuild without stored results, and compare.")
def forecast(
    *,
    limits: Limits,
    watch_folder: bool,
    explain_stages: bool,
    verify: bool,
    **options: Any,  # noqa: ANN401 - RunRequest checks them
) -> int:
    """Forecast a Formula 1 season from a folder of session files."""
    settings = RunRequest(**options, verify=verify)
    if watch_folder and (verify or explain_stages):
        raise UsageError(
            "one run's option with the daemon",
            where="--verify" if verify else "--explain",
            do="leave it out: the daemon verifies once a day, and `python -m services explain` "
            "tells why stages ran",
        )
    if watch_folder:
        return _watch(settings, limits)
    from services.forecasting.one_run import run_job  # noqa: PLC0415 - not for --help
    from services.monitoring.subscribers import default_subscribers  # noqa: PLC0415

    # They follow the season as it goes; a look back is nothing that has happened.
    told = default_subscribers(limits) if settings.as_of is None else ()
    report = run_job(settings, limits, subscribers=told)
    _print_report(report, settings, explain=explain_stages)
    trouble = lost_output()
    if trouble is not None:
        state = "published" if report.outcome == "published" else "in place, as published before"
        click.echo(
            f"the document is {state}: {plain(str(report.path))}\n"
            f"  its table is not printed to the end: {trouble.strerror}",
            err=True,
        )
    return 0


class _Commands(SectionedGroup):
    """Commands that are imported when they are called: an unchanged run pays for none."""

    sections = _SECTIONS

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click has it
        """Name all commands, in the order of their sections."""
        return [name for names in _SECTIONS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command by its name."""
        if cmd_name in self.list_commands(ctx) and cmd_name not in _HERE:
            name = cmd_name.replace("-", "_")
            module = importlib.import_module(f"services.cli.commands.{name}")
            command: click.Command = getattr(module, name)
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Commands)
@click.version_option(__version__, message="%(version)s")
def commands() -> None:
    """Forecast Formula 1 seasons, and look after the tool that does it."""


commands.add_command(forecast)


@commands.command(cls=SectionedCommand)
@with_options
@click.option("--serve", "serves", is_flag=True, help="Show pages and API too, as `serve` does.")
@with_serve_options
def watch(*, limits: Limits, serves: bool, **options: Any) -> int:  # noqa: ANN401
    """Follow a folder of session files, and keep the forecast up to date."""
    pages = arguments_of_serve(click.get_current_context(), options, serves=serves)
    return _watch(RunRequest(**options), limits, pages)


def _watch(settings: RunRequest, limits: Limits, pages: Sequence[str] | None = None) -> int:
    if settings.as_of is not None:
        raise UsageError(
            "the daemon follows what is new, and a forecast as of an earlier point has nothing new",
            where="--as-of",
            got=settings.as_of.text,
            do="leave it out here, or run `forecast --as-of` once, without the daemon",
        )
    from services.daemon.watch import watch_folder  # noqa: PLC0415 - the daemon's parts

    context = click.get_current_context()
    ignore_lost_output()
    return watch_folder(settings, limits, lambda: read_again(context, settings), pages)


def _print_report(report: RunReport, settings: RunRequest, *, explain: bool) -> None:
    from services.publishing.table import season_table  # noqa: PLC0415

    if explain:
        click.echo("\n".join(map(plain, report.explanations)) + "\n")
    click.echo(season_table(report.document, report.path), nl=False)
    click.echo(f"{report.outcome}; stages run {report.stages_run}, reused {report.stages_reused}")
    if settings.incremental and not report.stages_reused:
        click.echo(
            plain(f"  a first run into {settings.folder}: the next one there reuses its results")
        )
    # Also on stderr, for a script that reads only that.
    for rejected in report.document.metadata.rejected:
        click.echo(plain(f"left out: {rejected.file}: {rejected.reason}"), err=True)
    for passed in report.document.metadata.passed_over:
        click.echo(plain(f"passed over: {passed.file} {passed.do}"), err=True)
    for note in report.notes:
        click.echo(plain(f"note: {note}"), err=True)
