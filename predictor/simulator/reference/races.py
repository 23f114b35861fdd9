"""The referee: the same race model, slow and obvious, one race and one car at a time.

It shares the kernel's integers and random numbers and none of its code, so the two
must agree on every race exactly. Read this to learn what the simulator does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import MAX_STOPS, RaceInputs
from predictor.simulator.reference.draws import (
    DRY_TRACK,
    GREEN,
    RED,
    SAFETY_CAR,
    VSC,
    Car,
    Draws,
    Weather,
    flags,
    line_up,
)
from predictor.simulator.ticks import NEVER, TICKS_PER_S, TickArrays, TickConstants, prepare

__all__ = ["Observer", "Race", "simulate_slowly"]

SLOWEST = 2**25 - 1  # race times are cut here, 2048 s behind
LARGEST_LEAD = 2**21  # and a lead, less what is kept of it
ANSWERING = 6  # places; a car further back follows its own plan


@dataclass(slots=True)
class Race:
    """One race as it unfolds."""

    cars: list[Car]  # in their order on the road
    flags: list[tuple[int, bool]]  # per lap from 0: kind, and whether it just came out
    weather: Weather
    passes: int = 0
    asked: dict[int, int] = field(default_factory=dict)  # car: the one behind that just stopped
    best: tuple[int, int] = field(default=(2**40, 255))  # fastest lap and its car
    laps: dict[int, int] = field(default_factory=dict)  # completed, by car


Observer = Callable[[int, int, Race], None]
"""Called with row of the inputs, lap and race: once on the grid (lap 0), then after every lap."""


def _unobserved(_sim: int, _lap: int, _race: Race) -> None:
    pass


def simulate_slowly(inputs: RaceInputs, observe: Observer = _unobserved) -> Outcomes:
    """Simulate the N races of ``inputs`` one by one; some hundred races per second."""
    k, a = prepare(inputs)
    draw = Draws(k, a)
    return _outcomes([_run(k, a, draw, sim, observe) for sim in range(inputs.n_sims)], inputs)


def _run(k: TickConstants, a: TickArrays, draw: Draws, sim: int, observe: Observer) -> Race:
    cars, weather = line_up(k, a, draw, sim)
    race = Race(sorted(cars, key=Car.rank), flags(k, a, draw, sim, cars), weather)
    observe(sim, 0, race)
    for lap in range(1, k.n_laps + 1):
        if race.flags[lap - 1][0] == RED and race.flags[lap][0] != RED:
            _restart(k, draw, sim, lap, race)
        if lap == k.settled_lap:
            for car in cars:
                car.pace -= car.pace * k.settled_share >> 8
        noise = draw.lap_noise(k, sim, lap, len(cars))
        driven = {car.index: _drive(k, a, lap, car, race, noise) for car in race.cars}
        laps = _pit_stops(k, a, lap, race, driven)
        _ease(k, lap, race, laps)
        race.asked = _asked(k, lap, race, laps)
        _meet(k, race, lap, laps)
        race.cars.sort(key=Car.rank)
        observe(sim, lap, race)
    _flag(k, race)
    return race


def _restart(k: TickConstants, draw: Draws, sim: int, lap: int, race: Race) -> None:
    """Start again from the grid, with luck of its own."""
    late = draw.getaways(k, sim, len(race.cars), lap)
    for car in race.cars:
        if not car.retired:
            car.time = min(car.time + late[car.index], SLOWEST)
    race.cars.sort(key=Car.rank)


def _drive(
    k: TickConstants, a: TickArrays, lap: int, car: Car, race: Race, noise: list[int]
) -> int:
    """Give a car's lap in clean air, and wear its tyres."""
    kind, _ = race.flags[lap]
    lap_time = 0
    if kind == GREEN:
        lap_time = car.pace + car.worn + noise[car.index]
        lap_time += k.wrong_tyre if _on_wrong_tyre(k, car, race.weather, lap) else 0
    lap_time += car.loss if car.loses_on == lap else 0
    compound = car.compound
    wear = a.slope if car.worn < a.cliff[compound] else a.steep
    # half behind a VSC, a quarter behind an SC
    car.worn += int(wear[car.index, compound]) >> min(kind, SAFETY_CAR)
    return lap_time


def _ease(k: TickConstants, lap: int, race: Race, laps: dict[int, tuple[int, bool]]) -> None:
    """Slow the leader down who has no stop to come and a lead to spare."""
    leader, second = race.cars[:2]
    settled = race.flags[lap][0] == GREEN and lap >= k.settled_lap
    if settled and leader.next_stop == NEVER:
        more = LARGEST_LEAD if second.retired else second.time - leader.time - k.lead_kept
        given = min(min(max(more, 0), LARGEST_LEAD) * k.lead_share >> 8, k.lead_given)
        lap_time, in_pits = laps[leader.index]
        laps[leader.index] = (lap_time + given, in_pits)


def _asked(
    k: TickConstants, lap: int, race: Race, laps: dict[int, tuple[int, bool]]
) -> dict[int, int]:
    """Give the cars among the first places that one close behind them asks for an answer."""
    if race.flags[lap][0] != GREEN or lap > k.cover_until:
        return {}
    pairs = [(a, b) for a, b in pairwise(race.cars[:ANSWERING]) if not b.retired]
    return {
        ahead.index: car.index
        for ahead, car in pairs
        if laps[car.index][1] and car.time - ahead.time < k.cover_window
    }


def _on_wrong_tyre(k: TickConstants, car: Car, weather: Weather, lap: int) -> bool:
    return k.crossovers >= 0 and (car.compound == k.rain) != bool(weather.track(lap))


def _pit_stops(
    k: TickConstants, a: TickArrays, lap: int, race: Race, driven: dict[int, int]
) -> dict[int, tuple[int, bool]]:
    """Give every car's lap with its stop, and whether it came through the pit lane."""
    kind, _ = race.flags[lap]
    reasons = {car.index: _reason(k, lap, car, race) for car in race.cars}
    stopping = [car for car in race.cars if reasons[car.index]]
    for car in stopping:
        car.reason = reasons[car.index]
        car.covered = race.asked[car.index] if car.reason == "cover" else -1
        car.stood = car.standstills[car.stops]
        if kind != RED and car.offends_on < lap and not car.served:
            car.stood += car.penalty
            car.served = True
        car.stops += 1
        car.last_stop, car.arrived = lap, (car.time, car.index)
        car.worn = int(a.offset[car.compound])
    laps = {index: (lap_time, False) for index, lap_time in driven.items()}
    if kind == RED:  # tyres are changed while the race stands
        return laps
    lane = {GREEN: k.pit_green, VSC: k.pit_vsc, SAFETY_CAR: k.pit_safety_car}[kind]
    by_index = {car.index: car for car in stopping}
    for car in stopping:
        wait = 0
        mate = by_index.get(int(a.mate[car.index]))
        if mate is not None and mate.arrived < car.arrived:
            wait = max(0, mate.arrived[0] + mate.stood - car.arrived[0])
        lost = lane + car.stood + wait + int(a.cold[car.compound])
        laps[car.index] = (driven[car.index] + lost, True)
    return laps


def _reason(k: TickConstants, lap: int, car: Car, race: Race) -> str:
    """Say why a car stops on a lap, or nothing where it does not."""
    kind, fresh = race.flags[lap]
    too_late = k.n_laps - lap < k.last_stop and kind != RED
    if car.retired or car.retires_on == lap or too_late:
        return ""
    if car.next_stop <= lap:
        return "plan" if car.stops else car.first_reason
    if _answers(k, lap, car, race):
        return "cover"
    if _for_free(k, lap, car, race):
        return "free"
    return "flag" if fresh and _changes_for_flag(k, lap, car, race) else ""


def _changes_for_flag(k: TickConstants, lap: int, car: Car, race: Race) -> bool:
    """Say whether a flag that just came out brings a car in before its plan, or without one."""
    kind, _ = race.flags[lap]
    if k.crossovers >= 0:
        return car.next_stop < NEVER and _on_wrong_tyre(k, car, race.weather, lap)
    window = {VSC: k.window_vsc, SAFETY_CAR: k.window_safety_car, RED: k.window_red}[kind]
    if car.next_stop - lap <= (window if kind == RED else min(window, lap)):
        return lap - car.last_stop >= k.least_stint or kind == RED
    if car.stops == MAX_STOPS or kind == VSC:
        return False
    if kind == RED:  # new tyres cost nothing, where they last
        return k.n_laps - lap <= window
    waits_long = car.hasty and car.stops == 0
    is_old = car.eager and lap - car.last_stop >= k.change_age
    return car is not race.cars[0] and (is_old if car.next_stop == NEVER else waits_long)


def _answers(k: TickConstants, lap: int, car: Car, race: Race) -> bool:
    """Say whether a car stops because one close behind it did so on the lap before."""
    if not car.answers or car.index not in race.asked or race.flags[lap][0] != GREEN:
        return False
    return car.next_stop - lap <= k.cover_laps and lap - car.last_stop >= k.least_stint


def _for_free(k: TickConstants, lap: int, car: Car, race: Race) -> bool:
    """Say whether a car makes a late stop that nobody planned, as it costs no place."""
    if car.free_stop_on != lap or race.flags[lap][0] != GREEN or car.next_stop < NEVER:
        return False
    behind = race.cars[race.cars.index(car) + 1 :]
    safe = not behind or behind[0].retired or behind[0].time - car.time > k.free_stop_gap
    return safe and car.stops < MAX_STOPS and lap - car.last_stop >= k.least_stint


def _meet(k: TickConstants, race: Race, lap: int, laps: dict[int, tuple[int, bool]]) -> None:
    """Let the cars meet: from the front, each follows, passes, or is held up."""
    kind, _ = race.flags[lap]
    gap = {SAFETY_CAR: k.safety_car_gap, RED: k.slot}.get(kind, k.min_gap)
    times: list[int] = []  # race times of the cars met so far that can hold others up
    if kind in (SAFETY_CAR, RED):
        times = [race.cars[0].time - gap]  # the queue's head keeps its time
    ahead: int | None = None  # the car ahead at the last line
    led_before = race.cars[0].time
    led: int | None = None  # the leader on the road, now
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
            car.time = min(free, SLOWEST)
        else:
            if kind == SAFETY_CAR:
                free -= k.catch_up
            if kind == RED:
                free = -(2**40)
            may_pass = kind == GREEN and lap > 1
            follows_at = gap + (lap_time & k.follow_mask if kind == GREEN else 0)
            after, passed = _follow(k, free, sorted(times)[-2:], follows_at, may_pass=may_pass)
            if led is not None and kind == GREEN:
                after += k.blue_flag if _lapped(k, before - led_before, after - led) else 0
            car.time = min(after, SLOWEST)
            race.passes += passed
            times.append(car.time)
            if kind == GREEN and lap > 1 and _is_timed(k, race, lap):
                timed = car.time - before - k.fuel_per_lap * lap
                race.best = min(race.best, (timed, car.index))
        led = car.time if led is None else min(led, car.time)


def _is_timed(k: TickConstants, race: Race, lap: int) -> bool:
    """Say whether a lap may be the fastest: on a wet track only where it is wet throughout."""
    return k.crossovers <= 0 or race.weather.track(lap) == DRY_TRACK


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


def _lapped(k: TickConstants, gap_before: int, gap: int) -> bool:
    """Say whether a car has fallen another lap behind; whole laps are counted in float32."""
    laps = int(np.float32(gap) * (np.float32(1.0) / np.float32(k.lap)))
    return laps * k.lap > gap_before


def _flag(k: TickConstants, race: Race) -> None:
    """End the race: count laps as they were on the road, then add what was not served."""
    winner = race.cars[0].time
    for car in race.cars:
        behind = max(0, k.n_laps - (car.time - winner) // k.lap)
        race.laps[car.index] = car.laps if car.retired else behind
        if car.offends_on <= k.n_laps and not car.served and not car.retired:
            car.time = min(car.time + car.penalty, SLOWEST)
    race.cars.sort(key=Car.rank)


def _outcomes(races: list[Race], inputs: RaceInputs) -> Outcomes:
    n, d = inputs.n_sims, inputs.n_drivers
    position, n_stops = np.zeros((n, d), np.uint8), np.zeros((n, d), np.uint8)
    retired = np.zeros((n, d), np.bool_)
    laps = np.zeros((n, d), np.int16)
    gap_s = np.full((n, d), np.nan, np.float32)
    for i, race in enumerate(races):
        for place, car in enumerate(race.cars, start=1):
            gap = car.time - race.cars[0].time
            position[i, car.index], n_stops[i, car.index] = place, car.stops
            retired[i, car.index] = car.retired
            laps[i, car.index] = race.laps[car.index]
            if not car.retired:
                gap_s[i, car.index] = np.float32(gap) / np.float32(TICKS_PER_S)

    def waved(kind: int) -> npt.NDArray[np.uint8]:
        return np.array([race.flags.count((kind, True)) for race in races], np.uint8)

    def offences(race: Race) -> int:
        return sum(car.offends_on < min(car.retires_on, NEVER) for car in race.cars)

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
        penalties=np.array([offences(race) for race in races], np.uint8),
        fastest_lap=np.array([race.best[1] for race in races], np.uint8),
    )
