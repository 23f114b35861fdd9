"""The rules of a lap, compiled to be inlined into loops over lanes."""

from __future__ import annotations

from typing import Any

import numba

from predictor.simulator import drawn, physics

__all__ = [
    "accident_lap",
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
    "early_lap",
    "early_window",
    "failure_lap",
    "flag_now",
    "following_gap",
    "forced_lap",
    "free_stop_lap",
    "free_time",
    "getaway",
    "given_away",
    "happens",
    "held",
    "if_in_race",
    "in_24",
    "instead",
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
    "loss_lap",
    "moved_lap",
    "offence_lap",
    "on_green",
    "passes",
    "past",
    "penalty",
    "pit_lane_loss",
    "plan_is_due",
    "plan_rank",
    "retired_time",
    "retires",
    "setback",
    "settled",
    "share",
    "state_next",
    "stops_for_free",
    "tyre_after",
    "waits_for_box",
    "wish",
]

# Any: a compiled function.
_compiled: Any = numba.njit(inline="always", error_model="numpy")

share = _compiled(drawn.share)
in_24 = _compiled(drawn.in_24)
getaway = _compiled(drawn.getaway)
setback = _compiled(drawn.setback)
failure_lap = _compiled(drawn.failure_lap)
accident_lap = _compiled(drawn.accident_lap)
offence_lap = _compiled(drawn.offence_lap)
penalty = _compiled(drawn.penalty)
forced_lap = _compiled(drawn.forced_lap)
free_stop_lap = _compiled(drawn.free_stop_lap)
happens = _compiled(drawn.happens)
loss_lap = _compiled(drawn.loss_lap)
plan_rank = _compiled(drawn.plan_rank)
moved_lap = _compiled(drawn.moved_lap)
early_lap = _compiled(drawn.early_lap)
instead = _compiled(drawn.instead)
if_in_race = _compiled(drawn.if_in_race)
wish = _compiled(physics.wish)
kind_after_accident = _compiled(physics.kind_after_accident)
kind_after_failure = _compiled(physics.kind_after_failure)
flag_now = _compiled(physics.flag_now)
comes_out = _compiled(physics.comes_out)
state_next = _compiled(physics.state_next)
left_next = _compiled(physics.left_next)
lead_to_pass = _compiled(physics.lead_to_pass)
following_gap = _compiled(physics.following_gap)
catching_up = _compiled(physics.catching_up)
aid = _compiled(physics.aid)
on_green = _compiled(physics.on_green)
ageing = _compiled(physics.ageing)
pit_lane_loss = _compiled(physics.pit_lane_loss)
early_window = _compiled(physics.early_window)
tyre_after = _compiled(physics.tyre_after)
clean_lap = _compiled(physics.clean_lap)
code_of_fuel = _compiled(physics.code_of_fuel)
plan_is_due = _compiled(physics.plan_is_due)
is_early = _compiled(physics.is_early)
changes_class = _compiled(physics.changes_class)
changes_for_free = _compiled(physics.changes_for_free)
stops_for_free = _compiled(physics.stops_for_free)
answers = _compiled(physics.answers)
is_too_late = _compiled(physics.is_too_late)
waits_for_box = _compiled(physics.waits_for_box)
given_away = _compiled(physics.given_away)
settled = _compiled(physics.settled)
free_time = _compiled(physics.free_time)
passes = _compiled(physics.passes)
held = _compiled(physics.held)
past = _compiled(physics.past)
lets_by = _compiled(physics.lets_by)
is_running = _compiled(physics.is_running)
retires = _compiled(physics.retires)
choose = _compiled(physics.choose)
retired_time = _compiled(physics.retired_time)
laps_of_retired = _compiled(physics.laps_of_retired)
lap_code = _compiled(physics.lap_code)
