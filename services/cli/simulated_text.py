"""A simulated race told in a terminal: at most 80 columns, from the JSON value alone.

Every line has a role ("head", "flag", "gone" or none), which a caller may show in colour.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.cli.simulated_tables import distribution, grid, lap_chart, result_table, stop_lines
from services.publishing.told_story import story
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
    race, n_sims = value["race"], value["settings"]["num_simulations"]
    lines = [
        *_title(value),
        *_section("Starting grid", grid(race["grid"])),
        ("", ""),
        ("head", "The race"),
        *story(race),
        *_section("Result", result_table(race["result"], race["n_laps"])),
        *_fastest(race),
        *_section("Stops", stop_lines(race["result"])),
        *(_section("Lap chart", lap_chart(race)) if laps else ()),
        *_typical(value),
        *_section(_all_races(value), distribution(value["distribution"], n_sims, _places(race))),
    ]
    return [(role, plain(line).rstrip()) for role, line in lines]


def counts_text(
    event: str, n_sims: int, scenarios: Mapping[str, float], rows: Sequence[Value]
) -> list[Line]:
    """Show the distribution that counts of all races come to."""
    lines = _section(_races_of(n_sims, scenarios, event), distribution(rows, n_sims, {}))
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
