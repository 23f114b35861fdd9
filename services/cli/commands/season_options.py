"""The options of the commands that forecast past seasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from predictor.errors import UsageError
from predictor.vocabulary import Horizon
from services.cli.options import PAST_SEASONS, adding, backend_option
from services.cli.season_list import parse_seasons
from services.cli.usage import GivenPath
from services.settings.limits import read_settings
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from services.training.past_layers import PastLayers

__all__ = ["horizons_option", "layers_asked", "with_season_options"]


_HOW = (
    click.option(
        "--seed",
        type=click.IntRange(0, 2**63 - 1),
        default=1,
        show_default=True,
        help="As of forecast.",
    ),
    click.option(
        "--use-ml-layer",
        is_flag=True,
        help="Let a learned model tilt forecasts, as of forecast; for seasons that the one "
        "that serves has seen, models are trained on the seasons before.",
    ),
    click.option(
        "--models",
        type=GivenPath(path_type=Path, file_okay=False),
        default=Path("predictions") / "models",
        show_default=True,
        help="Folder of the models, where trainings are kept too.",
    ),
    backend_option,
    click.option(
        "--jobs",
        type=click.IntRange(1, 1024),
        help="Processes, one per season.  [default: one per processor]",
    ),
)
_FIGURES = click.option(
    "--json",
    "json_path",
    type=GivenPath(path_type=Path, dir_okay=False),
    help="All figures, here.",
)


def _read_horizons(
    _context: click.Context, _option: click.Parameter, text: str
) -> tuple[Horizon, ...]:
    words = {word.strip().lower() for word in text.split(",")}
    unknown = sorted(words - set(Horizon))
    if unknown:
        raise UsageError(
            "no such horizon",
            where="--horizons",
            got=repr(unknown[0]),
            expected="any of a,b,c",
            do="name some of them with a comma between",
        )
    return tuple(horizon for horizon in Horizon if horizon in words)


horizons_option = click.option(
    "--horizons",
    default=",".join(Horizon),
    show_default=True,
    callback=_read_horizons,
    help="Any of a,b,c.",
)


def with_season_options(
    *, seasons: str, n_simulations: int, has_figures: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a decorator that adds them, with a command's own defaults.

    The function is called with ``data``, ``history``, ``seasons``, ``n_simulations``, ``seed``,
    ``backend``, ``jobs``, ``use_ml_layer`` and ``models``, and where there are figures with
    ``json_path``.
    """
    return adding(
        *PAST_SEASONS,
        click.option(
            "--seasons",
            default=seasons,
            show_default=True,
            callback=lambda _context, _option, text: parse_seasons(text),
            help="Years, as 2022, 2022:2025 or 2019,2021:2023.",
        ),
        click.option(
            "--num-simulations",
            "n_simulations",
            type=click.IntRange(1, 1_000_000),
            default=n_simulations,
            show_default=True,
            help="Simulated races per event and scenario.",
        ),
        *_HOW,
        *((_FIGURES,) if has_figures else ()),
    )


def layers_asked(settings: RunRequest, seasons: Sequence[int], models: Path) -> PastLayers:
    """Return the learned layer of every season, trained where need be; of none if not asked for.

    Raises
    ------
    F1Error
        As `services.training.past_layers.past_layers`.
    """
    from services.training.groundwork import TrainOptions  # noqa: PLC0415
    from services.training.past_layers import PastLayers, past_layers  # noqa: PLC0415

    if not settings.use_ml_layer:
        return PastLayers({})
    options = TrainOptions(
        settings.train_data, models, history=settings.history, jobs=settings.jobs
    )
    return past_layers(options, seasons, read_settings())
