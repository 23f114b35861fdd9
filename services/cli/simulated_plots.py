"""A simulated event as PNG: gaps to the leader lap by lap, and where everybody finishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from services.backtesting.plots import png

__all__ = ["gap_diagram", "place_diagram", "simulated_diagrams"]

Value = Mapping[str, Any]

_TOLD, _BAND, _CORE, _LINE = "#D55E00", "#D6E4EE", "#9CC3DC", "#555555"
_FLAG = {"vsc": "#F7E7A0", "safety_car": "#EFC94C", "red": "#E07A5F"}
_FLAG_NAME = {"vsc": "VSC", "safety_car": "safety car", "red": "red flag"}
_HEAT = "Blues"
_COLOURS = 256
_SHOWN_FROM = 0.005  # probabilities that round to one per cent or more have their number
_DARK = 0.55  # of the colour range; from here on numbers are white


def simulated_diagrams(value: Value) -> dict[str, bytes]:
    """Draw both diagrams of what ``simulate --json`` writes: file name -> PNG.

    Raises
    ------
    F1Error
        If matplotlib is not installed, see `services.backtesting.plots.require_matplotlib`.
    """
    event = value["event"]["event_id"]
    return {f"{event}-gaps.png": gap_diagram(value), f"{event}-places.png": place_diagram(value)}


def gap_diagram(value: Value) -> bytes:
    """Draw gaps to the leader of the told race's front, upon bands of many races."""
    bands, race, told = value["gap_bands"], value["race"], value["told"]
    shown = bands["drivers"]

    def draw(figure: Any) -> None:  # noqa: ANN401 - only plots.py knows matplotlib
        figure.subplots_adjust(top=0.875, bottom=0.08, hspace=0.22)
        panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
        for axes, one in zip(panels, shown, strict=True):
            _bands(axes, one["gap_s"], bands["quantiles"])
            _flags(axes, race["laps"])
            laps, gaps = _own_gaps(race["laps"], one["driver"])
            axes.plot(laps, gaps, color=_TOLD, linewidth=1.6, label=f"race {told['sim']}")
            axes.set(xlim=(1, race["n_laps"]), ylim=(_deepest(one["gap_s"], gaps), 0))
            axes.set_title(one["driver"], loc="left", pad=3)
            axes.set_ylabel("s to leader")
        panels[-1].set_xlabel("lap")
        _legend(figure, panels)
        figure.suptitle(_title(value, "gaps to the leader"), y=0.97)
        figure.text(
            0.5, 0.015,
            f"Bands: {bands['n_races']} simulated races ({told['scenario'].replace('_', ' ')}), "
            "each car for as long as it runs.",
            ha="center", fontsize=8, color=_LINE,
        )  # fmt: skip

    return png(draw, (8.0, 1.9 + 1.7 * len(shown)), _COLOURS)


def place_diagram(value: Value) -> bytes:
    """Draw how likely every driver finishes in every place; the told race's places are framed."""
    rows = sorted(value["distribution"], key=lambda row: row["expected_position"])
    told = {row["driver"]: row["position"] for row in value["race"]["result"]}
    n_cars = len(rows)

    def draw(figure: Any) -> None:  # noqa: ANN401
        figure.subplots_adjust(left=0.08, right=0.98, top=0.91, bottom=0.1)
        axes = figure.add_subplot()
        p = [row["p_position"] for row in rows]
        most = max(map(max, p))
        # The square root shows what is unlikely, too.
        shade = [[cell**0.5 for cell in line] for line in p]
        axes.imshow(shade, cmap=_HEAT, vmin=0.0, vmax=1.15 * most**0.5, aspect="auto")
        for y, row in enumerate(rows):
            for x, cell in enumerate(row["p_position"]):
                if cell >= _SHOWN_FROM:
                    colour = "white" if (cell / most) ** 0.5 > _DARK else "black"
                    axes.text(
                        x, y, f"{100 * cell:.0f}", ha="center", va="center", fontsize=7,
                        color=colour,
                    )  # fmt: skip
            x = told[row["driver"]] - 1
            axes.plot(
                [x - 0.45, x + 0.45, x + 0.45, x - 0.45, x - 0.45],
                [y - 0.42, y - 0.42, y + 0.42, y + 0.42, y - 0.42], color=_TOLD, linewidth=1.3,
            )  # fmt: skip
        axes.set_xticks(range(n_cars), [str(place + 1) for place in range(n_cars)])
        axes.set_yticks(range(n_cars), [row["driver"] for row in rows])
        axes.tick_params(length=0)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.set_xlabel("finishing place; the retired count behind the classified")
        figure.suptitle(_title(value, "finishing places, %"), y=0.97)
        n_races = value["settings"]["num_simulations"] * len(value["settings"]["scenarios"])
        figure.text(
            0.5, 0.015, f"{n_races:,} simulated races; framed: race {value['told']['sim']}.",
            ha="center", fontsize=8, color=_LINE,
        )  # fmt: skip

    return png(draw, (8.0, 1.4 + 0.3 * n_cars), _COLOURS)


def _title(value: Value, what: str) -> str:
    return f"{value['event']['season']} {value['event']['name']}: {what}"


def _flags(axes: Any, laps: Sequence[Value]) -> None:  # noqa: ANN401
    for flag, several in groupby(laps, key=lambda lap: lap["flag"]):
        numbers = [lap["lap"] for lap in several]
        if flag in _FLAG:
            axes.axvspan(
                numbers[0] - 0.5, numbers[-1] + 0.5, color=_FLAG[flag], linewidth=0, alpha=0.6,
                label=_FLAG_NAME[flag],
            )  # fmt: skip


def _bands(axes: Any, quantiles: Sequence[Sequence[float | None]], levels: Sequence[float]) -> None:  # noqa: ANN401
    known = [(lap, row) for lap, row in enumerate(quantiles, start=1) if row[0] is not None]
    laps = [lap for lap, _ in known]
    for low, high, colour in ((0, -1, _BAND), (1, -2, _CORE)):
        axes.fill_between(
            laps, [row[low] for _, row in known], [row[high] for _, row in known], color=colour,
            linewidth=0, label=f"{100 * (levels[high] - levels[low]):.0f} % of races",
        )  # fmt: skip
    middle = len(levels) // 2
    axes.plot(
        laps, [row[middle] for _, row in known], color=_LINE, linewidth=0.9,
        linestyle=(0, (4, 3)), label="median",
    )  # fmt: skip


def _own_gaps(laps: Sequence[Value], driver: str) -> tuple[list[int], list[float]]:
    own = [
        (lap["lap"], car["gap_s"]) for lap in laps for car in lap["cars"] if car["driver"] == driver
    ]
    return [lap for lap, _ in own], [gap for _, gap in own]


def _deepest(quantiles: Sequence[Sequence[float | None]], gaps: Sequence[float]) -> float:
    """Give where a panel ends: the told race is seen whole, the widest band need not be."""
    high = sorted(row[-2] for row in quantiles if row[-2] is not None)
    return 1.1 * max([1.0, *gaps, *high[-1:]])


def _legend(figure: Any, panels: Sequence[Any]) -> None:  # noqa: ANN401
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    figure.legend(
        list(found.values()), list(found), loc="upper center", ncols=len(found), frameon=False,
        bbox_to_anchor=(0.5, 0.955),
    )  # fmt: skip
