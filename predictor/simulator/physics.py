"""The rules of a lap, one small function each, for whatever compiles them.

Whole numbers in, whole numbers out: int32 ticks, laps and codes. No
function branches, loops, touches memory, calls another, or NumPy but for casts, so the CPU kernel
inlines them into loops over lanes and a GPU kernel may call them once per thread. The casts
keep 32 bits, which numba would widen. The referee shares none of this.

Times are behind the reference car. A mask is all ones for yes and zero for no: where one
condition decides several results, LLVM would make branches of it and not vectorise well.
A flag is its kind (`GREEN`, `VSC`, `SAFETY_CAR`, `RED`) plus `FIRST_LAP` on the lap on which
it comes out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = [
    "FAR",
    "FIRST_LAP",
    "GONE",
    "GREEN",
    "KIND",
    "NEVER",
    "NOT_A_LAP",
    "RED",
    "RETIRES",
    "SAFETY_CAR",
    "SOFT",
    "VSC",
    "ageing",
    "aid",
    "answers",
    "catching_up",
    "changes_class",
    "changes_for_free",
    "choose",
    "clean_lap",
    "code_of_fuel",
    "comes_out",
    "early_window",
    "flag_now",
    "following_gap",
    "free_time",
    "given_away",
    "held",
    "is_early",
    "is_running",
    "is_too_late",
    "kind_after_accident",
    "kind_after_failure",
    "lap_code",
    "laps_of_retired",
    "lead_to_pass",
    "left_next",
    "lets_by",
    "on_green",
    "passes",
    "past",
    "pit_lane_loss",
    "plan_is_due",
    "retired_time",
    "retires",
    "settled",
    "state_next",
    "stops_for_free",
    "tyre_after",
    "waits_for_box",
    "wish",
]

Int = Any  # int32; numba knows better than a type checker
Word = Any  # uint32

I32, U32, F32 = np.int32, np.uint32, np.float32

GREEN, VSC, SAFETY_CAR, RED = (np.int32(kind) for kind in range(4))
KIND = np.int32(3)  # the bits of a flag that are its kind
FIRST_LAP = np.int32(4)

FAR = np.int32(2**26)  # more than any time in a race; adding a few of them stays within 32 bits
GONE = np.int32(2**25)  # race times from here on are retired cars: 2048 s
NEVER = np.int32(30_000)  # a lap that does not come
SOFT = I32(0)  # of COMPOUND_ORDER
RETIRES = np.int32(2**28)  # a lap time that says: this car retires on this lap
NOT_A_LAP = np.int32(2**31 - 1)  # a lap code that is never the fastest

_ZERO, _ONE = np.int32(0), np.int32(1)
_BITS_OF_CAR = np.int32(5)
_SIGN = np.int32(31)  # shifts a negative number to a mask, all ones
_BIAS = np.int32(2**20)  # 64 s: no lap is faster than the reference by more
_LENGTH = np.int32(255)
_BITS_OF_LENGTH = np.int32(8)
_LARGEST_LEAD, _BITS_OF_SHARE = np.int32(2**21), np.int32(8)  # 128 s: its share fits 32 bits


# ruff: noqa: ANN401 - see Int and Word
# neutralisations


def wish(code: Int, length: Int) -> Int:
    """Pack a neutralisation that somebody asks for: the graver, then the longer is larger."""
    return I32(I32(code << _BITS_OF_LENGTH) | length) if code > _ZERO else _ZERO


def kind_after_accident(word: Int, red: Int, safety_car: Int, vsc: Int) -> Int:
    """Give what an accident brings out; cumulative probabilities in 2^-24."""
    return RED if word < red else SAFETY_CAR if word < safety_car else VSC if word < vsc else GREEN


def kind_after_failure(word: Int, safety_car: Int, vsc: Int) -> Int:
    """Give what a failure brings out; cumulative probabilities in 2^-24."""
    return SAFETY_CAR if word < safety_car else VSC if word < vsc else GREEN


def flag_now(state: Int, left: Int, fresh: Int) -> Int:
    """Give this lap's flag from what is out, for how many laps, and since when."""
    return I32(state + fresh) if left > _ZERO else GREEN


def comes_out(state: Int, left: Int, wanted: Int) -> Any:
    """Say whether a wish of this lap is granted; ``left`` laps of ``state`` remain after it."""
    code = I32(wanted >> _BITS_OF_LENGTH)
    return (code > _ZERO) & ((left <= _ZERO) | (code > state))


def state_next(state: Int, granted: Any, wanted: Int) -> Int:
    """Give what is out from the next lap on."""
    return I32(wanted >> _BITS_OF_LENGTH) if granted else state


def left_next(left: Int, granted: Any, wanted: Int) -> Int:
    """Give for how many laps it is out."""
    return I32(wanted & _LENGTH) if granted else left


# what a flag means for a lap


def lead_to_pass(kind: Int, lap: Int, lead: Int) -> Int:
    """Give how far ahead on the line a car must be to have passed; nobody passes under a flag.

    Nor on the first lap: its order is that of the getaways.
    """
    return lead if (kind == GREEN) & (lap > _ONE) else FAR


def following_gap(kind: Int, least: Int, queue: Int, slot: Int) -> Int:
    """Give the gap at which a car is held: on track, in the queue, on the grid of a restart."""
    return slot if kind == RED else queue if kind == SAFETY_CAR else least


def catching_up(kind: Int, per_lap: Int) -> Int:
    """Give what a car gains on the queue; under a red flag it reaches it."""
    return GONE if kind == RED else per_lap if kind == SAFETY_CAR else _ZERO


def aid(kind: Int, flag_before: Int, lap: Int, from_lap: Int, gain: Int) -> Int:
    """Give the overtake aid's worth: from some lap on, not on the lap after a flag."""
    allowed = ((kind == GREEN) & (flag_before == GREEN)) & (lap >= from_lap)
    return gain if allowed else _ZERO


def on_green(kind: Int, value: Int) -> Int:
    """Give a value that counts on green laps alone."""
    return value if kind == GREEN else _ZERO


def ageing(kind: Int) -> Int:
    """Give by how many halvings tyres wear less: once behind a VSC, twice behind an SC."""
    return min(kind, SAFETY_CAR)


def pit_lane_loss(kind: Int, green: Int, vsc: Int, safety_car: Int) -> Int:
    """Give what driving through the pit lane costs; nothing while the race stands."""
    return green if kind == GREEN else vsc if kind == VSC else safety_car if kind != RED else _ZERO


def early_window(flag: Int, lap: Int, vsc: Int, safety_car: Int, red: Int) -> Int:
    """Give how many laps early a stop is made; none unless a flag just came out."""
    kind = I32(flag & KIND)
    usual = min(vsc if kind == VSC else safety_car, lap)
    window = red if kind == RED else usual
    return window if flag >= FIRST_LAP else _ZERO


# tyres and lap times


def tyre_after(tyre: Int, slope: Int, steep: Int, cliff: Int, halvings: Int) -> Int:
    """Age a tyre by a lap; from ``cliff`` on it wears at the ``steep`` rate.

    ``tyre`` may carry any constant, such as the car's pace, if ``cliff`` carries it too.
    """
    rate = steep if tyre >= cliff else slope
    return I32(tyre + I32(rate >> halvings))


def clean_lap(pace_and_tyre: Int, noise: Int, green: Int) -> Int:
    """Give a lap in clean air; ``green`` is all ones, or zero under a flag: all drive alike."""
    return I32(I32(pace_and_tyre + noise) & green)


# stops


def plan_is_due(next_stop: Int, lap: Int) -> Any:
    """Say whether a planned stop has come."""
    return next_stop <= lap


def is_early(
    next_stop: Int, lap: Int, flag: Int, window: Int, last_stop: Int, least_stint: Int
) -> Any:
    """Say whether a flag that just came out makes a car stop before its plan."""
    kind = I32(flag & KIND)
    long_enough = (I32(lap - last_stop) >= least_stint) | (kind == RED)
    return ((flag >= FIRST_LAP) & (I32(next_stop - lap) <= window)) & long_enough


def changes_for_free(
    next_stop: Int,
    lap: Int,
    flag: Int,
    last_stop: Int,
    age: Int,
    eager: Int,
    hasty: Int,
    behind: Int,
    laps_left: Int,
    window: Int,
) -> Any:
    """Say whether a flag that just came out makes a car change tyres without a plan.

    While a race stands everybody changes whose new tyres would last. Behind a safety car cars
    do that are ``behind`` the leader (1, else 0): the ``eager`` (1) with no stop to come and old
    tyres, and the ``hasty`` (1) with a planned stop far ahead, on the tyres of the start.
    """
    old = I32(lap - last_stop) >= age
    late = ((next_stop >= NEVER) & old) & (eager > _ZERO)
    early = ((next_stop < NEVER) & (last_stop < _ZERO)) & (hasty > _ZERO)
    queued = (flag == I32(SAFETY_CAR + FIRST_LAP)) & (behind > _ZERO)
    stands = (flag == I32(RED + FIRST_LAP)) & (laps_left <= window)
    return ((late | early) & queued) | stands


def changes_class(next_stop: Int, flag: Int, wrong_tyre: Any) -> Any:
    """Say whether, in a wet race, a flag that just came out brings a car in for other tyres."""
    return ((flag >= FIRST_LAP) & (next_stop < NEVER)) & wrong_tyre


def is_too_late(lap: Int, n_laps: Int, last_stop_laps: Int, kind: Int) -> Any:
    """Say whether no stop pays any more: in the last laps, unless the race stands."""
    return (I32(n_laps - lap) < last_stop_laps) & (kind != RED)


def answers(
    next_stop: Int, lap: Int, last_stop: Int, kind: Int, cover_laps: Int, least_stint: Int
) -> Any:
    """Say whether a car whose stop is due soon makes it as the one behind it just stopped."""
    soon = I32(next_stop - lap) <= cover_laps
    return (soon & (kind == GREEN)) & (I32(lap - last_stop) >= least_stint)


def stops_for_free(
    next_stop: Int, lap: Int, last_stop: Int, kind: Int, gap_behind: Int, gap: Int, least: Int
) -> Any:
    """Say whether a late stop that nobody planned costs no place."""
    done = (next_stop >= NEVER) & (I32(lap - last_stop) >= least)
    return (done & (kind == GREEN)) & (gap_behind > gap)


def waits_for_box(arrival: Int, mate_arrival: Int, mate_standstill: Int) -> Int:
    """Give how long a car waits behind its team-mate, who arrived before it."""
    return max(_ZERO, I32(I32(mate_arrival + mate_standstill) - arrival))


# a lead


def settled(pace: Int, share: Int) -> Int:
    """Give what a car's lap changes by once the race has settled; ``share`` of its pace, 2^-8."""
    return I32(-I32(I32(pace * share) >> _BITS_OF_SHARE))


def given_away(gap: Int, next_stop: Int, kept: Int, share: Int, most: Int) -> Int:
    """Give what a leader with no stop to come is slower by; ``share`` of the lead in 2^-8."""
    more = min(max(I32(gap - kept), _ZERO), _LARGEST_LEAD)
    given = min(I32(I32(more * share) >> _BITS_OF_SHARE), most)
    return given if next_stop >= NEVER else _ZERO


# wheel to wheel


def free_time(
    before: Int,
    lap_time: Int,
    distance: Int,
    dirty_air: Int,
    dirty_window: Int,
    gain: Int,
    aid_window: Int,
) -> Int:
    """Give where a car would be at the end of the lap with nobody to hold it up.

    ``distance`` is the gap to the car ahead when the lap began: within the windows it
    costs dirty air and gives the overtake aid.
    """
    time = I32(before + lap_time)
    time = I32(time + (dirty_air if distance <= dirty_window else _ZERO))
    return I32(time - (gain if distance <= aid_window else _ZERO))


def passes(free: Int, last: Int, lead: Int) -> Int:
    """Say whether a car passes the last one in front, being ahead by enough; a mask."""
    return I32(I32(free - I32(last - lead)) >> _SIGN)


def held(free: Int, last: Int, gap: Int, lap_time: Int, mask: Int) -> Int:
    """Give the time of a car that does not pass: it follows, now closer, now less.

    What is beyond the least gap are the lap time's low bits, as good as random.
    """
    return max(free, I32(I32(last + gap) + I32(lap_time & mask)))


def past(free: Int, last_but_one: Int, lead: Int, duel: Int, half_gap: Int) -> Int:
    """Give the time of a car that passes: it pays for the duel, and may slot in between two."""
    time = I32(free + duel)
    between = max(time, I32(last_but_one + half_gap))
    return time if free < I32(last_but_one - lead) else between


def lets_by(gap_before: Int, gap: Int, lap: Int, laps_per_tick: Any) -> Int:
    """Say whether a car has fallen another lap behind, and met blue flags; a mask.

    Whole laps are counted in float32, as there is no integer division of lanes.
    """
    laps = I32(F32(F32(gap) * laps_per_tick))
    return I32(I32(gap_before - I32(laps * lap)) >> _SIGN)


def is_running(time: Int) -> Int:
    """Say whether a race time is that of a car that has not retired; a mask."""
    return I32(I32(time - GONE) >> _SIGN)


def retires(lap_time: Int) -> Int:
    """Say whether a lap time stands for a retirement; a mask."""
    return I32(I32(I32(RETIRES - _ONE) - lap_time) >> _SIGN)


def choose(mask: Int, one: Int, other: Int) -> Int:
    """Give ``one`` where a mask is set and ``other`` elsewhere, without a condition."""
    return I32(other ^ I32(I32(one ^ other) & mask))


def retired_time(lap: Int, n_laps: Int, place: Int) -> Int:
    """Give the race time that orders a retired car: by laps completed, then place."""
    return I32(GONE + I32(I32(I32(I32(n_laps - lap) + _ONE) * I32(64)) + place))


def laps_of_retired(time: Int, n_laps: Int) -> Int:
    """Give the laps completed by a retired car from its race time."""
    return I32(n_laps - I32(I32(time - GONE) >> I32(6)))


def lap_code(key_before: Int, key_after: Int, fuel_code: Int, car: Int) -> Int:
    """Pack a lap time with the car that drove it, so that the fastest is the smallest.

    Keys are race times above the car's five bits, which their difference has not; ``fuel_code``
    is `code_of_fuel`. A minimum of codes needs no branch.
    """
    return I32(I32(I32(key_after - key_before) + fuel_code) | car)


def code_of_fuel(fuel: Int) -> Int:
    """Give what to add to a lap code for the fuel in the car; a bias keeps codes positive."""
    return I32(I32(_BIAS - fuel) << _BITS_OF_CAR)
