"""A told race as its page looks at it: cars with their colours, gaps, places, flags, who led."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property

from markupsafe import Markup

from predictor.published.told_happenings import FlagOut
from predictor.published.told_types import Finisher, ToldRace
from services.web.derived import figures
from services.web.derived.cars import Cars
from services.web.drawing.people import Car, swatch

__all__ = ["FLAGS", "RaceShown", "gap_words", "laps_words"]

FLAGS = {"safety_car": "safety car", "vsc": "virtual safety car", "red": "red flag"}

ByLap = dict[str, list[tuple[int, float]]]


class RaceShown:
    """One told race, arranged by car.

    Parameters
    ----------
    told : ToldRace
    cars : Cars
        Of its season, for colours.

    Attributes
    ----------
    order : list of str
        Codes of the drivers as they finish.
    gaps : dict of str to list of (int, float)
        Code -> lap and seconds behind the leader.
    places : dict of str to list of (int, float)
        Code -> lap, 0 for the grid, and place.
    """

    def __init__(self, told: ToldRace, cars: Cars) -> None:
        self.told, self.race = told, told.race
        event_id = told.event.event_id
        self._cars = {one.driver: cars.of(one.driver_id, event_id) for one in told.race.result}
        self.order = [one.driver for one in told.race.result]
        self.gaps: ByLap = defaultdict(list)
        self.places: ByLap = defaultdict(list)
        for place, code in enumerate(told.race.grid, start=1):
            self.places[code].append((0, float(place)))
        for lap in told.race.laps:
            for car in lap.cars:
                self.gaps[car.driver].append((lap.lap, car.gap_s))
                self.places[car.driver].append((lap.lap, float(car.position)))

    def car(self, code: str) -> Car:
        """Return the car of a driver by his code."""
        return self._cars.get(code) or Car(code, code, code, "")

    def swatch(self, code: str) -> Markup:
        """Draw the colour of a driver's car."""
        car = self.car(code)
        return swatch(car.class_, is_second=car.is_second)

    @cached_property
    def flags(self) -> list[tuple[int, int, str]]:
        """First and last lap of every flag, and what it is."""
        return [
            (one.lap, one.last_lap, FLAGS[one.flag])
            for one in self.race.happenings
            if isinstance(one, FlagOut) and one.flag in FLAGS
        ]

    @property
    def flag_words(self) -> str:
        """What pictures shade, in words."""
        said = [f"{what} {laps_words(first, last)}" for first, last, what in self.flags]
        return f"Shaded: {', '.join(said)}." if said else "No safety car comes out."

    @cached_property
    def led(self) -> list[tuple[str, int, int]]:
        """Who led, from which lap to which."""
        spans: list[tuple[str, int, int]] = []
        for lap in self.race.laps:
            leader = lap.cars[0].driver if lap.cars else ""
            if spans and spans[-1][0] == leader:
                spans[-1] = (leader, spans[-1][1], lap.lap)
            elif leader:
                spans.append((leader, lap.lap, lap.lap))
        return spans

    @property
    def led_words(self) -> str:
        """Who led when, "NOR laps 1 to 20, PIA laps 21 to 35"."""
        return ", ".join(f"{who} {laps_words(first, last)}" for who, first, last in self.led)


def laps_words(first: int, last: int) -> str:
    """Return "lap 3" or "laps 3 to 7"."""
    return f"lap {first}" if first == last else f"laps {first} to {last}"


def gap_words(one: Finisher) -> str:
    """Return how far behind a car ends: "won", "+5.3", "2 laps down", "retired, lap 31"."""
    if one.status == "retired":
        return f"retired, lap {one.retired_on_lap}"
    if one.laps_down:
        return figures.count(one.laps_down, "lap") + " down"
    if one.gap_s is None or not math.isfinite(one.gap_s):
        return figures.NOTHING
    return "won" if one.gap_s == 0.0 else f"+{one.gap_s:.1f}"
