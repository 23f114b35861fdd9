"""What a told race is in sentences: that it is simulated, how it goes, how typical it is."""

from __future__ import annotations

from predictor.published.told_happenings import Finish, FlagOut, Lead, Weather
from predictor.published.told_types import ToldRace
from predictor.vocabulary import Scenario
from services.publishing.told_races import told_name
from services.web.derived import figures
from services.web.derived.weekend import AFTER

__all__ = [
    "KINDS",
    "command",
    "known_words",
    "n_races",
    "told_facts",
    "told_headline",
    "told_lead",
    "told_path",
    "typical_sentence",
]

KINDS = {
    Scenario.DRY: "dry without a safety car",
    Scenario.WET: "wet",
    Scenario.SAFETY_CAR: "dry with a safety car",
}
_LATE = 2 / 3  # of the laps, after which a safety car is late


def told_path(event_id: str, session: str) -> str:
    """Return the address of a told race: "/events/2025-belgium/race", of a sprint "race-sprint"."""
    ending = told_name(event_id, session).removeprefix(event_id)
    return f"/events/{event_id}/race{ending}"


def command(event_id: str, session: str) -> str:
    """Return the command that tells a race of an event beside its forecast."""
    sprint = " --sprint" if session == "sprint" else ""
    return f"python -m services simulate {event_id}{sprint} --publish"


def n_races(told: ToldRace) -> int:
    """Return how many races were simulated, of all scenarios together."""
    return told.settings.num_simulations * len(told.settings.scenarios)


def told_headline(told: ToldRace) -> str:
    """Return how the race could go, as "How Monaco could go: Norris wins by 0.8 s after ..."."""
    area = figures.area(told.event.event_id, told.event.name)
    what = f"the {area} sprint" if told.event.session == "sprint" else area
    end = _finish(told)
    if end is None:
        return f"How {what} could go: nobody sees the flag"
    winner = figures.surname(_names(told).get(end.driver, end.driver))
    return f"How {what} could go: {winner} wins{_margin(end)}{_when(told)}"


def _finish(told: ToldRace) -> Finish | None:
    return next((one for one in told.race.happenings if isinstance(one, Finish)), None)


def _names(told: ToldRace) -> dict[str, str]:
    return {one.driver: one.name for one in told.race.result}


def _margin(end: Finish) -> str:
    if end.second is None:
        return " as the only finisher"
    if end.laps_down:
        return " by a lap" if end.laps_down == 1 else f" by {figures.spelt(end.laps_down)} laps"
    return "" if end.margin_s is None else f" by {end.margin_s:.1f} s"


def _when(told: ToldRace) -> str:
    """Return what makes the race what it is: the last flag, or else rain."""
    race = told.race
    flags = [one for one in race.happenings if isinstance(one, FlagOut)]
    if any(one.flag == "red" for one in flags):
        return " after a red flag"
    cars = [one.lap for one in flags if one.flag == "safety_car"]
    if cars:
        if max(cars) > _LATE * race.n_laps:
            return " after a late safety car"
        return " after a safety car" if len(cars) == 1 else f" after {len(cars)} safety cars"
    if any(isinstance(one, Weather) and one.track == "wet" for one in race.happenings):
        return " in the wet"
    return ""


def told_lead(told: ToldRace) -> str:
    """Return which of the simulated races this is, and that it is no result."""
    one = told.told
    kind = KINDS[one.scenario]
    likely = told.settings.scenarios.get(one.scenario)
    how_likely = "" if likely is None else f" ({figures.per_cent(likely)} likely)"
    chosen = (
        "chosen because its order is near the expected one and its cars stop as they usually do"
        if one.chosen != "asked for"
        else "chosen by its number"
    )
    return (
        f"This is simulated race no. {figures.number(one.sim)} of those {kind}{how_likely}, "
        f"{chosen}. It tells how a race can unfold, not how it will or did."
    )


def told_facts(told: ToldRace) -> list[tuple[str, str, str]]:
    """Return four facts: label, value and what it means."""
    race = told.race
    leads = sum(isinstance(one, Lead) for one in race.happenings)
    total = race.totals
    winner = race.result[0].driver if race.result else ""
    found = []
    chance = next((row.p_win for row in told.distribution if row.driver == winner), None)
    if chance is not None and _finish(told) is not None:
        name = figures.surname(_names(told)[winner])
        found.append((f"{name} wins", figures.per_cent(chance), "of all simulated races"))
    found.append(("The lead changes", _times(leads), "in this race"))
    per_car = total.stops / len(race.result) if race.result else 0.0
    found.append(("Stops", str(total.stops), f"{per_car:.1f} a car"))
    out = figures.count(total.retirements, "car")
    found.append(("Retired", out, f"of {len(race.result)}"))
    return found


def _times(size: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(size, f"{size} times")


def typical_sentence(told: ToldRace) -> str:
    """Return how near the race is to the expected order, among those of its scenario."""
    one = told.typicality
    share = one.share_of_races_nearer
    kind = KINDS[told.told.scenario]
    nearer = (
        f"No race {kind} is nearer to the expected order"
        if share == 0.0
        else f"{figures.per_cent(share)} of the races {kind} are nearer to the expected order"
    )
    winner = figures.surname(_names(told).get(one.winner, one.winner))
    p = one.p_win_of_winner
    wins = f"{winner} wins {figures.per_cent(p)} of them" if p else f"{winner} wins no other"
    return f"{nearer}. {wins}."


def known_words(told: ToldRace) -> str:
    """Return what was known, "after qualifying"."""
    return AFTER[told.event.horizon]
