"""Pictures of forecasts and scores, made by Altair: plain charts that a reader may go on with.

The one place that imports Altair. A notebook shows them as SVG, drawn on this machine: Altair's
own way would load scripts from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.notebook.frames import Tabular, needing

if TYPE_CHECKING:
    import altair as alt

    from services.notebook.difference import Difference
    from services.notebook.forecast import Forecast
    from services.notebook.scores import Backtested, Calibration, Scores
    from services.notebook.titles import Titles

__all__ = [
    "BacktestPlots",
    "CalibrationPlots",
    "DifferencePlots",
    "ForecastPlots",
    "ScorePlots",
    "TitlePlots",
]

# Violet is a forecast, ink a fact, grey somebody else's forecast; as on the page.
_FORECAST, _PALE, _PALEST, _INK, _GREY = "#6a35b5", "#9f7bd8", "#e5dcf5", "#1a1b1f", "#8b8983"
_WIDTH, _ROW = 480, 20  # px
_ODDS_TITLE = "win (dark), podium (mid), points (line)"


@dataclass(frozen=True, slots=True)
class ForecastPlots:
    """Pictures of one race's forecast."""

    forecast: Forecast

    def odds(self) -> alt.LayerChart:
        """Draw win, podium and points of every driver as bars within each other."""
        altair = _altair()
        rows = _rows(self.forecast)
        base = altair.Chart(_data(altair, rows)).encode(y=_names(altair, rows))
        bars = [
            base.mark_bar(height=height, color=colour).encode(
                x=altair.X(f"{name}:Q", axis=altair.Axis(format="%", title=_ODDS_TITLE))
            )
            for name, height, colour in (
                ("p_points", 2, _GREY),
                ("p_podium", 10, _PALE),
                ("p_win", 14, _FORECAST),
            )
        ]
        return _titled(altair.layer(*bars), _title(self.forecast), len(rows))

    def places(self) -> alt.LayerChart:
        """Draw how likely every place is, driver by driver, and where each finished."""
        altair = _altair()
        rows, cells = _rows(self.forecast), _rows(self.forecast.places())
        base = altair.Chart(_data(altair, cells)).encode(
            x=altair.X("place:O", title="place", axis=altair.Axis(labelAngle=0)),
            y=_names(altair, rows),
        )
        heat = base.mark_rect().encode(
            color=altair.Color(
                "p:Q",
                scale=altair.Scale(type="sqrt", range=["#f4f2ec", "#3f1c70"]),
                legend=altair.Legend(title="chance", format="%"),
            )
        )
        ended = altair.Chart(_data(altair, [row for row in rows if row["position"] is not None]))
        outline = ended.mark_rect(filled=False, stroke=_INK, strokeWidth=2).encode(
            x=altair.X("position:O"), y=_names(altair, rows)
        )
        layers = [heat, outline] if self.forecast.result else [heat]
        return _titled(altair.layer(*layers), _title(self.forecast), len(rows))

    def ranges(self) -> alt.LayerChart:
        """Draw where each driver ends in 9 of 10 races that he finishes, and where he did end."""
        altair = _altair()
        rows = _rows(self.forecast)
        base = altair.Chart(_data(altair, rows)).encode(y=_names(altair, rows))
        line = base.mark_rule(color=_PALE, strokeWidth=4).encode(
            x=altair.X("low_90_if_finished:Q", title="place, if he finishes"),
            x2="high_90_if_finished",
        )
        mean = base.mark_tick(color=_FORECAST, thickness=3, size=14).encode(
            x="expected_position_if_finished:Q"
        )
        dot = base.mark_circle(color=_INK, size=60, opacity=1).encode(x="position:Q")
        layers = [line, mean, dot] if self.forecast.result else [line, mean]
        return _titled(altair.layer(*layers), _title(self.forecast), len(rows))


@dataclass(frozen=True, slots=True)
class TitlePlots:
    """Pictures of a championship."""

    titles: Titles

    def points(self, most: int = 10) -> alt.LayerChart:
        """Draw the points now, and those that 9 in 10 simulated seasons end with."""
        altair = _altair()
        rows = _rows(self.titles)[:most]
        base = altair.Chart(_data(altair, rows)).encode(y=_names(altair, rows, "name"))
        line = base.mark_rule(color=_PALE, strokeWidth=5).encode(
            x=altair.X("points_05:Q", title="points: now (dot), at the end (9 in 10, and average)"),
            x2="points_95",
        )
        mean = base.mark_tick(color=_FORECAST, thickness=3, size=14).encode(x="points_mean:Q")
        now = base.mark_circle(color=_INK, size=60, opacity=1).encode(x="points:Q")
        chart = altair.layer(line, mean, now)
        return _titled(chart, f"{self.titles.kind}' championship {self.titles.season}", len(rows))


@dataclass(frozen=True, slots=True)
class DifferencePlots:
    """Pictures of what is different."""

    difference: Difference

    def changes(self, number: str, most: int = 10) -> alt.LayerChart:
        """Draw one number before (ring) and after (dot), the largest changes first."""
        altair = _altair()
        rows = [
            {"name": one.name, "before": one.before, "after": one.after}
            for one in self.difference.of(number)[:most]
        ]
        form = "%" if number.startswith("p_") else ".1f"
        scale = altair.X("before:Q", title=number, axis=altair.Axis(format=form))
        base = altair.Chart(_data(altair, rows)).encode(y=_names(altair, rows, "name"))
        line = base.mark_rule(color=_PALE, strokeWidth=2).encode(x=scale, x2="after")
        ring = base.mark_point(color=_FORECAST, size=60, filled=False).encode(x=scale)
        dot = base.mark_circle(color=_FORECAST, size=60, opacity=1).encode(x="after:Q")
        return _titled(altair.layer(line, ring, dot), self.difference.about, len(rows))


@dataclass(frozen=True, slots=True)
class ScorePlots:
    """Pictures of scores race by race."""

    scores: Scores

    def winners(self) -> alt.LayerChart:
        """Draw what each winner had been given (dot), and the favourite (ring)."""
        altair = _altair()
        rows = _rows(self.scores)
        for row in rows:
            row["label"] = f"{row['event'].removesuffix(' Grand Prix')}: {row['winner']}"
        base = altair.Chart(_data(altair, rows)).encode(y=_names(altair, rows, "label"))
        title = "chance given to the winner (dot) and to the favourite (ring)"
        axis = altair.X("p_win_of_winner:Q", title=title, axis=altair.Axis(format="%"))
        dot = base.mark_circle(color=_FORECAST, size=60, opacity=1).encode(x=axis)
        ring = base.mark_point(color=_GREY, size=60, filled=False).encode(x="p_win_of_favourite:Q")
        return _titled(altair.layer(ring, dot), f"Winners of {self.scores.season}", len(rows))


@dataclass(frozen=True, slots=True)
class CalibrationPlots:
    """Pictures of a calibration."""

    calibration: Calibration

    def reliability(self) -> alt.LayerChart:
        """Draw how often it came beside how likely it was said to be.

        The bar is where 9 in 10 such shares would lie if the forecasts were true.
        """
        altair = _altair()
        rows = [row for row in _rows(self.calibration) if row["n"]]
        share = altair.Axis(format="%")
        scale = altair.Scale(domain=[0, 1])
        x = altair.X("mean_forecast:Q", title="chance given", axis=share, scale=scale)
        y = altair.Y("frequency:Q", title="share that came", axis=share, scale=scale)
        base = altair.Chart(_data(altair, rows)).encode(x=x)
        band = base.mark_rule(color=_PALE, strokeWidth=5).encode(
            y=altair.Y("low_90:Q", scale=scale), y2="high_90"
        )
        dots = base.mark_circle(color=_INK, opacity=1).encode(
            y=y, size=altair.Size("n:Q", title="forecasts", scale=altair.Scale(range=[30, 300]))
        )
        ends = _data(altair, [{"p": 0.0}, {"p": 1.0}])
        diagonal = altair.Chart(ends).mark_line(color=_GREY, strokeDash=[3, 3])
        chart = altair.layer(diagonal.encode(x="p:Q", y="p:Q"), band, dots)
        title = f"{self.calibration.outcome}: {self.calibration.about}"
        square: alt.LayerChart = chart.properties(width=320, height=320, title=title)
        return square


@dataclass(frozen=True, slots=True)
class BacktestPlots:
    """Pictures of a backtest."""

    backtest: Backtested

    def models(self, score: str = "winner_log_loss") -> alt.FacetChart:
        """Draw one score of every model at every horizon, with two standard errors each way."""
        from services.backtesting.text import MODELS  # noqa: PLC0415 - with all of a backtest

        altair = _altair()
        rows = [row for row in _rows(self.backtest) if row["score"] == score]
        for row in rows:
            error = 2.0 * (row["se"] or 0.0)
            row |= {"low": row["mean"] - error, "high": row["mean"] + error}
            row["ours"] = row["model"] == "product"
            row["model"] = MODELS.get(row["model"], row["model"])
        base = altair.Chart().encode(
            y=altair.Y("model:N", title=None, sort=None),
            color=altair.Color(
                "ours:N",
                scale=altair.Scale(domain=[True, False], range=[_FORECAST, _GREY]),
                legend=None,
            ),
        )
        line = base.mark_rule(strokeWidth=3).encode(x=altair.X("low:Q", title=score), x2="high")
        dot = base.mark_circle(size=80, opacity=1).encode(x="mean:Q")
        chart: alt.FacetChart = (
            altair.layer(line, dot, data=_data(altair, rows))
            .properties(width=_WIDTH)
            .facet(row="horizon:N")
        )
        return chart


def _altair() -> Any:  # noqa: ANN401 - a module
    """Return Altair, set to draw on this machine unless the reader has chosen otherwise."""
    with needing("altair", "pictures"):
        import altair  # noqa: PLC0415 - large, and not every reader wants it
    if altair.renderers.active == "default":
        with needing("vl-convert-python", "pictures"):
            import vl_convert  # noqa: F401, PLC0415 - what draws them
        altair.renderers.enable("svg")
    return altair


def _rows(table: Tabular) -> list[dict[str, Any]]:
    """Return a table as a list of rows, as a chart's data has it."""
    columns = table.columns()
    names = [one.name for one in columns]
    kinds = [one.kind for one in columns]
    return [
        {
            name: value.isoformat() if kind == "instant" and value is not None else value
            for name, kind, value in zip(names, kinds, values, strict=True)
        }
        for values in zip(*(one.values for one in columns), strict=True)
    ]


def _data(altair: Any, rows: Sequence[dict[str, Any]]) -> Any:  # noqa: ANN401 - Altair's own types
    return altair.Data(values=list(rows))


def _names(altair: Any, rows: Sequence[dict[str, Any]], column: str = "name") -> Any:  # noqa: ANN401
    """Return the axis of names, in the order of the rows."""
    return altair.Y(f"{column}:N", title=None, sort=[row[column] for row in rows])


def _titled(chart: Any, title: str, n_rows: int) -> alt.LayerChart:  # noqa: ANN401
    """Return a chart with its title, as high as its rows need."""
    height = _ROW * max(1, n_rows)
    titled: alt.LayerChart = chart.properties(width=_WIDTH, height=height, title=title)
    return titled


def _title(forecast: Forecast) -> str:
    name = f"{forecast.event} {forecast.season}"
    return f"{name}, sprint" if forecast.session == "sprint" else name
