"""A simulated race told lap by lap, as a race engineer would: its happenings in words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

__all__ = ["happenings_by_lap", "story"]

Line = tuple[str, str]  # role, text
Value = Mapping[str, Any]

WIDTH = 80
_FLAG = {"vsc": "Virtual safety car", "safety_car": "Safety car", "red": "Red flag"}
_UNDER = {"vsc": "under the VSC", "safety_car": "under the safety car", "red": "under the red flag"}
_PLACE = {1: "the lead", 2: "second", 3: "third"}
_FRONT = 3
_LOSS_S = 3.0  # less is not told
_PASSES = 3  # so many on one lap are all told
_NAMED = 2  # where there are more, so many of those whom one car passes are named
_APART = ("stop", "pass", "finish")  # told after the rest of a lap, several in one


def story(race: Value) -> Iterator[Line]:
    """Tell a race: a line or more for every lap on which something happens.

    Parameters
    ----------
    race : Mapping[str, Any]
        ``race`` of what ``simulate --json`` writes.
    """
    for lap, role, text in happenings_by_lap(race):
        label = f"  lap {lap:>2}  "
        for number, line in enumerate(textwrap.wrap(text, WIDTH - len(label))):
            yield (role, (label if number == 0 else " " * len(label)) + line)


def happenings_by_lap(race: Value) -> Iterator[tuple[int, str, str]]:
    """Tell the same as sentences: lap, role ("flag", "gone" or none) and words.

    Parameters
    ----------
    race : Mapping[str, Any]
        As for `story`.
    """
    for lap, several in groupby(race["happenings"], key=lambda one: one["lap"]):
        for role, text in _told(list(several), _changed(race["laps"], lap)):
            yield lap, role, text


def _changed(laps: Sequence[Value], lap: int) -> int:
    """Count the places that somebody else has after a lap than before it."""
    both = laps[lap - 2 : lap] if lap > 1 else ()  # the start tells the first
    if len(both) < 2:
        return 0  # nobody has finished it
    before, after = ([car["driver"] for car in one["cars"]] for one in both)
    return sum(one != other for one, other in zip(before, after, strict=False))


def _told(happened: Sequence[Value], changed: int) -> Iterator[Line]:
    """Tell one lap; of stops those at the front, under a flag and for repairs."""
    stops, passes, finish = ([one for one in happened if one["kind"] == kind] for kind in _APART)
    leads = [one for one in happened if one["kind"] == "lead"]
    heir = next((one["driver"] for one in leads if one["how"] == "pit_stop"), "")
    for one in happened:
        with_a_stop = one["kind"] == "lead" and one["how"] == "pit_stop"
        small = one["kind"] == "loss" and one["loss_s"] < _LOSS_S
        if one["kind"] not in _APART and not with_a_stop and not small:
            yield _TELL[one["kind"]](one)
    yield from _stops(stops, heir)
    yield from _passes(passes, changed - len(leads))
    yield from map(_finish, finish)


def _stops(stops: Sequence[Value], heir: str) -> Iterator[Line]:
    """Tell the stops of a lap, and who leads by them."""
    if not stops:
        return
    if stops[0]["flag"] != "green":
        yield ("flag", _stops_under_flag(stops, heir))
        return
    for one in stops:
        if one["position_before"] <= _FRONT or one["reason"] == "damage":
            yield ("", _front_stop(one, heir))


def _stops_under_flag(stops: Sequence[Value], heir: str) -> str:
    under, red = _UNDER[stops[0]["flag"]], stops[0]["flag"] == "red"
    one, several = ("changes", "change") if red else ("stops", "stop")
    tyres = " tyres" if red else ""
    # while a race stands still a stop costs no place
    names = [stop["driver"] + ("" if red else _from_the_front(stop)) for stop in stops]
    first = stops[0]
    then = f"; {heir} leads" if heir else ""
    if not red and first["position_before"] == first["position_after"] == 1:
        then = f"; {first['driver']} keeps the lead"
    if len(stops) == 1:
        front = "" if red else _from_the_front(first)
        return f"{first['driver']} {one}{tyres} {under}{front}{then}."
    return f"{len(stops)} cars {several}{tyres} {under}: {', '.join(names)}{then}."


def _from_the_front(stop: Value) -> str:
    place = stop["position_before"]
    if place > _FRONT:
        return ""
    return " from the lead" if place == 1 else f" from P{place}"


def _front_stop(one: Value, heir: str) -> str:
    place = one["position_before"]
    then = f", and {heir} leads" if place == 1 and heir else ""
    from_where = "the lead" if place == 1 else f"P{place}"
    old, new = one["from"].lower(), one["to"].lower()
    tyres = f"fresh {new}s" if old == new else f"{old} to {new}"
    return (
        f"{one['driver']} stops from {from_where}{_why(one)}, {tyres}"
        f"{_stood(one)}; comes out P{one['position_after']}{then}."
    )


def _why(stop: Value) -> str:
    return {
        "damage": " for repairs",
        "gamble": " early",
        "cover": f" to cover {stop['covers']}",
        "free": " as it costs no place",
    }.get(stop["reason"], "")


def _stood(stop: Value) -> str:
    if stop["standstill_s"] is None:
        return ""
    penalty = f", {stop['penalty_s']:g} s of it a penalty" if stop["penalty_s"] else ""
    return f", {stop['standstill_s']:.1f} s{penalty}"


def _passes(passes: Sequence[Value], changed: int) -> Iterator[Line]:
    """Tell who passes whom, a car that passes in one sentence; of an upheaval only the front."""
    upheaval = len(passes) > _PASSES
    drivers = list(dict.fromkeys(one["driver"] for one in passes))
    for driver in drivers:
        own = [one for one in passes if one["driver"] == driver]
        # from the front, so the last one is whom it took the place from
        passed = [one["passed"] for one in own[: _NAMED if upheaval else None]][::-1]
        yield ("", f"{driver} passes {_listed(passed)} for {_PLACE[own[0]['position']]}.")
    more = changed - len(drivers)
    if upheaval and more > 0:
        yield ("", f"{more} more place{' changes' if more == 1 else 's change'} hands.")


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _weather(one: Value) -> Line:
    wet = one["track"] == "wet"
    if one["at_start"]:
        how = "wet track, on intermediates" if wet else "dry track"
        return ("", f"The race starts on a {how}.")
    rain, dry = "It rains: intermediates are the tyre.", "The track is dry enough for slicks."
    return ("", rain if wet else dry)


def _start(one: Value) -> Line:
    slot = "pole" if one["from_grid"] == 1 else f"P{one['from_grid']}"
    keeps = "leads away from" if one["from_grid"] == 1 else "takes the lead from"
    text = f"{one['driver']} {keeps} {slot}, ahead of {' and '.join(one['order'][1:])}."
    most, least = one["most_gained"], one["most_lost"]
    if most["places"] > 1:
        text += f" {most['driver']} wins {most['places']} places"
        text += f", {least['driver']} loses {least['places']}." if least["places"] > 1 else "."
    return ("", text)


def _lead(one: Value) -> Line:
    how = {
        "pass": f"passes {one['from']} for the lead",
        "retirement": f"inherits the lead from {one['from']}",
    }[one["how"]]
    return ("", f"{one['driver']} {how}.")


def _flag(one: Value) -> Line:
    laps = f"lap {one['lap']}"
    if one["last_lap"] > one["lap"]:
        laps = f"laps {one['lap']} to {one['last_lap']}"
    after = " and ".join(f"{who['driver']}'s {who['cause']}" for who in one["after"])
    return ("flag", f"{_FLAG[one['flag']]}, {laps}{f', after {after}' if after else ''}.")


def _retirement(one: Value) -> Line:
    """Tell a retirement; an accident that brings no flag out left a car that could drive home."""
    place = f"P{one['position_before']}"
    if one["cause"] != "accident":
        return ("gone", f"{one['driver']} retires with a failure from {place}.")
    if one["flag"] is None:
        return ("gone", f"{one['driver']} retires with accident damage from {place}.")
    return ("gone", f"{one['driver']} crashes out from {place}.")


def _loss(one: Value) -> Line:
    before, after = one["position_before"], one["position_after"]
    falls = f" and falls from P{before} to P{after}" if after > before else f" in P{before}"
    return ("", f"{one['driver']} loses {one['loss_s']:.0f} s{falls}.")


def _penalty(one: Value) -> Line:
    when = {
        "stop": f"served at the stop on lap {one['served_on_lap']}",
        "flag": "added at the flag",
        None: "not served before the car retires",
    }[one["served"]]
    return ("flag", f"{one['driver']} gets a penalty of {one['penalty_s']:g} s, {when}.")


def _finish(one: Value) -> Line:
    if one["second"] is None:
        return ("", f"{one['driver']} wins; nobody else sees the flag.")
    laps = one["laps_down"]
    margin = f"{one['margin_s']:.3f} s" if not laps else "a lap" if laps == 1 else f"{laps} laps"
    return ("", f"{one['driver']} wins by {margin} from {one['second']}.")


_TELL = {
    "weather": _weather,
    "start": _start,
    "lead": _lead,
    "flag": _flag,
    "retirement": _retirement,
    "loss": _loss,
    "penalty": _penalty,
}
