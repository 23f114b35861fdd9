"""``simulate``: one simulated race of an event, told, drawn and as JSON; and shards of all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from predictor.errors import UsageError
from predictor.vocabulary import Scenario
from services.cli.help_text import SectionedCommand
from services.cli.options import with_options
from services.cli.usage import GivenPath
from services.disk.own_kinds import COUNTS, PLOT, RACE
from services.disk.targets import Target, check_targets, targets_of, write_target
from services.forecasting.shard_file import as_file, parse_shard
from services.publishing.told_races import check_told_folder, publish_told
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from services.settings.terminal import plain

__all__ = ["simulate", "told"]

# Options of a forecast that have no meaning where nothing is published.
_NOT_HERE = {"--scenarios", "--incremental-update", "--force-retrain", "--only", "--verbose"}
_COLOURS: dict[str, dict[str, Any]] = {
    "head": {"bold": True},
    "flag": {"fg": "yellow"},
    "gone": {"fg": "red"},
}


@click.command(cls=SectionedCommand)
@click.argument("event")
@with_options
@click.option(
    "--scenario",
    type=click.Choice([scenario.value for scenario in Scenario]),
    help="Simulate this one alone.  [default: all, told from the likeliest]",
)
@click.option(
    "--sim",
    type=click.IntRange(0),
    help="Race to tell, from 0.  [default: a typical one]",
)
@click.option("--sprint", is_flag=True, help="The sprint of the weekend, not the race.")
@click.option("--laps", is_flag=True, help="Print every car's place on every lap.")
@click.option(
    "--json", "json_path", type=GivenPath(path_type=Path, dir_okay=False), help="Everything, here."
)
@click.option(
    "--plots",
    "plots_path",
    type=GivenPath(path_type=Path, file_okay=False),
    help="Folder for two PNG files: gaps lap by lap, places of all races.",
)
@click.option(
    "--publish",
    is_flag=True,
    help="Put the race beside the season document too; runs some more races.",
)
@click.option(
    "--shard",
    metavar="I/N",
    help="Only count the I-th of N parts of the races, in the file of --json.",
)
def simulate(
    *,
    event: str,
    limits: Limits,
    train_data: Path | None,
    scenario: str | None,
    json_path: Path | None,
    shard: str | None,
    sim: int | None,
    sprint: bool,
    laps: bool,
    plots_path: Path | None,
    publish: bool,
    **options: Any,  # noqa: ANN401 - RunRequest checks them
) -> None:
    """Simulate the race or the sprint of EVENT and tell one of those simulated.

    EVENT is an event's id, its name, its round, or a part that no other event has: monaco.
    """
    from services.forecasting.simulated_event import folder_of_event, simulate_event  # noqa: PLC0415

    settings = RunRequest(
        train_data=train_data or folder_of_event(event),
        scenarios=(Scenario(scenario),) if scenario else tuple(Scenario),
        **options,
    )
    if shard is not None:
        _refuse_with_shard(
            {"--sim": sim, "--laps": laps, "--plots": plots_path, "--publish": publish}
        )
        _count(settings, limits, event, shard, json_path, sprint=sprint)
        return
    if plots_path is not None:
        from services.backtesting.plots import require_matplotlib  # noqa: PLC0415

        require_matplotlib()
    figures = targets_of(json_path, RACE, "--json")
    check_targets(figures)
    if publish:
        check_told_folder(settings.folder)
    found = simulate_event(
        settings,
        limits,
        event=event,
        sim=sim,
        sprint=sprint,
        bands=bool(json_path or plots_path or publish),
        leads=publish,
    )
    _write(found.payload, found.value, figures, plots_path)
    if publish:
        click.echo(plain(f"published: {publish_told(found.payload, settings.folder)}"), err=True)
    told(found.value, laps=laps)
    _say(found.notes)


# The year of a shipped season is enough to find its files.
for _option in simulate.params:
    if "--train-data" in _option.opts and isinstance(_option, click.Option):
        _option.required = False
        _option.help = "Folder with the season's session files.  [default: race-data/<year>]"
simulate.params = [one for one in simulate.params if not _NOT_HERE & set(one.opts)]


def told(value: dict[str, Any], *, laps: bool) -> None:
    """Print a simulated race, in colour where a person is watching."""
    from services.cli.simulated_text import race_text  # noqa: PLC0415

    colour = False if os.environ.get("NO_COLOR") else None  # None: if it is a terminal
    for role, line in race_text(value, laps=laps):
        click.echo(click.style(line, **_COLOURS.get(role, {})), color=colour)


def _count(
    settings: RunRequest,
    limits: Limits,
    event: str,
    shard: str,
    json_path: Path | None,
    *,
    sprint: bool,
) -> None:
    from services.forecasting.simulated_event import simulate_event  # noqa: PLC0415

    part = parse_shard(shard)
    if json_path is None:
        raise UsageError(
            "a shard has nowhere to go", where="--shard", do="name the file of its counts: --json"
        )
    target = Target(json_path, COUNTS, "--json")
    check_targets([target])
    found = simulate_event(settings, limits, event=event, shard=part, sprint=sprint)
    write_target(target, as_file(found.payload))
    sims, identity = found.value["sims"], found.value["identity"]
    click.echo(
        plain(
            f"{identity['event_id']}, shard {part[0]}/{part[1]}: sims {sims['first']} to "
            f"{sims['first'] + sims['number'] - 1} of {identity['num_simulations']} in each of "
            f"{len(identity['scenarios'])} scenarios: {json_path}"
        )
    )
    _say(found.notes)


def _write(
    payload: bytes, value: dict[str, Any], figures: Sequence[Target], plots_path: Path | None
) -> None:
    """Write the files asked for, and say on stderr where they are."""
    files = {target: as_file(payload) for target in figures}
    if plots_path is not None:
        from services.cli.simulated_plots import simulated_diagrams  # noqa: PLC0415

        drawn = simulated_diagrams(value)
        files |= {
            Target(plots_path / name, PLOT, "--plots"): image for name, image in drawn.items()
        }
    check_targets(list(files))
    for target, content in files.items():
        write_target(target, content)
        click.echo(plain(f"written: {target.path}"), err=True)


def _refuse_with_shard(given: dict[str, Any]) -> None:
    for name, value in given.items():
        if value is not None and value is not False:
            raise UsageError(
                "a shard only counts",
                where=name,
                do="leave it out, or simulate without --shard to have a race told",
            )


def _say(notes: tuple[str, ...]) -> None:
    for line in notes:
        click.echo(plain(line), err=True)
