"""The referee: the same race model, slow and obvious, one race and one car at a time.

It shares the kernel's integers and random numbers and none of its code, so the two
must agree on every race exactly. Read this to learn what the simulator does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from predictor.random_streams import Stream, words
from predictor.simulator.box_muller import normal_pair
from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import MAX_STOPS, RaceInputs
from predictor.simulator.ticks import (
    NEVER,
    PURPOSES,
    TICKS_PER_S,
    TickArrays,
    TickConstants,
    prepare,
)

__all__ = ["Observer", "Race", "simulate_slowly"]

GREEN, VSC, SAFETY_CAR, RED = range(4)


@dataclass(slots=True)
class Car:
    """One car in one race; times in ticks behind the reference car."""

    index: int
    pace: int
    retires_on: int
    by_accident: bool
    plan: int
    stop_laps: list[int]
    tyre: int  # what its tyres cost per lap now
    wear: int  # what another lap adds to that
    time: int
    compound: int  # of the tyres it is on
    standstill: int = 0  # at its last stop, in ticks
    stops: int = 0
    retired: bool = False
    laps: int = 0
    gone_place: int = 0  # its place when it retired

    @property
    def next_stop(self) -> int:
        """The lap of the next planned stop."""
        return self.stop_laps[self.stops] if self.stops < MAX_STOPS else NEVER

    def rank(self) -> tuple[bool, int, int, int]:
        """Order on the road: running by time, then retired by laps completed."""
        if self.retired:
            return (True, -self.laps, self.gone_place, self.index)
        return (False, self.time, self.index, 0)


@dataclass(slots=True)
class Race:
    """One race as it unfolds."""

    cars: list[Car]  # in their order on the road
    flags: list[tuple[int, bool]]  # per lap from 0: kind, and whether it just came out
    passes: int = 0
    best: tuple[int, int] = field(default=(2**40, 255))  # fastest lap and its car


Observer = Callable[[int, int, Race], None]
"""Called with row of the inputs, lap and race: once on the grid (lap 0), then after every lap."""


def _unobserved(_sim: int, _lap: int, _race: Race) -> None:
    pass


def simulate_slowly(inputs: RaceInputs, observe: Observer = _unobserved) -> Outcomes:
    """Simulate the N races of ``inputs`` one by one; some hundred races per second."""
    k, a = prepare(inputs)
    draw = _Draws(k, a)
    return _outcomes([_run(k, a, draw, sim, observe) for sim in range(inputs.n_sims)], inputs)


class _Draws:
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


def _run(k: TickConstants, a: TickArrays, draw: _Draws, sim: int, observe: Observer) -> Race:
    cars = _line_up(k, a, draw, sim)
    flags = _flags(k, draw, sim, cars)
    race = Race(sorted(cars, key=Car.rank), flags)
    observe(sim, 0, race)
    for lap in range(1, k.n_laps + 1):
        noise = _lap_noise(k, draw, sim, lap, len(cars))
        driven = {car.index: _drive(k, a, draw, sim, lap, car, race, noise) for car in race.cars}
        _meet(k, race, lap, driven)
        race.cars.sort(key=Car.rank)
        observe(sim, lap, race)
    return race


def _line_up(k: TickConstants, a: TickArrays, draw: _Draws, sim: int) -> list[Car]:
    n_drivers = a.pace.shape[1]
    retirements = draw.table("retirements", sim, n_drivers).tolist()
    starts = draw.table("start", sim, n_drivers)
    getaway, _ = normal_pair(starts[:, 0], starts[:, 1])
    late = (getaway * np.float32(k.start_noise)).astype(np.int32)
    plans = draw.table("plans", sim, n_drivers).tolist()
    crossovers = _crossovers(k, draw, sim)
    cars = []
    for i in range(n_drivers):
        retires_on, by_accident = _retirement(k, a, sim, i, retirements[i])
        plan = int(np.searchsorted(a.plan_up_to[i], plans[i][0] >> 8, side="right"))
        laps = [int(lap) for lap in a.plan_lap[plan]] if k.crossovers < 0 else crossovers
        compound = a.plan_compound[plan, 0]
        start = (int(a.grid[sim, i]) - 1) * k.slot + int(late[i])
        if int(starts[i, 2]) >> 8 < k.setback:
            start += (int(starts[i, 3]) >> 20) * k.setback_loss >> 12
        cars.append(
            Car(
                index=i,
                pace=int(a.pace[sim, i]),
                retires_on=retires_on,
                by_accident=by_accident,
                plan=plan,
                stop_laps=_moved(k, laps, plans[i][1:]),
                tyre=int(a.offset[compound]),
                wear=int(a.slope[i, compound]),
                time=start + int(a.from_pit_lane[i]) * k.pit_lane_start,
                compound=int(compound),
            )
        )
    return cars


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


def _crossovers(k: TickConstants, draw: _Draws, sim: int) -> list[int]:
    """Give the laps at which the whole field changes tyres, one in each part of the race."""
    if k.crossovers < 0:
        return []
    shared = draw.words("plans", sim, 200)
    laps = [
        1 + (n * 65536 + (shared[n] >> 16)) * k.n_laps // (k.crossovers * 65536)
        for n in range(k.crossovers)
    ]
    return laps + [NEVER] * (MAX_STOPS - len(laps))


def _moved(k: TickConstants, laps: list[int], drawn: list[int]) -> list[int]:
    """Move the planned laps a little, keep them apart and inside the race."""
    moved, before = [], 1
    for lap, word in zip(laps, drawn, strict=True):
        if lap == NEVER:
            moved.append(NEVER)
            continue
        shifted = lap + ((word >> 16) * (2 * k.jitter + 1) >> 16) - k.jitter
        before = max(shifted, before + 1)
        moved.append(before if before < k.n_laps else NEVER)
    return moved


def _flags(k: TickConstants, draw: _Draws, sim: int, cars: list[Car]) -> list[tuple[int, bool]]:
    wishes: dict[int, tuple[int, int]] = {}  # lap: (kind, length); the graver wins

    def wish(lap: int, kind: int, word: int) -> None:
        if kind != GREEN:
            wishes[lap] = max(wishes.get(lap, (GREEN, 0)), (kind, _length(k, kind, word)))

    for car in cars:
        if car.retires_on <= k.n_laps:
            which, length, _, _ = draw.words("triggers", sim, car.index)
            wish(car.retires_on, _cause(k, car.by_accident, which >> 8), length)
    for happens, when, which, length in draw.table("neutralisations", sim, 4).tolist():
        if happens >> 8 < k.incident:
            kind = SAFETY_CAR if which >> 8 < k.incident_safety_car else VSC
            wish(1 + ((when >> 16) * k.n_laps >> 16), kind, length)
    flags = _waved(k, wishes)
    if k.force_safety_car and (SAFETY_CAR, True) not in flags:
        when, length, _, _ = draw.words("neutralisations", sim, 100)
        lap = 1 + ((when >> 16) * (k.n_laps - 1) >> 16)
        wishes[lap] = (SAFETY_CAR, _length(k, SAFETY_CAR, length))
        flags = _waved(k, wishes)
    return flags


def _cause(k: TickConstants, by_accident: bool, which: int) -> int:
    if by_accident:
        steps = [(k.accident_red, RED), (k.accident_safety_car, SAFETY_CAR), (k.accident_vsc, VSC)]
    else:
        steps = [(k.failure_safety_car, SAFETY_CAR), (k.failure_vsc, VSC)]
    return next((kind for up_to, kind in steps if which < up_to), GREEN)


def _length(k: TickConstants, kind: int, word: int) -> int:
    if kind == SAFETY_CAR:
        return k.safety_car_low + ((word >> 16) * k.safety_car_span >> 16)
    if kind == VSC:
        return k.vsc_low + ((word >> 16) * k.vsc_span >> 16)
    return 1


def _waved(k: TickConstants, wishes: dict[int, tuple[int, int]]) -> list[tuple[int, bool]]:
    """Turn wishes into each lap's flag; a graver one replaces one that is out."""
    flags, state, left, fresh = [(GREEN, False)], GREEN, 0, False
    for lap in range(1, k.n_laps + 1):
        flags.append((state, fresh) if left else (GREEN, False))
        if left:
            left, fresh = left - 1, False
        kind, length = wishes.get(lap, (GREEN, 0))
        if kind != GREEN and (left == 0 or kind > state):
            state, left, fresh = kind, length, True
    return flags


def _lap_noise(k: TickConstants, draw: _Draws, sim: int, lap: int, n_drivers: int) -> list[int]:
    blocks = draw.table("lap-noise", sim, -(-n_drivers // 4), lap)
    pairs = blocks.reshape(-1, 2)
    normals = np.stack(normal_pair(pairs[:, 0], pairs[:, 1]), axis=1).ravel()
    return [int(z) for z in (normals * np.float32(k.noise)).astype(np.int32)]


def _drive(
    k: TickConstants,
    a: TickArrays,
    draw: _Draws,
    sim: int,
    lap: int,
    car: Car,
    race: Race,
    noise: list[int],
) -> tuple[int, bool]:
    """Give a car's lap in clean air, and whether it came through the pit lane."""
    kind, _ = race.flags[lap]
    lap_time = car.pace + car.tyre + noise[car.index] if kind == GREEN else 0
    car.tyre += car.wear >> min(kind, SAFETY_CAR)  # half behind a VSC, a quarter behind an SC
    if not _stops(k, lap, car, race):
        return lap_time, False
    car.stops += 1
    compound = a.plan_compound[car.plan, car.stops]
    car.compound, car.standstill = int(compound), 0
    car.tyre, car.wear = int(a.offset[compound]), int(a.slope[car.index, compound])
    if kind == RED:  # tyres are changed while the race stands
        return lap_time, False
    word = draw.words("pit", sim, car.index, lap)[0]
    lane = {GREEN: k.pit_green, VSC: k.pit_vsc, SAFETY_CAR: k.pit_safety_car}[kind]
    car.standstill = int(a.standstill[word >> 22])
    return lap_time + lane + car.standstill + k.cold_tyre, True


def _stops(k: TickConstants, lap: int, car: Car, race: Race) -> bool:
    """Say whether a car stops: as planned, or earlier if a neutralisation just came out."""
    kind, fresh = race.flags[lap]
    early = 0
    if fresh:
        early = {VSC: k.window_vsc, SAFETY_CAR: k.window_safety_car, RED: k.window_red}[kind]
        early = early if kind == RED else min(early, lap)
    on_track = not car.retired and car.retires_on != lap
    return on_track and car.next_stop - lap <= early


def _meet(k: TickConstants, race: Race, lap: int, laps: dict[int, tuple[int, bool]]) -> None:
    """Let the cars meet: from the front, each follows, passes, or is held up."""
    kind, _ = race.flags[lap]
    gap = k.safety_car_gap if kind in (SAFETY_CAR, RED) else k.min_gap
    times: list[int] = []  # race times of the cars met so far that can hold others up
    if kind in (SAFETY_CAR, RED):
        times = [race.cars[0].time - gap]  # the queue's head keeps its time
    ahead: int | None = None  # the car ahead at the last line
    for place, car in enumerate(race.cars):
        if car.retired:
            continue
        before = car.time
        distance, ahead = (before - ahead if ahead is not None else None), before
        if car.retires_on == lap:
            car.retired, car.laps, car.gone_place = True, lap - 1, place
            continue
        lap_time, in_pits = laps[car.index]
        free = before + lap_time + _air(k, race, lap, distance)
        if in_pits:
            car.time = free
            continue
        if kind == SAFETY_CAR:
            free -= k.catch_up
        if kind == RED:
            free = -(2**40)
        car.time, passed = _follow(k, free, sorted(times)[-2:], gap, may_pass=kind == GREEN)
        race.passes += passed and lap > 1
        times.append(car.time)
        if kind == GREEN and lap > 1:
            timed = car.time - before - k.fuel_per_lap * lap
            race.best = min(race.best, (timed, car.index))


def _air(k: TickConstants, race: Race, lap: int, distance: int | None) -> int:
    """Give what the car ahead costs or gives: dirty air, and the overtake aid."""
    if distance is None or race.flags[lap][0] != GREEN:
        return 0
    cost = k.dirty_air if distance <= k.dirty_window else 0
    aid = lap >= k.aid_from_lap and race.flags[lap - 1][0] == GREEN
    return cost - (k.aid_gain if aid and distance <= k.aid_window else 0)


def _follow(
    k: TickConstants, free: int, ahead: list[int], gap: int, *, may_pass: bool
) -> tuple[int, bool]:
    """Give a car's race time and whether it passed; ``ahead`` are the last two in front."""
    if not ahead:
        return free, False
    last = ahead[-1]
    if not may_pass or free >= last - k.lead_to_pass:
        return max(free, last + gap), False
    past = free + k.duel
    if len(ahead) > 1 and free >= ahead[-2] - k.lead_to_pass:
        past = max(past, ahead[-2] + k.min_gap // 2)  # it slots in between the two
    return past, True


def _outcomes(races: list[Race], inputs: RaceInputs) -> Outcomes:
    n, d = inputs.n_sims, inputs.n_drivers
    position, n_stops = np.zeros((n, d), np.uint8), np.zeros((n, d), np.uint8)
    retired = np.zeros((n, d), np.bool_)
    laps = np.zeros((n, d), np.int16)
    gap_s = np.full((n, d), np.nan, np.float32)
    lap_ticks = prepare(inputs)[0].lap
    for i, race in enumerate(races):
        for place, car in enumerate(race.cars, start=1):
            gap = car.time - race.cars[0].time
            position[i, car.index], n_stops[i, car.index] = place, car.stops
            retired[i, car.index] = car.retired
            laps[i, car.index] = (
                car.laps if car.retired else max(0, inputs.n_laps - gap // lap_ticks)
            )
            if not car.retired:
                gap_s[i, car.index] = np.float32(gap) / np.float32(TICKS_PER_S)

    def waved(kind: int) -> npt.NDArray[np.uint8]:
        return np.array([race.flags.count((kind, True)) for race in races], np.uint8)

    return Outcomes(
        position=position,
        retired=retired,
        laps_completed=laps,
        gap_s=gap_s,
        n_stops=n_stops,
        passes=np.array([race.passes for race in races], np.uint16),
        safety_cars=waved(SAFETY_CAR),
        vscs=waved(VSC),
        red_flags=waved(RED),
        neutralised_laps=np.array(
            [sum(kind != GREEN for kind, _ in race.flags) for race in races], np.uint8
        ),
        fastest_lap=np.array([race.best[1] for race in races], np.uint8),
    )
