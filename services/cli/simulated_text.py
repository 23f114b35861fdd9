"""A simulated race told in a terminal: at most 80 columns, from the JSON value alone.

Every line has a role ("head", "flag", "gone" or none), which a caller may show in colour.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from services.cli.simulated_tables import distribution, grid, lap_chart, result_table, stop_lines
from services.settings.terminal import plain

__all__ = ["counts_text", "race_text"]

Line = tuple[str, str]  # role, text
Value = Mapping[str, Any]

WIDTH = 80
_HORIZON = {
    "a": "before the weekend",
    "b": "after practice",
    "c": "with the grid known",
}
_SCENARIO = {"dry": "dry", "wet": "wet", "safety_car": "dry with a safety car"}
_FLAG = {"vsc": "Virtual safety car", "safety_car": "Safety car", "red": "Red flag"}
_UNDER = {"vsc": "under the VSC", "safety_car": "under the safety car", "red": "under the red flag"}
_PLACE = {1: "the lead", 2: "second", 3: "third"}
_FRONT = 3
_LOSS_S = 3.0  # less is not told
_RANGES = (
    ("retirements", "retirements", 0),
    ("stops_per_car", "stops per car", 1),
    ("passes", "passes on track", 0),
    ("safety_cars", "safety cars", 0),
    ("vscs", "virtual safety cars", 0),
    ("neutralised_laps", "neutralised laps", 0),
    ("winning_margin_s", "winning margin, s", 1),
)


def race_text(value: Value, *, laps: bool = False) -> list[Line]:
    """Tell a simulated race and the distribution it comes from.

    Parameters
    ----------
    value : Mapping[str, Any]
        As ``simulate --json`` writes it.
    laps : bool
        With every car's place on every lap.
    """
    race = value["race"]
    lines = [
        *_title(value),
        *_section("Starting grid", grid(race["grid"])),
        *_story(race),
        *_section("Result", result_table(race["result"], race["n_laps"])),
        *_fastest(race),
        *_section("Stops", stop_lines(race["result"])),
        *(_section("Lap chart", lap_chart(race)) if laps else ()),
        *_typical(value),
        *_section(_all_races(value), distribution(value["distribution"], _places(race))),
    ]
    return [(role, plain(line).rstrip()) for role, line in lines]


def counts_text(
    event: str, n_sims: int, scenarios: Mapping[str, float], rows: Sequence[Value]
) -> list[Line]:
    """Show the distribution that counts of all races come to."""
    lines = _section(_races_of(n_sims, scenarios, event), distribution(rows, {}))
    return [(role, plain(line).rstrip()) for role, line in list(lines)[1:]]


def _section(title: str, lines: Sequence[str] | Iterator[str]) -> Iterator[Line]:
    yield ("", "")
    yield from (("head", part) for part in textwrap.wrap(title, WIDTH))
    yield from (("", line) for line in lines)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False)


def _title(value: Value) -> Iterator[Line]:
    event, told, settings = value["event"], value["told"], value["settings"]
    what = "sprint, simulated" if event["session"] == "sprint" else "simulated"
    yield ("head", f"{event['season']} {event['name']}, {what}")
    scenario = _SCENARIO[told["scenario"]]
    share = settings["scenarios"][told["scenario"]]
    odds = f" ({_percent(share)} likely)" if len(settings["scenarios"]) > 1 else ""
    horizon = _HORIZON.get(event["horizon"], "")
    chosen = (
        f"Of all {settings['num_simulations']:,} it is among the nearest to the expected order, "
        "and its cars stop most as they usually do."
        if told["chosen"] != "asked for"
        else f"Asked for, out of 0 to {settings['num_simulations'] - 1}."
    )
    text = (
        f"Race {told['sim']} of the forecast {horizon}, {scenario}{odds}, "
        f"{value['race']['n_laps']} laps, seed {settings['seed']}. {chosen}"
    )
    yield from (("", line) for line in _wrapped(text))


def _story(race: Value) -> Iterator[Line]:
    yield ("", "")
    yield ("head", "The race")
    for lap, several in groupby(race["happenings"], key=lambda one: one["lap"]):
        for role, text in _told(list(several)):
            label = f"  lap {lap:>2}  "
            for number, line in enumerate(textwrap.wrap(text, WIDTH - len(label))):
                yield (role, (label if number == 0 else " " * len(label)) + line)


def _told(happened: Sequence[Value]) -> Iterator[Line]:
    """Tell one lap; of stops those at the front, under a flag and for repairs."""
    stops = [one for one in happened if one["kind"] == "stop"]
    neutral = bool(stops) and stops[0]["flag"] != "green"
    heir = ""
    for one in happened:
        if one["kind"] == "lead" and one["how"] == "pit_stop" and not neutral:
            heir = one["driver"]
        elif one["kind"] != "stop" and (one["kind"] != "loss" or one["loss_s"] >= _LOSS_S):
            yield _TELL[one["kind"]](one)
    front = [one for one in stops if one["position_before"] <= _FRONT or one["reason"] == "damage"]
    if neutral:
        names = ", ".join(one["driver"] for one in stops)
        under = _UNDER[stops[0]["flag"]]
        several = f"{len(stops)} cars stop {under}: {names}."
        yield ("flag", several if len(stops) > 1 else f"{names} stops {under}.")
    else:
        yield from (("", _front_stop(one, heir)) for one in front)


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
    return "" if stop["standstill_s"] is None else f", {stop['standstill_s']:.1f} s"


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
        "pit_stop": f"leads as {one['from']} stops",
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
    how = "crashes out" if one["cause"] == "accident" else "retires with a failure"
    return ("gone", f"{one['driver']} {how} from P{one['position_before']}.")


def _loss(one: Value) -> Line:
    before, after = one["position_before"], one["position_after"]
    falls = f" and falls from P{before} to P{after}" if after > before else f" in P{before}"
    return ("", f"{one['driver']} loses {one['loss_s']:.0f} s{falls}.")


def _penalty(one: Value) -> Line:
    when = {"stop": ", served at the next stop", "flag": ", added at the flag"}
    text = f"{one['driver']} gets a penalty of {one['penalty_s']:g} s"
    return ("flag", f"{text}{when.get(one['served'], '')}.")


def _finish(one: Value) -> Line:
    if one["second"] is None:
        return ("", f"{one['driver']} wins; nobody else sees the flag.")
    return ("", f"{one['driver']} wins by {one['margin_s']:.3f} s from {one['second']}.")


_TELL = {
    "start": _start,
    "lead": _lead,
    "flag": _flag,
    "retirement": _retirement,
    "loss": _loss,
    "penalty": _penalty,
    "pass": lambda one: (
        "", f"{one['driver']} passes {one['passed']} for {_PLACE[one['position']]}."
    ),
    "finish": _finish,
}  # fmt: skip


def _fastest(race: Value) -> Iterator[Line]:
    best = race["fastest_lap"]
    if best is not None:
        text = f"Fastest lap: {best['driver']} on lap {best['lap']}"
        if best["next_best"]:
            text += f", {best['margin_s']:.3f} s quicker than the best of {best['next_best']}"
        yield ("", f"{text}.")


def _typical(value: Value) -> Iterator[Line]:
    yield ("", "")
    yield ("head", "How typical it is")
    found = value["typicality"]
    away = found["places_from_expected"]
    nearer = _percent(found["share_of_races_nearer"])
    text = (
        f"{found['winner']} wins {_percent(found['p_win_of_winner'])} of the races of this "
        f"scenario. Here a car ends {away['told']:.1f} places from where it ends on average, "
        f"in the mean race {away['mean']:.1f}; {nearer} of the races are nearer to the expected "
        "order."
    )
    yield from (("", line) for line in _wrapped(text))
    yield ("", f"{'':22}{'this race':>10}{'mean':>8}{'90 % of races':>20}")
    for name, title, digits in _RANGES:
        row = found[name]
        shown = [_number(row[column], digits) for column in ("told", "p05", "p95")]
        mean = _number(row["mean"], max(digits, 1))
        yield ("", f"  {title:<20}{shown[0]:>10}{mean:>8}{f'{shown[1]} to {shown[2]}':>20}")


def _number(x: float | None, digits: int) -> str:
    return "-" if x is None else f"{x:.{digits}f}"


def _all_races(value: Value) -> str:
    settings = value["settings"]
    return _races_of(settings["num_simulations"], settings["scenarios"], "")


def _races_of(n_sims: int, scenarios: Mapping[str, float], event: str) -> str:
    if len(scenarios) == 1:
        (name,) = scenarios
        return f"All {n_sims:,} races{f' of {event}' if event else ''}, {_SCENARIO[name]}"
    parts = ", ".join(f"{_SCENARIO[name]} {_percent(p)}" for name, p in scenarios.items())
    of = f" of {event}" if event else ""
    return f"All {n_sims * len(scenarios):,} races{of}: {parts}"


def _places(race: Value) -> dict[str, str]:
    return {
        row["driver"]: str(row["position"]) if row["status"] == "finished" else "ret"
        for row in race["result"]
    }


def _percent(p: float) -> str:
    return f"{100 * p:.0f} %" if p >= 0.1 or p == 0 else f"{100 * p:.1f} %"
