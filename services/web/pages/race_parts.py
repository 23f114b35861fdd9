"""Parts of the page of a told race: pictures and their tables, from one told race."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from markupsafe import Markup

from predictor.published.told_happenings import FlagOut
from predictor.published.told_types import CarOnLap, Finisher, Range, ToldRace
from services.web.derived import figures
from services.web.derived.cars import Cars
from services.web.drawing.fan import fan, fan_key
from services.web.drawing.lead_bar import LeadSpan, lead_bar
from services.web.drawing.line_picture import Line, Shade, line_picture
from services.web.drawing.people import Car, car_cell, swatch
from services.web.drawing.rows import range_row
from services.web.drawing.scale import Scale, Tick, steps_to
from services.web.drawing.stint_bar import LETTERS, StintSegment, stint_bar, tyre_key

__all__ = ["Parts"]

_NAMED = 5  # cars with a colour and a label in a picture
_FANS = 4
_MOST_CUT_S, _LEAST_CUT_S = 80.0, 10.0
_FLAGS = {"safety_car": "safety car", "vsc": "virtual safety car", "red": "red flag"}


class Row(NamedTuple):
    """A quantity of the race beside the same of all of its kind."""

    what: str
    told: str
    picture: Markup
    nine_in_ten: str


class Parts:
    """Makes the parts of one told race.

    Parameters
    ----------
    told : ToldRace
    cars : Cars
        Of its season, for colours.
    """

    def __init__(self, told: ToldRace, cars: Cars) -> None:
        self._told = told
        self._race = told.race
        event_id = told.event.event_id
        self._cars = {one.driver: cars.of(one.driver_id, event_id) for one in told.race.result}
        self._order = [one.driver for one in told.race.result]
        self._gaps: dict[str, list[tuple[int, float]]] = {one: [] for one in self._order}
        self._places: dict[str, list[tuple[int, float]]] = {
            one: [(0, float(place))] for place, one in enumerate(told.race.grid, start=1)
        }
        for lap in told.race.laps:
            for car in lap.cars:
                self._gaps.setdefault(car.driver, []).append((lap.lap, car.gap_s))
                self._places.setdefault(car.driver, []).append((lap.lap, float(car.position)))
        self._shades = [
            (one.lap, one.last_lap, _FLAGS[one.flag])
            for one in told.race.happenings
            if isinstance(one, FlagOut) and one.flag in _FLAGS
        ]

    def car(self, code: str) -> Car:
        """Return the car of a driver by his code."""
        return self._cars.get(code) or Car(code, code, code, "")

    @property
    def shaded(self) -> str:
        """What is shaded, in words."""
        said = [f"{what} {_laps(first, last)}" for first, last, what in self._shades]
        return f"Shaded: {', '.join(said)}." if said else "No safety car comes out."

    @property
    def cut_s(self) -> float:
        """Gap at the lower edge of the pictures of gaps, s."""
        gaps = [gap for code in self._order[:_NAMED] for _, gap in self._gaps[code]]
        top = min(_MOST_CUT_S, max((*gaps, _LEAST_CUT_S)))
        return steps_to(top)[-1]

    def gaps(self) -> Markup:
        """Draw the gaps to the leader."""
        steps = steps_to(self.cut_s)
        ticks = [Tick(one, f"{one:g}") for one in steps[:-1]] + [
            Tick(steps[-1], f"{steps[-1]:g} s")
        ]
        return line_picture(
            self._lines(self._gaps, self._gap_label),
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
            self._lines(self._places, self._place_label),
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
        found = self._told.leader_odds
        if not found or not found.laps:
            return None
        most = [max(lap.p_win[place] for lap in found.laps) for place in range(len(found.drivers))]
        named = sorted(range(len(most)), key=lambda place: -most[place])[:_NAMED]
        lines = [
            Line(
                tuple((float(lap.lap), lap.p_win[place]) for lap in found.laps),
                label=found.drivers[place],
                class_=self.car(found.drivers[place]).class_,
                is_dashed=self.car(found.drivers[place]).is_second,
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

    def typical(self) -> list[Row]:
        """Return how the race lies among all of its kind."""
        one = self._told.typicality
        rows = (
            ("Places from expected", one.places_from_expected, 1),
            ("Passes", one.passes, 0),
            ("Stops a car", one.stops_per_car, 1),
            ("Retirements", one.retirements, 0),
            ("Safety cars", one.safety_cars, 0),
            ("Virtual safety cars", one.vscs, 0),
            ("Red flags", one.red_flags, 0),
            ("Laps behind either", one.neutralised_laps, 0),
            ("Winner’s margin, s", one.winning_margin_s, 1),
        )
        return [_range_row(*row) for row in rows if row[1].p05 is not None]

    def fans(self) -> dict[str, Any] | None:
        """Draw the gaps of the first cars before those of many races; None where not published."""
        bands = self._told.gap_bands
        if bands is None or len(bands.quantiles) != 5:
            return None
        cut = self.cut_s
        tiles = []
        for one in bands.drivers[:_FANS]:
            car, gaps = self.car(one.driver), dict(self._gaps.get(one.driver, []))
            own = [gaps.get(lap) for lap in range(1, self._race.n_laps + 1)]
            words = f"Gap of {car.name} in this race and in {bands.n_races} others"
            head = swatch(car.class_, is_second=car.is_second) + figures.surname(car.name)
            tiles.append((head, fan(one.gap_s, own, cut=cut, label=words)))
        n = figures.number(bands.n_races)
        return {"n": n, "cut": f"{cut:g}", "key": fan_key(n), "tiles": tiles}

    def tyres(self) -> dict[str, Any]:
        """Return a row a car: who, stints as a bar and in words, gap, grid and finish."""
        used = {stint.compound.value for one in self._race.result for stint in one.stints}
        return {
            "key": tyre_key(sorted(used)),
            "rows": [self._car(one) for one in self._race.result],
        }

    def _car(self, one: Finisher) -> dict[str, Any]:
        stints = [StintSegment(s.compound.value, s.first_lap, s.last_lap) for s in one.stints]
        bar = stint_bar(
            stints,
            self._race.n_laps,
            retired_on=one.retired_on_lap,
            shades=[(first, last) for first, last, _ in self._shades],
        )
        end = "ret." if one.status == "retired" else str(one.position)
        return {
            "who": car_cell(self.car(one.driver)),
            "bar": bar,
            "stints": _stint_words(one),
            "stops": len(one.stops),
            "gap": _gap_words(one),
            "penalty": f"{one.penalty_s:g} s" if one.penalty_s else figures.NOTHING,
            "grid": one.grid,
            "end": end,
        }

    def laps(self) -> dict[str, Any]:
        """Return the table of laps: who was in which place, how far behind, on which tyres.

        Who is lapped sees the flag before the last lap, and stands behind those who drive it.
        """
        n = max((len(lap.cars) for lap in self._race.laps), default=0)
        rows = []
        for lap in self._race.laps:
            cells = [self._cell(car) for car in lap.cars]
            seen = {car.driver for car in lap.cars}
            others = [one for one in self._race.result if one.driver not in seen]
            for one in others:
                if one.status != "retired":
                    mark = self._swatch(one.driver)
                    cells.append((mark, one.driver, _gap_words(one), "", False))
            n_out = sum(one.status == "retired" for one in others)
            out = f"{n_out} {'is' if n_out == 1 else 'are'} out." if n_out else ""
            rows.append((lap.lap, _FLAGS.get(lap.flag, ""), cells, n - len(cells), out))
        return {"n": n, "rows": rows}

    def _cell(self, car: CarOnLap) -> tuple[Markup, str, str, str, bool]:
        gap = f"+{car.gap_s:.1f}" if car.gap_s else "leads"
        tyres = f"{LETTERS[car.compound.value][0]}{car.tyre_age_laps}"
        return self._swatch(car.driver), car.driver, gap, tyres, car.stopped

    def _swatch(self, driver: str) -> Markup:
        car = self.car(driver)
        return swatch(car.class_, is_second=car.is_second)

    def leaders(self) -> str:
        """Return who led when, "NOR laps 1 to 20, PIA laps 21 to 35"."""
        return ", ".join(f"{who} {_laps(first, last)}" for who, first, last in self._led)

    def lead_bar(self) -> Markup:
        """Draw who led, under the picture of gaps."""
        spans = []
        for who, first, last in self._led:
            car = self.car(who)
            spans.append(LeadSpan(who, car.class_, car.is_second, first, last))
        return lead_bar(spans, self._race.n_laps)

    @cached_property
    def _led(self) -> list[tuple[str, int, int]]:
        """Who led, from which lap to which."""
        spans: list[tuple[str, int, int]] = []
        for lap in self._race.laps:
            leader = lap.cars[0].driver if lap.cars else ""
            if spans and spans[-1][0] == leader:
                spans[-1] = (leader, spans[-1][1], lap.lap)
            elif leader:
                spans.append((leader, lap.lap, lap.lap))
        return spans

    def stops(self) -> str:
        """Return when the winner stops, "Norris stops on laps 21 and 44"; empty: nobody won."""
        if not self._race.result or self._race.result[0].status == "retired":
            return ""
        one = self._race.result[0]
        name = figures.surname(one.name)
        if not one.stops:
            return f"{name} never stops"
        laps = figures.series([str(stop.lap) for stop in one.stops])
        return f"{name} stops on {'lap' if len(one.stops) == 1 else 'laps'} {laps}"

    def _lines(self, values: dict[str, list[tuple[int, float]]], label: Any) -> list[Line]:  # noqa: ANN401
        lines = []
        for place, code in enumerate(self._order):
            points = tuple((float(lap), value) for lap, value in values.get(code, []))
            car = self.car(code)
            if place < _NAMED:
                lines.append(Line(points, label(place), car.class_, is_dashed=car.is_second))
            else:
                lines.append(Line(points))
        return lines

    def _gap_label(self, place: int) -> str:
        one = self._race.result[place]
        if one.status == "retired":
            return f"{one.driver} out"
        return f"{one.driver} won" if place == 0 else f"{one.driver} {_gap_words(one)}"

    def _place_label(self, place: int) -> str:
        return f"{place + 1} {self._order[place]}"

    def _shade_marks(self, *, is_named: bool = True) -> list[Shade]:
        return [
            Shade(max(0.0, first - 1.0), float(last), what if is_named and place == 0 else "")
            for place, (first, last, what) in enumerate(self._shades)
        ]

    def _lap_ticks(self, first: int) -> list[Tick]:
        n = self._race.n_laps
        step = 20 if n > 45 else 10 if n > 20 else 5
        start = Tick(float(first), "lap 1" if first else "grid")
        middle = [Tick(float(lap), str(lap)) for lap in range(step, n - step // 3, step)]
        return [start, *middle, Tick(float(n), str(n))]


def _range_row(what: str, one: Range, digits: int) -> Row:
    low, high = one.p05 or 0.0, one.p95 or 0.0
    top = max(high, one.told or 0.0, one.mean or 0.0, 1e-9)
    picture = range_row((low, high), None, one.mean, Scale(0.0, 1.05 * top), result=one.told)

    def said(value: float | None) -> str:
        return figures.NOTHING if value is None else f"{value:.{digits}f}"

    return Row(what, said(one.told), picture, f"{said(low)} to {said(high)}")


def _laps(first: int, last: int) -> str:
    return f"lap {first}" if first == last else f"laps {first} to {last}"


def _gap_words(one: Finisher) -> str:
    if one.status == "retired":
        return f"retired, lap {one.retired_on_lap}"
    if one.laps_down:
        return figures.count(one.laps_down, "lap") + " down"
    if one.gap_s is None or not math.isfinite(one.gap_s):
        return figures.NOTHING
    return "won" if one.gap_s == 0.0 else f"+{one.gap_s:.1f}"


def _stint_words(one: Finisher) -> str:
    said: Sequence[str] = [
        f"{stint.compound.value.lower()} to lap {stint.last_lap}" for stint in one.stints
    ]
    return ", ".join(said) or "no lap"
