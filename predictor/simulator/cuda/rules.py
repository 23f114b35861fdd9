"""The rules of a lap and the random numbers, compiled for a GPU from the CPU's source."""

from __future__ import annotations

from predictor.simulator import physics
from predictor.simulator.box_muller import noise_pair, normal_pair
from predictor.simulator.cuda.device import device, unfused
from predictor.simulator.kernel_random import philox as cpu_philox

__all__ = ["noises", "normals", "philox"]

philox = device(cpu_philox.py_func)
normals = unfused(normal_pair)
noises = unfused(noise_pair)

share = device(physics.share)
in_24 = device(physics.in_24)
getaway = device(physics.getaway)
setback = device(physics.setback)
failure_lap = device(physics.failure_lap)
accident_lap = device(physics.accident_lap)
offence_lap = device(physics.offence_lap)
penalty = device(physics.penalty)
free_stop_lap = device(physics.free_stop_lap)
happens = device(physics.happens)
loss_lap = device(physics.loss_lap)
plan_rank = device(physics.plan_rank)
moved_lap = device(physics.moved_lap)
unless_damaged = device(physics.unless_damaged)
if_in_race = device(physics.if_in_race)
wish = device(physics.wish)
kind_after_accident = device(physics.kind_after_accident)
kind_after_failure = device(physics.kind_after_failure)
flag_now = device(physics.flag_now)
comes_out = device(physics.comes_out)
state_next = device(physics.state_next)
left_next = device(physics.left_next)
lead_to_pass = device(physics.lead_to_pass)
following_gap = device(physics.following_gap)
catching_up = device(physics.catching_up)
aid = device(physics.aid)
on_green = device(physics.on_green)
ageing = device(physics.ageing)
pit_lane_loss = device(physics.pit_lane_loss)
early_window = device(physics.early_window)
tyre_after = device(physics.tyre_after)
clean_lap = device(physics.clean_lap)
code_of_fuel = device(physics.code_of_fuel)
plan_is_due = device(physics.plan_is_due)
is_early = device(physics.is_early)
changes_class = device(physics.changes_class)
stops_for_free = device(physics.stops_for_free)
answers = device(physics.answers)
is_too_late = device(physics.is_too_late)
waits_for_box = device(physics.waits_for_box)
given_away = device(physics.given_away)
free_time = device(physics.free_time)
passes = device(physics.passes)
held = device(physics.held)
past = device(physics.past)
lets_by = device(physics.lets_by)
retired_time = device(physics.retired_time)
laps_of_retired = device(physics.laps_of_retired)
lap_code = device(physics.lap_code)
