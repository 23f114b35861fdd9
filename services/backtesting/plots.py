"""Reliability diagrams as PNG: how often things happened beside how likely they were said to be.

The one place that imports matplotlib. The same figures give the same bytes: no clock, no
settings of the user, no names of machines.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from predictor.errors import PackageMissing
from services.disk.own_kinds import WORDS_IN_PLOTS
from services.disk.program import how_to_install

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["png", "race_diagram", "require_matplotlib", "title_diagram"]

Bins = Sequence[Mapping[str, Any]]

_SHARE = 0.9  # of what a band holds
# From the palette of Okabe and Ito, told apart by all kinds of colour vision; and by shape.
_SEEN, _BAND, _LINE = "#0072B2", "#C8C8C8", "#555555"
_DPI = 100
_COLOURS = 64  # with the shades at the edges of lines and letters
_PANELS = (("win", "win"), ("podium", "podium"), ("points", "points"), ("dnf", "retirement"))
_HORIZON = {
    "a": "before the weekend (a)",
    "b": "after practice (b)",
    "c": "with the grid known (c)",
}
_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
}


def require_matplotlib() -> None:
    """Make sure before any work that diagrams can be drawn.

    Raises
    ------
    PackageMissing
        If matplotlib is not installed.
    """
    try:
        import matplotlib  # noqa: F401, PLC0415 - large, and wanted by few
    except ImportError as error:
        raise PackageMissing(
            "diagrams need the package matplotlib",
            where="plots",
            got=str(error),
            do=how_to_install("plots"),
        ) from error


def race_diagram(horizon: str, bins: Mapping[str, Bins], n_races: int, seasons: str) -> bytes:
    """Draw win, podium, points and retirement of one horizon.

    Parameters
    ----------
    horizon : str
    bins : mapping of outcome to bins
        As `predictor.evaluate.summary` gives them.
    n_races : int
    seasons : str
        As a reader should see them.
    """

    def draw(figure: Figure) -> None:
        grid = figure.add_gridspec(5, 2, height_ratios=(5, 1, 1.5, 5, 1), hspace=0.12)
        for number, (name, title) in enumerate(_PANELS):
            row, column = 3 * (number // 2), number % 2
            above = figure.add_subplot(grid[row, column])
            below = figure.add_subplot(grid[row + 1, column], sharex=above)
            _diagram(above, bins[name], title)
            _counts(below, bins[name])
        _first_legend(figure)
        figure.suptitle(
            f"Forecasts {_HORIZON.get(horizon, horizon)}: {n_races} races of {seasons}", y=0.965
        )
        _footer(figure, "if the forecasts were true and independent of each other")

    return png(draw, (8.0, 9.0))


def title_diagram(titles: Mapping[str, Mapping[str, Any]], seasons: str) -> bytes:
    """Draw both championships, a column per bin of title odds.

    The band counts each contender of a season once: his rounds in a bin share one outcome.

    Parameters
    ----------
    titles : mapping of championship to summary
        As `predictor.evaluate.title_scores` gives them.
    seasons : str
    """

    def draw(figure: Figure) -> None:
        for number, (name, summary) in enumerate(titles.items(), start=1):
            axes = figure.add_subplot(len(titles), 1, number)
            _columns(axes, summary["bins"], f"{name.capitalize()}' title")
        _first_legend(figure)
        figure.suptitle(f"Title odds after every round but the last of {seasons}", y=0.965)
        _footer(figure, "if the odds were true and every contender's season were one forecast")

    return png(draw, (8.0, 1.6 + 3.2 * len(titles)))


def png(
    draw: Callable[[Figure], None], size: tuple[float, float], colours: int = _COLOURS
) -> bytes:
    """Draw a figure of some inches in the house's style, the same bytes every time."""
    import matplotlib as mpl  # noqa: PLC0415 - large, and wanted by few
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415 - comes with matplotlib
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

    buffer = io.BytesIO()
    with mpl.rc_context():
        mpl.rcdefaults()  # whatever the user's own style is
        mpl.rcParams.update(_STYLE)
        figure = Figure(figsize=size, dpi=_DPI)
        figure.subplots_adjust(left=0.09, right=0.97, top=0.88, bottom=0.12, hspace=0.6)
        draw(figure)
        FigureCanvasAgg(figure).print_png(buffer)
    # Few colours are used; without all the others a file has a third of the size.
    few = Image.open(buffer).convert("RGB").quantize(colours, dither=Image.Dither.NONE)
    small = io.BytesIO()
    # So that the product knows the file again, and replaces no picture of anybody's.
    words = PngInfo()
    words.add_text("Software", WORDS_IN_PLOTS)
    few.save(small, format="png", optimize=True, pnginfo=words)
    return small.getvalue()


def _diagram(axes: Axes, bins: Bins, title: str) -> None:
    axes.plot([0, 1], [0, 1], color=_LINE, linewidth=0.8, linestyle=(0, (4, 3)), label="true odds")
    filled = [one for one in bins if one["count"]]
    p = [one["mean_forecast"] for one in filled]
    _bands(axes, p, filled, "count", width=0.035)
    axes.plot(p, [one["frequency"] for one in filled], "o", color=_SEEN, ms=5, label="happened")
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.04, 1.04), title=title)
    axes.tick_params(labelbottom=False)
    axes.set_ylabel("share that happened")


def _counts(axes: Axes, bins: Bins) -> None:
    middle = [(one["lower"] + one["upper"]) / 2.0 for one in bins]
    axes.bar(middle, [one["count"] for one in bins], width=0.085, color=_BAND)
    axes.set_yscale("log")
    most = max(one["count"] for one in bins)
    axes.set_ylim(0.8, 12.0 * most)
    for x, one in zip(middle, bins, strict=True):
        if one["count"]:
            axes.annotate(
                f"{one['count']}", (x, one["count"]), (0, 1.5), textcoords="offset points",
                ha="center", va="bottom", fontsize=7, color=_LINE,
            )  # fmt: skip
    axes.set_yticks([])
    axes.minorticks_off()
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("probability forecast, and number of forecasts")


def _columns(axes: Axes, bins: Bins, title: str) -> None:
    filled = [one for one in bins if one["count"]]
    place = list(range(len(filled)))
    _bands(axes, place, filled, "contenders", width=0.5)
    p = [one["mean_forecast"] for one in filled]
    axes.plot(place, p, "_", color=_LINE, ms=22, mew=1.2, label="mean forecast")
    axes.plot(place, [one["frequency"] for one in filled], "o", color=_SEEN, ms=6,
              label="became champion")  # fmt: skip
    axes.set_xticks(
        place,
        [
            f"{100 * one['lower']:g} to {100 * one['upper']:g} %\n"
            f"{one['count']} ({one['contenders']})"
            for one in filled
        ],
    )
    axes.set(xlim=(-0.6, len(filled) - 0.4), ylim=(-0.04, 1.04), title=title)
    axes.set_ylabel("share of forecasts")
    axes.set_xlabel("title odds; forecasts, and in brackets different contenders of a season")


def _bands(axes: Axes, at: Sequence[float], bins: Bins, independent: str, *, width: float) -> None:
    """Draw where bins would lie; ``independent`` names the field with the number to count."""
    from predictor.evaluate.calibration import consistency_band  # noqa: PLC0415 - with NumPy

    bands = [consistency_band(one[independent], one["mean_forecast"], _SHARE) for one in bins]
    axes.bar(
        at, [high - low for low, high in bands], bottom=[low for low, _ in bands], width=width,
        color=_BAND, edgecolor=_BAND, linewidth=1.0, label=f"{100 * _SHARE:.0f} % band",
    )  # fmt: skip


def _first_legend(figure: Figure) -> None:
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="upper center", ncols=3, frameon=False, bbox_to_anchor=(0.5, 0.955)
    )


def _footer(figure: Figure, condition: str) -> None:
    text = f"Band: at least {100 * _SHARE:.0f} % of bins would lie in it {condition}."
    figure.text(0.5, 0.02, text, ha="center", fontsize=8, color=_LINE)
