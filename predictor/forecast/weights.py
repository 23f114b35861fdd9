"""User weights: an opinion on a driver or a team, applied to pace and to nothing else.

A weight of 1.2 multiplies the Plackett-Luce strength of a driver by 1.2 to the
power kappa, which is to say it shifts his log-strength by ``kappa * ln(1.2)``.
Probabilities are never multiplied and the stored beliefs never change.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from predictor.errors import UsageError
from predictor.forecast.weight_limits import check_weight
from predictor.formats.identities import driver_id_from_name
from predictor.season.state import Driver, Entry, SeasonState
from predictor.season.teams import resolve_team
from predictor.season.words import nearest, slugify, squeeze

__all__ = ["match_drivers", "match_teams", "strength_shift"]

_GENERATIONS = frozenset({"jr", "sr", "junior", "ii", "iii"})
# As they are typed where there are no such keys: "Huelkenberg", "Raeikkoenen".
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})

_Names = dict[str, set[str]]


def match_drivers(weights: Mapping[str, float], season: SeasonState) -> dict[str, float]:
    """Give driver weights by ``driver_id``.

    Parameters
    ----------
    weights : mapping of str to float
        Keys are codes ("VER"), ids, car numbers or any names of the season's drivers, in any
        case, with or without accents, as long as one driver alone is called that.

    Raises
    ------
    UsageError
        For a name that nobody or several who race in the season have, two names of one driver,
        or a weight outside 0.5 to 2.
    """
    racing = _racing(season)
    exact, parts = _driver_names(racing)
    found: dict[str, float] = {}
    for name, weight in weights.items():
        ids = _called(name, exact, parts)
        if len(ids) != 1:
            names = {**parts, **exact}
            raise _unknown("driver", name, ids, sorted({d.code for d in racing}), names)
        _set(found, ids.pop(), name, weight, "--driver-weights")
    return found


def match_teams(weights: Mapping[str, float], season: SeasonState) -> dict[str, float]:
    """Give team weights by ``team_id``; any spelling a provider uses will do.

    Raises
    ------
    UsageError
        As for `match_drivers`.
    """
    entries = [entry for event in season.events for entry in event.entries]
    by_lineage = {entry.lineage: entry.team_id for entry in entries}
    names: _Names = defaultdict(set)
    for entry in entries:
        for part in _runs(slugify(entry.team).split("-")):
            names[part].add(entry.team_id)
    found: dict[str, float] = {}
    for name, weight in weights.items():
        team_id = by_lineage.get(resolve_team(name, season.season).lineage)
        ids = {team_id} if team_id is not None else set(names.get(squeeze(name), ()))
        if len(ids) != 1:
            raise _unknown("team", name, ids, sorted({e.team for e in entries}), names)
        _set(found, ids.pop(), name, weight, "--team-weights")
    return found


def strength_shift(
    entries: Iterable[Entry],
    driver_weights: Mapping[str, float],
    team_weights: Mapping[str, float],
    kappa: float,
) -> NDArray[np.float64]:
    """Give the shift of log-strength of every entry, float64[D]."""
    return np.array(
        [
            kappa
            * math.log(
                driver_weights.get(entry.driver_id, 1.0) * team_weights.get(entry.team_id, 1.0)
            )
            for entry in entries
        ]
    )


def _racing(season: SeasonState) -> list[Driver]:
    """Give who races, as entered; a weight on a test driver would do nothing."""
    return [
        Driver(entry.driver_id, entry.code, entry.number, entry.name)
        for event in season.events
        for entry in event.entries
    ]


def _driver_names(racing: Iterable[Driver]) -> tuple[_Names, _Names]:
    """Give who is called what, squeezed: by names of one's own, and by parts of names."""
    exact: _Names = defaultdict(set)
    parts: _Names = defaultdict(set)
    for driver in racing:
        own = {squeeze(driver.driver_id), squeeze(driver.code), squeeze(driver.name)}
        if driver.number is not None:
            own.add(str(driver.number))
        for name in own - {""}:
            exact[name].add(driver.driver_id)
        for spelled in (driver.name, driver.name.translate(_UMLAUTS), driver.driver_id):
            words = [word for word in slugify(spelled).split("-") if word not in _GENERATIONS]
            initial = words[0][:1] + "".join(words[1:]) if words else ""
            last_first = "".join(words[1:] + words[:1])  # "Verstappen, Max"
            for part in {*_runs(words), initial, last_first} - {""}:
                parts[part].add(driver.driver_id)
    return exact, parts


def _called(name: str, exact: _Names, parts: _Names) -> set[str]:
    """Give who is meant: a name of one's own outweighs a part that others have too."""
    known = squeeze(driver_id_from_name(name))  # as providers and full names have it
    for names, wanted in ((exact, squeeze(name)), (exact, known), (parts, squeeze(name))):
        if wanted in names:
            return set(names[wanted])
    return set()


def _runs(words: Sequence[str]) -> set[str]:
    """Give every run of words, squeezed: of "aston martin" all three."""
    n_words = len(words)
    return {
        "".join(words[start:end])
        for start in range(n_words)
        for end in range(start + 1, n_words + 1)
    }


def _set(found: dict[str, float], key: str, name: str, weight: float, option: str) -> None:
    check_weight(name, weight, option)
    if key in found:
        raise UsageError(f"{key} has two weights", where=option, do=f"leave out {name}")
    found[key] = weight


def _unknown(
    kind: str, name: str, ids: set[str], shown: list[str], names: Mapping[str, set[str]]
) -> UsageError:
    option = f"--{kind}-weights"
    if ids:
        return UsageError(
            f"{name} could be several {kind}s",
            where=option,
            got=name,
            expected=" or ".join(sorted(ids)),
            do=f"use the {kind}'s id",
        )
    near = nearest(squeeze(name), names)
    return UsageError(
        f"no {kind} of the season is called {name}",
        where=option,
        got=name,
        expected=f"one of {', '.join(shown)}",
        do=f"did you mean {' or '.join(sorted(names[near]))}?" if near else "check the spelling",
    )
