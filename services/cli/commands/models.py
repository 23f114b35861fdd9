"""``models``: trained models: which there are, which serves, training, promotion, backups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from predictor.learn.model_kinds import DEFAULT_KIND, RACE_OUTCOME, kinds_of
from services.cli.help_text import SectionedGroup
from services.cli.options import PAST_SEASONS, adding
from services.cli.season_list import parse_seasons
from services.cli.usage import GivenPath
from services.disk.own_kinds import EVALUATION
from services.disk.targets import check_targets, targets_of, write_target
from services.settings.limits import read_settings
from services.settings.terminal import plain

__all__ = ["models"]

_FOLDER = Path("predictions") / "models"

folder_option = click.option(
    "--folder",
    type=GivenPath(path_type=Path, file_okay=False),
    default=_FOLDER,
    show_default=True,
    help="Folder of the models.",
)


_WHERE = (*PAST_SEASONS, folder_option)
_HOW = (
    click.option(
        "--num-simulations",
        "n_simulations",
        type=click.IntRange(1, 1_000_000),
        default=20_000,
        show_default=True,
        help="Of the published forecasts that models are measured by; what is measured by fewer "
        "is not promoted.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(0, 2**31 - 1),
        default=1,
        show_default=True,
        help="Of training.",
    ),
)
_BY = (
    click.option(
        "--device",
        type=click.Choice(["cpu", "cuda"]),
        default="cpu",
        show_default=True,
        help="What trains.",
    ),
    click.option(
        "--jobs", type=click.IntRange(1, 1024), help="Processes.  [default: one per processor]"
    ),
)
_learning_options = adding(*_WHERE, *_HOW, *_BY)
_measuring_options = adding(*_WHERE, *_BY)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=SectionedGroup)
def models() -> None:
    """Train models for --use-ml-layer, and look after them."""


@models.command("list")
@folder_option
@_as_json
def list_(*, folder: Path, as_json: bool) -> None:
    """List all versions, and which one serves."""
    from services.registry.listing import listed, listed_text  # noqa: PLC0415

    _show(listed(folder), listed_text, as_json=as_json)


@models.command()
@click.argument("version", required=False)
@folder_option
@_as_json
def show(*, version: str | None, folder: Path, as_json: bool) -> None:
    """Show the card of VERSION, or of the one that serves."""
    from services.registry.listing import card_of, find_version, version_text  # noqa: PLC0415

    found, status = find_version(folder, version)
    _show(card_of(found, status), lambda _: version_text(found, status), as_json=as_json)


@models.command()
@click.option(
    "--kind",
    type=click.Choice(kinds_of(RACE_OUTCOME)),
    default=DEFAULT_KIND,
    show_default=True,
    help="What to train: see docs/ml-layer.md.",
)
@click.option("--until", type=click.IntRange(1950, 2100), help="Last season to learn from.")
@click.option(
    "--major",
    "is_major",
    is_flag=True,
    help="Raise the first number of the version; another kind or other features do so anyway.",
)
@_learning_options
@_as_json
def train(*, as_json: bool, **options: Any) -> None:  # noqa: ANN401 - TrainOptions takes them
    """Train a model on past seasons, and register it as a candidate.

    Killed and called again, it goes on where it was.
    """
    from services.training.groundwork import TrainOptions  # noqa: PLC0415
    from services.training.train import train as train_model  # noqa: PLC0415

    made = train_model(TrainOptions(**options), read_settings())
    _show(asdict(made), _trained_lines, as_json=as_json)


@models.command()
@click.option(
    "--seasons",
    default="2022:2025",
    show_default=True,
    callback=lambda _context, _option, text: parse_seasons(text),
    help="Years, as 2022, 2022:2025 or 2019,2021:2023; from 2017 on.",
)
@click.option(
    "--kinds",
    default=",".join(kinds_of(RACE_OUTCOME)),
    show_default=True,
    callback=lambda _context, _option, text: tuple(dict.fromkeys(text.split(","))),
    help="What to train, with a comma between.",
)
@_learning_options
@click.option(
    "--json", "json_path", type=GivenPath(path_type=Path, dir_okay=False), help="All figures, here."
)
def evaluate(
    *,
    seasons: tuple[int, ...],
    kinds: tuple[str, ...],
    json_path: Path | None,
    **options: Any,  # noqa: ANN401 - TrainOptions takes them
) -> None:
    """Score every kind of model on seasons it has not seen, beside the published forecast."""
    from services.training.evaluate import evaluate as evaluate_models  # noqa: PLC0415
    from services.training.evaluate_text import evaluation_json, evaluation_text  # noqa: PLC0415
    from services.training.groundwork import TrainOptions  # noqa: PLC0415

    targets = targets_of(json_path, EVALUATION, "--json")
    check_targets(targets)
    found = evaluate_models(TrainOptions(**options), seasons, kinds, read_settings())
    for target in targets:
        write_target(target, evaluation_json(found))
    click.echo(evaluation_text(found), nl=False)
    for note in found.notes:
        click.echo(plain(f"note: {note}"), err=True)


@models.command()
@click.argument("first")
@click.argument("second")
@_measuring_options
@_as_json
def compare(*, first: str, second: str, as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """Show how version SECOND differs from FIRST on the races that both had not seen.

    Both are measured now, beside one published forecast; what a training has left is used again.
    """
    from services.training.compare import compare as compare_versions  # noqa: PLC0415
    from services.training.compare_text import comparison_json, comparison_text  # noqa: PLC0415
    from services.training.groundwork import TrainOptions  # noqa: PLC0415

    found = compare_versions(TrainOptions(**options), read_settings(), first, second)
    _show(comparison_json(found), lambda _: comparison_text(found), as_json=as_json)


@models.command()
@click.argument("version")
@click.option("--force", is_flag=True, help="Promote without evidence that it is better.")
@_measuring_options
def promote(*, version: str, force: bool, **options: Any) -> None:  # noqa: ANN401
    """Have VERSION serve, if it has shown that it is better.

    It is measured now as what serves is, beside one published forecast; what a training has left
    is used again.
    """
    from services.training.compare import promote_by_force, promote_if_better  # noqa: PLC0415
    from services.training.groundwork import TrainOptions  # noqa: PLC0415

    asked, limits = TrainOptions(**options), read_settings()
    if force:
        before, fault = promote_by_force(asked, limits, version)
        told = ["  because of --force", *([f"note: {fault}"] if fault else [])]
    else:
        before, found = promote_if_better(asked, limits, version)
        told = [f"  {found.verdict.reason}", *(f"note: {note}" for note in found.notes)]
    click.echo(plain(f"{version} serves" + (f" instead of {before}" if before else "")))
    click.echo("\n".join(map(plain, told)))


@models.command()
@folder_option
def rollback(*, folder: Path) -> None:
    """Have the version before serve again."""
    from services.registry.changes import rollback as roll_back  # noqa: PLC0415

    before, now = roll_back(folder, read_settings().models)
    click.echo(plain(f"{now} serves again instead of {before}"))


@models.command()
@folder_option
@_as_json
def verify(*, folder: Path, as_json: bool) -> int:
    """Read all of it and check every digest; exit 1 if anything is wrong."""
    from services.registry.listing import verified  # noqa: PLC0415

    found = verified(folder)
    content = {
        "versions": found.n_versions,
        "backups": found.n_backups,
        "faults": list(found.faults),
    }

    def lines(_: Any) -> list[str]:  # noqa: ANN401 - the same, as values
        told = f"{found.n_versions} versions and {found.n_backups} backups read: "
        return [*found.faults, told + (f"{len(found.faults)} wrong" if found.faults else "whole")]

    _show(content, lines, as_json=as_json)
    return 1 if found.faults else 0


@models.command()
@folder_option
def backup(*, folder: Path) -> None:
    """Back up the registry and every version; prune old backups."""
    from services.registry.backup import back_up, digest_of  # noqa: PLC0415

    path, is_new = back_up(folder, read_settings().models, datetime.now(UTC).date())
    told = "written" if is_new else "nothing has changed since"
    click.echo(plain(f"{told}: {path} (sha256 {digest_of(path)})"))


@models.command()
@click.argument("day", required=False)
@folder_option
def restore(*, day: str | None, folder: Path) -> None:
    """Put back what the last backup holds, or that of DAY, a date or a file."""
    from services.registry.backup import find_backup  # noqa: PLC0415
    from services.registry.backup import restore as put_back  # noqa: PLC0415

    path = find_backup(folder, day)
    _, notes = put_back(folder, path)
    for line in (*notes, f"restored: {path}"):
        click.echo(plain(line))


def _trained_lines(made: dict[str, Any]) -> list[str]:
    return [
        f"{made['kind']} {made['version']} is a candidate: races to {made['trained_until']}, "
        f"{made['model_seconds']:.0f} s of training, {made['seconds']:.0f} s in all",
        f"  next: python -m services models promote {made['version']}",
        *(f"note: {note}" for note in made["notes"]),
    ]


def _show(
    content: dict[str, Any], lines: Callable[[dict[str, Any]], list[str]], *, as_json: bool
) -> None:
    if as_json:
        option = orjson.OPT_INDENT_2
        click.echo(orjson.dumps(content, option=option).decode())
    else:
        click.echo("\n".join(map(plain, lines(content))))
