"""Pictures of a told race: gaps, places, who led, chances as it goes, and beside many others."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from services.web.derived import figures
from services.web.drawing.fan import fan, fan_key
from services.web.drawing.lead_bar import LeadSpan, lead_bar
from services.web.drawing.line_picture import Line, Shade, line_picture
from services.web.drawing.scale import Scale, Tick, steps_to
from services.web.pages.race_shown import ByLap, RaceShown, gap_words

__all__ = ["RacePictures"]

_NAMED = 5  # cars with a colour and a label in a picture
_FANS = 4
_MOST_CUT_S, _LEAST_CUT_S = 80.0, 10.0


class RacePictures:
    """Draws one told race.

    Parameters
    ----------
    shown : RaceShown
    """

    def __init__(self, shown: RaceShown) -> None:
        self._shown = shown
        self._race = shown.race

    @property
    def cut_s(self) -> float:
        """Gap at the lower edge of the pictures of gaps, s."""
        first = self._shown.order[:_NAMED]
        gaps = [gap for code in first for _, gap in self._shown.gaps[code]]
        top = min(_MOST_CUT_S, max((*gaps, _LEAST_CUT_S)))
        return steps_to(top)[-1]

    def gaps(self) -> Markup:
        """Draw the gaps to the leader."""
        steps = steps_to(self.cut_s)
        ticks = [Tick(one, f"{one:g}") for one in steps[:-1]] + [
            Tick(steps[-1], f"{steps[-1]:g} s")
        ]
        return line_picture(
            self._lines(self._shown.gaps, self._gap_label),
            Scale(1, max(2, self._race.n_laps)),
            Scale(steps[-1], 0.0),
            across_ticks=self._lap_ticks(1),
            up_ticks=ticks,
            height=260.0,
            shades=self._shade_marks(),
            label="Gaps to the leader lap by lap; the table of laps below has every number",
        )

    def places(self) -> Markup:
        """Draw the place of every car after every lap."""
        n = max(2, len(self._race.grid))
        ticks = [Tick(float(one), str(one)) for one in sorted({1, 5, 10, 15, 20, n}) if one <= n]
        ticks = [one for one in ticks if one.value == n or n - one.value >= 2]
        return line_picture(
            self._lines(self._shown.places, self._place_label),
            Scale(0, max(1, self._race.n_laps)),
            Scale(float(n), 1.0),
            across_ticks=self._lap_ticks(0),
            up_ticks=ticks,
            height=260.0,
            shades=self._shade_marks(is_named=False),
            label="Place of every car lap by lap; the table of laps below has every number",
        )

    def odds(self) -> dict[str, Any] | None:
        """Draw the chances to win lap by lap, knowing only who leads; None where not published."""
        found = self._shown.told.leader_odds
        if not found or not found.laps:
            return None
        most = [max(lap.p_win[place] for lap in found.laps) for place in range(len(found.drivers))]
        named = sorted(range(len(most)), key=lambda place: -most[place])[:_NAMED]
        lines = [
            Line(
                tuple((float(lap.lap), lap.p_win[place]) for lap in found.laps),
                label=found.drivers[place],
                class_=self._shown.car(found.drivers[place]).class_,
                is_dashed=self._shown.car(found.drivers[place]).is_second,
            )
            for place in named
        ]
        picture = line_picture(
            lines,
            Scale(1, max(2, self._race.n_laps)),
            Scale(0.0, 1.0),
            across_ticks=self._lap_ticks(1),
            up_ticks=[Tick(0.0, "0"), Tick(0.5, "50"), Tick(1.0, "100 %")],
            height=200.0,
            shades=self._shade_marks(is_named=False),
            label="Chance to win lap by lap; the table below has every number",
        )
        return {
            "picture": picture,
            "n": figures.number(found.n_races),
            "fewest": figures.number(min(lap.n_races for lap in found.laps)),
            "heads": [found.drivers[place] for place in named],
            "rows": [
                (lap.lap, lap.leader, [figures.share(lap.p_win[one], 1.0) for one in named],
                 figures.number(lap.n_races))
                for lap in found.laps
            ],
        }  # fmt: skip

    def fans(self) -> dict[str, Any] | None:
        """Draw the gaps of the first cars before those of many races; None where not published."""
        bands = self._shown.told.gap_bands
        if bands is None or len(bands.quantiles) != 5:
            return None
        cut = self.cut_s
        tiles = []
        for one in bands.drivers[:_FANS]:
            car, gaps = self._shown.car(one.driver), dict(self._shown.gaps[one.driver])
            own = [gaps.get(lap) for lap in range(1, self._race.n_laps + 1)]
            words = f"Gap of {car.name} in this race and in {bands.n_races} others"
            head = self._shown.swatch(one.driver) + figures.surname(car.name)
            tiles.append((head, fan(one.gap_s, own, cut=cut, label=words)))
        n = figures.number(bands.n_races)
        return {"n": n, "cut": f"{cut:g}", "key": fan_key(n), "tiles": tiles}

    def lead_bar(self) -> Markup:
        """Draw who led, under the picture of gaps."""
        spans = []
        for who, first, last in self._shown.led:
            car = self._shown.car(who)
            spans.append(LeadSpan(who, car.class_, car.is_second, first, last))
        return lead_bar(spans, self._race.n_laps)

    def _lines(self, values: ByLap, label: Any) -> list[Line]:  # noqa: ANN401
        lines = []
        for place, code in enumerate(self._shown.order):
            points = tuple((float(lap), value) for lap, value in values[code])
            car = self._shown.car(code)
            if place < _NAMED:
                lines.append(Line(points, label(place), car.class_, is_dashed=car.is_second))
            else:
                lines.append(Line(points))
        return lines

    def _gap_label(self, place: int) -> str:
        one = self._race.result[place]
        if one.status == "retired":
            return f"{one.driver} out"
        return f"{one.driver} won" if place == 0 else f"{one.driver} {gap_words(one)}"

    def _place_label(self, place: int) -> str:
        return f"{place + 1} {self._shown.order[place]}"

    def _shade_marks(self, *, is_named: bool = True) -> list[Shade]:
        return [
            Shade(max(0.0, first - 1.0), float(last), what if is_named and place == 0 else "")
            for place, (first, last, what) in enumerate(self._shown.flags)
        ]

    def _lap_ticks(self, first: int) -> list[Tick]:
        n = self._race.n_laps
        step = 20 if n > 45 else 10 if n > 20 else 5
        start = Tick(float(first), "lap 1" if first else "grid")
        middle = [Tick(float(lap), str(lap)) for lap in range(step, n - step // 3, step)]
        return [start, *middle, Tick(float(n), str(n))]
