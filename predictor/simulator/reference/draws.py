"""The referee's half before the lights go out: draws, line-up, plans, weather, flags.

Shares the kernel's integers and random numbers and none of its code.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from predictor.random_streams import Stream, words
from predictor.simulator.box_muller import noise_pair, normal_pair
from predictor.simulator.race_inputs import MAX_STOPS
from predictor.simulator.ticks import NEVER, PURPOSES, TickArrays, TickConstants

__all__ = [
    "DRY_TRACK",
    "GREEN",
    "REASONS",
    "RED",
    "SAFETY_CAR",
    "VSC",
    "Car",
    "Draws",
    "Weather",
    "flags",
    "line_up",
]

GREEN, VSC, SAFETY_CAR, RED = range(4)
DRY_TRACK, WET_TRACK = 0, 1
FOR_REPAIRS = 2  # lap on which a car damaged on the first one comes in
REASONS = ("plan", "damage", "gamble", "cover", "free", "flag")
"""Why a car stops: as planned, or after a change of the weather; for repairs; early from the back
of the grid; to cover a stop right behind it; late, as it costs no place; as a flag came out."""


@dataclass(slots=True)
class Car:
    """One car in one race; times in ticks behind the reference car."""

    index: int
    pace: int
    retires_on: int
    by_accident: bool
    stop_laps: list[int]
    compounds: list[int]  # at the start, then after each stop
    standstills: list[int]
    offends_on: int
    loses_on: int
    loss: int
    answers: bool
    eager: bool  # to change tyres behind a safety car
    hasty: bool  # to do so long before a planned stop
    free_stop_on: int
    penalty: int
    time: int
    first_reason: str  # why it makes its first stop on the lap it is meant for
    worn: int = 0  # what its tyres cost per lap now
    stops: int = 0
    last_stop: int = -NEVER
    arrived: tuple[int, int] = (0, 0)  # at the pits on the lap last_stop; ties by index
    stood: int = 0
    reason: str = ""  # of its last stop, see REASONS
    covered: int = -1  # the car that this stop covers
    served: bool = False
    retired: bool = False
    laps: int = 0
    gone_place: int = 0  # its place when it retired

    @property
    def next_stop(self) -> int:
        """The lap of the next planned stop."""
        return self.stop_laps[self.stops] if self.stops < MAX_STOPS else NEVER

    @property
    def compound(self) -> int:
        """What it drives on."""
        return self.compounds[self.stops]

    def rank(self) -> tuple[bool, int, int, int]:
        """Order on the road: running by time, then retired by laps completed."""
        if self.retired:
            return (True, -self.laps, self.gone_place, self.index)
        return (False, self.time, self.index, 0)


@dataclass(slots=True)
class Weather:
    """When the track changes between dry and wet."""

    at_start: int
    changes: list[int] = field(default_factory=list)

    def track(self, lap: int) -> int:
        """Say how the track is on a lap."""
        return (self.at_start + sum(change <= lap for change in self.changes)) % 2


class Draws:
    """Random numbers of one race, looked up by purpose, lap and index."""

    def __init__(self, k: TickConstants, a: TickArrays) -> None:
        self.first = k.first_sim
        self.keys = {
            purpose: Stream(int(a.keys[row, 0]), int(a.keys[row, 1]))
            for row, purpose in enumerate(PURPOSES)
        }

    def words(self, purpose: str, sim: int, index: int, lap: int = 0) -> list[int]:
        """Give the four words of one counter."""
        drawn = words(self.keys[purpose], (self.first + sim, 1), 4 * (index + 1), lap=lap)
        return [int(word) for word in drawn[0, 4 * index :]]

    def table(self, purpose: str, sim: int, rows: int, lap: int = 0) -> npt.NDArray[np.uint32]:
        """Give the words of the counters 0 to rows - 1, uint32[rows, 4]."""
        drawn = words(self.keys[purpose], (self.first + sim, 1), 4 * rows, lap=lap)
        return drawn.reshape(rows, 4)

    def lap_noise(self, k: TickConstants, sim: int, lap: int, n_drivers: int) -> list[int]:
        """Give every car's noise of one lap, two cars to a word."""
        drawn = self.table("lap-noise", sim, -(-n_drivers // 8), lap).ravel()
        return [int(z) for z in np.stack(noise_pair(drawn, np.float32(k.noise)), axis=1).ravel()]

    def getaways(self, k: TickConstants, sim: int, n_drivers: int, lap: int = 0) -> list[int]:
        """Give every car's start noise, of the start or of a restart on ``lap``."""
        drawn = self.table("start", sim, n_drivers, lap)
        normal, _ = normal_pair(drawn[:, 0], drawn[:, 1])
        return [int(z) for z in (normal * np.float32(k.start_noise)).astype(np.int32)]


def line_up(k: TickConstants, a: TickArrays, draw: Draws, sim: int) -> tuple[list[Car], Weather]:
    """Give the cars as they stand after the getaway, and the weather to come."""
    n_drivers = a.pace.shape[1]
    retirements = draw.table("retirements", sim, n_drivers).tolist()
    starts = draw.table("start", sim, n_drivers).tolist()
    plans = draw.table("plans", sim, n_drivers).tolist()
    late = draw.getaways(k, sim, n_drivers)
    weather = _weather(k, draw, sim)
    window, shift = draw.words("plans", sim, 201)[:2]
    window, shift = window >> 8, (shift >> 16) * (2 * k.shared_jitter + 1) >> 16
    triggers = draw.table("triggers", sim, n_drivers).tolist()
    cars = []
    for i in range(n_drivers):
        retires_on, by_accident = _retirement(k, a, sim, i, retirements[i])
        _, _, bad, cost = starts[i]
        rank = (window + ((plans[i][0] >> 16) * k.plan_spread >> 8)) % 2**24
        plan = int(np.searchsorted(a.plan_up_to[i], rank, side="right"))
        start = (int(a.grid[sim, i]) - 1) * k.slot + late[i]
        lost = (cost >> 20) * k.setback_loss >> 12 if bad >> 8 < k.setback else 0
        start += lost
        planned = _stop_laps(k, a, plan, weather, plans[i][1:], shift - k.shared_jitter)
        early = _early_lap(k, lost, retirements[i], cost, int(a.grid[sim, i]))
        first_reason = "plan"
        may = early == FOR_REPAIRS or (early and a.plan_compound[plan, 0] == 0)
        if may and planned and early < planned[0]:
            planned[0], first_reason = early, "damage" if early == FOR_REPAIRS else "gamble"
        planned += [NEVER] * (MAX_STOPS - len(planned))
        stop_laps = [lap if lap < k.n_laps else NEVER for lap in planned]
        word, loses, free_word = triggers[i][1:]
        free = k.n_laps - k.last_stop - ((free_word >> 16) * k.free_stop_laps >> 16)
        loss = int(a.loss[sim, i])
        offends = retirements[i][1] & 0xFFFF < k.penalty
        is_long = bad & 0xFF < k.penalty_long
        cars.append(
            Car(
                index=i,
                pace=int(a.pace[sim, i]),
                retires_on=retires_on,
                by_accident=by_accident,
                stop_laps=stop_laps,
                compounds=_compounds(k, a, plan, weather),
                standstills=[
                    int(a.standstill[a.crew[i], (word & 0xFFFF) >> 6]) for word in plans[i][1:]
                ],
                offends_on=1 + ((cost & 0xFFFF) * k.n_laps >> 16) if offends else NEVER,
                loses_on=1 + ((loses >> 16) * k.n_laps >> 16) if loss > 0 else NEVER,
                loss=loss,
                answers=loses & 0xFFFF < k.covers,
                eager=word & 0xFFFF < k.free_change,
                # softs would not last
                hasty=word & 0xFFFF < k.early_change and a.plan_compound[plan, 1] != 0,
                free_stop_on=free if free_word & 0xFFFF < k.free_stop and free > 1 else NEVER,
                penalty=k.penalty_long_time if is_long else k.penalty_short_time,
                time=start + int(a.from_pit_lane[i]) * k.pit_lane_start,
                first_reason=first_reason,
            )
        )
        cars[-1].worn = int(a.offset[cars[-1].compound])
    return cars, weather


def _early_lap(k: TickConstants, lost: int, drawn: list[int], cost: int, slot: int) -> int:
    """Give the lap of a stop for repairs, or of a gamble from the back of the grid; 0 for none."""
    if k.crossovers < 0 and lost > k.damage:
        return FOR_REPAIRS
    chance = (drawn[0] & 0xFF) << 8 | drawn[2] & 0xFF
    return 5 + ((cost >> 16 & 15) * 6 >> 4) if chance < (slot - 3) * k.early_stop else 0


def _retirement(
    k: TickConstants, a: TickArrays, sim: int, i: int, drawn: list[int]
) -> tuple[int, bool]:
    fails, when, crashes, where = drawn
    failure = accident = NEVER
    if (fails >> 8) * 2.0**-24 < a.p_failure[sim, i]:
        failure = 1 + ((when >> 16) * k.n_laps >> 16)
    if (crashes >> 8) * 2.0**-24 < a.p_accident[sim, i]:
        on_lap_1 = (where >> 16) < k.accident_lap1
        accident = 1 if on_lap_1 else 1 + ((where & 0xFFFF) * k.n_laps >> 16)
    return min(failure, accident), accident <= failure


def _weather(k: TickConstants, draw: Draws, sim: int) -> Weather:
    """Give a wet race's changes of the track, one in each equal part of the race."""
    if k.crossovers < 0:
        return Weather(DRY_TRACK)
    drawn = draw.words("plans", sim, 200)
    wet = k.crossovers == 0 or drawn[3] >> 8 < k.wet_start
    parts = k.crossovers * 65536
    changes = [1 + (n * 65536 + (drawn[n] >> 16)) * k.n_laps // parts for n in range(k.crossovers)]
    return Weather(WET_TRACK if wet else DRY_TRACK, changes)


def _stop_laps(
    k: TickConstants, a: TickArrays, plan: int, weather: Weather, drawn: list[int], shift: int
) -> list[int]:
    """Give a car's own laps: planned ones moved a little, or some laps after each crossover."""
    wet = k.crossovers >= 0
    laps = weather.changes if wet else [int(lap) for lap in a.plan_lap[plan] if lap != NEVER]
    own, before = [], k.before_first
    for n, lap in enumerate(laps):
        u = drawn[n] >> 16
        moved = u * (k.jitter + 1) >> 16 if wet else (u * (2 * k.jitter + 1) >> 16) - k.jitter
        before = max(lap + moved + shift, before + k.apart)
        own.append(before)
    return own


def _compounds(k: TickConstants, a: TickArrays, plan: int, weather: Weather) -> list[int]:
    if k.crossovers < 0:
        return [int(c) for c in a.plan_compound[plan]]
    return [
        k.rain if (weather.at_start + n) % 2 == WET_TRACK else k.slick for n in range(MAX_STOPS + 1)
    ]


def flags(
    k: TickConstants, a: TickArrays, draw: Draws, sim: int, cars: list[Car]
) -> list[tuple[int, bool]]:
    """Give each lap's flag from lap 0: its kind, and whether it just came out."""
    wishes: dict[int, tuple[int, int]] = {}  # lap: (kind, length); the graver wins

    def length(kind: int, word: int) -> int:
        table = {SAFETY_CAR: a.safety_car_laps, VSC: a.vsc_laps}.get(kind, np.array([1]))
        return int(table[(word >> 16) * len(table) >> 16])

    def wish(lap: int, kind: int, word: int) -> None:
        if kind != GREEN:
            wishes[lap] = max(wishes.get(lap, (GREEN, 0)), (kind, length(kind, word)))

    for car in cars:
        if car.retires_on <= k.n_laps:
            which, word, _, _ = draw.words("triggers", sim, car.index)
            wish(car.retires_on, _cause(k, car.by_accident, which >> 8), word)
    for happens, when, which, word in draw.table("neutralisations", sim, 4).tolist():
        if happens >> 8 < k.incident:
            kind = SAFETY_CAR if which >> 8 < k.incident_safety_car else VSC
            wish(1 + ((when >> 16) * k.n_laps >> 16), kind, word)
    waved = _waved(k, wishes)
    if k.force_safety_car and (SAFETY_CAR, True) not in waved:
        when, word, which, _ = draw.words("neutralisations", sim, 100)
        early = (when >> 16) ** 2 >> 16
        lap = 1 if which >> 16 < k.accident_lap1 else 1 + (early * (k.n_laps - 1) >> 16)
        wishes[lap] = (SAFETY_CAR, length(SAFETY_CAR, word))
        waved = _waved(k, wishes)
    return waved


def _cause(k: TickConstants, by_accident: bool, which: int) -> int:
    if by_accident:
        steps = [(k.accident_red, RED), (k.accident_safety_car, SAFETY_CAR), (k.accident_vsc, VSC)]
    else:
        steps = [(k.failure_safety_car, SAFETY_CAR), (k.failure_vsc, VSC)]
    return next((kind for up_to, kind in steps if which < up_to), GREEN)


def _waved(k: TickConstants, wishes: dict[int, tuple[int, int]]) -> list[tuple[int, bool]]:
    """Turn wishes into each lap's flag; a graver one replaces one that is out."""
    waved, state, left, fresh = [(GREEN, False)], GREEN, 0, False
    for lap in range(1, k.n_laps + 1):
        waved.append((state, fresh) if left else (GREEN, False))
        if left:
            left, fresh = left - 1, False
        kind, length = wishes.get(lap, (GREEN, 0))
        if kind != GREEN and (left == 0 or kind > state):
            state, left, fresh = kind, length, True
    return waved
