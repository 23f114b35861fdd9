"""Shards of a simulated event: counts of some of its races, and how they are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np

from predictor.errors import UsageError
from predictor.forecast.assemble import finishes, mixture
from predictor.forecast.counts import RaceCounts, frequencies
from predictor.report.rows import Pays, driver_rows
from predictor.season.state import Entry
from predictor.vocabulary import Horizon, Scenario

__all__ = ["Identity", "ScenarioCounts", "Shard", "Sims", "merge_shards", "shard_rows"]

SCHEMA_VERSION = "1.1.0"


@dataclass(frozen=True, slots=True)
class Identity:
    """What shards have in common if they are parts of one simulation."""

    event_id: str
    event: str
    seed: int
    num_simulations: int  # of the whole, per scenario
    horizon: Horizon
    scenarios: dict[Scenario, float]  # and their probabilities
    inputs_digest: str  # of the belief, the weekend, the weights and the constants
    code_digest: str
    environment: str  # versions and processor: what decides the last digits
    points_by_position: tuple[float, ...]
    fastest_lap_point: float
    drivers: tuple[Entry, ...]  # in the order of the counts


@dataclass(frozen=True, slots=True)
class Sims:
    """Which sims a shard holds."""

    first: int  # from 0
    number: int


@dataclass(frozen=True, slots=True)
class ScenarioCounts:
    """`RaceCounts` of one scenario as plain numbers."""

    position: tuple[tuple[int, ...], ...]  # a row per driver, a column per position
    finish: tuple[tuple[int, ...], ...]  # the same of races that he finished
    retired: tuple[int, ...]
    fastest_lap: tuple[int, ...]
    fastest_lap_in_points: tuple[int, ...]
    stops: tuple[int, ...]
    races_with_safety_car: int
    races_with_vsc: int
    races_with_red_flag: int
    passes: int
    neutralised_laps: int

    @classmethod
    def of(cls, counts: RaceCounts) -> ScenarioCounts:
        """Give counts as plain numbers."""
        return cls(
            position=tuple(map(tuple, counts.position.tolist())),
            finish=tuple(map(tuple, counts.finish.tolist())),
            retired=tuple(counts.retired.tolist()),
            fastest_lap=tuple(counts.fastest_lap[:, 0].tolist()),
            fastest_lap_in_points=tuple(counts.fastest_lap[:, 1].tolist()),
            stops=tuple(counts.stops.tolist()),
            races_with_safety_car=counts.safety_cars,
            races_with_vsc=counts.vscs,
            races_with_red_flag=counts.red_flags,
            passes=counts.passes,
            neutralised_laps=counts.neutralised_laps,
        )

    def counts(self, n_sims: int) -> RaceCounts:
        """Give them as arrays again."""
        return RaceCounts(
            n_sims=n_sims,
            position=np.array(self.position, np.int64),
            finish=np.array(self.finish, np.int64),
            retired=np.array(self.retired, np.int64),
            fastest_lap=np.array([self.fastest_lap, self.fastest_lap_in_points], np.int64).T,
            stops=np.array(self.stops, np.int64),
            safety_cars=self.races_with_safety_car,
            vscs=self.races_with_vsc,
            red_flags=self.races_with_red_flag,
            passes=self.passes,
            neutralised_laps=self.neutralised_laps,
        )


@dataclass(frozen=True, slots=True)
class Shard:
    """Counts of some of an event's simulated races, or of all of them."""

    kind: Literal["simulated_counts"]
    schema_version: str
    identity: Identity
    sims: Sims
    scenarios: dict[Scenario, ScenarioCounts]

    @classmethod
    def of(cls, identity: Identity, first: int, counts: Mapping[Scenario, RaceCounts]) -> Shard:
        """Give the shard that begins with the sim ``first``."""
        (number,) = {one.n_sims for one in counts.values()}
        plain = {scenario: ScenarioCounts.of(one) for scenario, one in counts.items()}
        return cls("simulated_counts", SCHEMA_VERSION, identity, Sims(first, number), plain)


def merge_shards(shards: Sequence[Shard], names: Sequence[str]) -> Shard:
    """Add up the shards of one simulation; they come to the counts of one process.

    Parameters
    ----------
    shards : sequence of Shard
        In any order.
    names : sequence of str
        What to call each in an error.

    Raises
    ------
    UsageError
        If they do not belong together, overlap, or leave a gap.
    """
    for shard, name in zip(shards, names, strict=True):
        _check_counts(shard, name)
        _check_same(shards[0].identity, names[0], shard.identity, name)
    _check_ranges(shards, names)
    first = shards[0]
    whole = {
        scenario: _sum([shard.scenarios[scenario] for shard in shards])
        for scenario in first.scenarios
    }
    return replace(first, sims=Sims(0, first.identity.num_simulations), scenarios=whole)


def shard_rows(shard: Shard) -> list[dict[str, Any]]:
    """Give the distribution that a shard's counts are, as the season document's rows."""
    identity = shard.identity
    found = {s: frequencies(one.counts(shard.sims.number)) for s, one in shard.scenarios.items()}
    pays = Pays(np.array(identity.points_by_position), identity.fastest_lap_point)
    forecast = mixture(found, identity.scenarios)
    finished = finishes(found, identity.scenarios)
    return driver_rows(identity.drivers, forecast, finished, pays, in_full=True)


def _sum(parts: Sequence[ScenarioCounts]) -> ScenarioCounts:
    def total(values: Sequence[Any]) -> Any:  # noqa: ANN401 - numbers, or nests of them
        if isinstance(values[0], tuple):
            return tuple(total(row) for row in zip(*values, strict=True))
        return sum(values)

    names = [field.name for field in fields(ScenarioCounts)]
    return ScenarioCounts(**{name: total([getattr(one, name) for one in parts]) for name in names})


def _check_same(known: Identity, its_name: str, other: Identity, name: str) -> None:
    for field in fields(Identity):
        expected, got = getattr(known, field.name), getattr(other, field.name)
        if got != expected:
            raise UsageError(
                "these shards are not of one simulation",
                where=f"{field.name} in {name}",
                got=_short(got),
                expected=f"{_short(expected)}, as in {its_name}",
                do=_WHY.get(field.name, "simulate all shards with the same options"),
            )


_WHY = {
    "inputs_digest": "simulate all shards from the same session files, weights and constants, "
    "on processors of one kind",
    "code_digest": "simulate all shards with the same version of this product",
    "environment": "simulate all shards with the same versions of the packages, on processors "
    "of one kind: others differ in last digits",
    "event_id": "put the shards of each event together by themselves",
}


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _check_counts(shard: Shard, name: str) -> None:
    """Refuse counts that cannot be those of the races a shard says it holds."""
    number, n_drivers = shard.sims.number, len(shard.identity.drivers)
    total = shard.identity.num_simulations
    inside = shard.sims.first >= 0 and number >= 1 and shard.sims.first + number <= total
    same = set(shard.scenarios) == set(shard.identity.scenarios)
    whole = all(
        len(one.position) == n_drivers
        and all(len(row) == n_drivers and sum(row) == number for row in one.position)
        and all(sum(column) == number for column in zip(*one.position, strict=True))
        and len(one.finish) == n_drivers
        and all(len(row) == n_drivers for row in one.finish)
        and {len(one.retired), len(one.fastest_lap), len(one.fastest_lap_in_points), len(one.stops)}
        == {n_drivers}
        and _can_be(one, number)
        for one in shard.scenarios.values()
    )
    if not (inside and same and whole):
        raise UsageError(
            "a shard's counts do not add up",
            where=name,
            got="changed or damaged counts",
            expected=f"{number} races of {n_drivers} drivers in each of its scenarios",
            do="simulate this shard anew",
        )


def _can_be(one: ScenarioCounts, number: int) -> bool:
    """Say whether counts are those of so many races, as far as they show it themselves."""
    rare = (one.races_with_safety_car, one.races_with_vsc, one.races_with_red_flag)
    per_race = (*one.retired, *one.fastest_lap, *rare, sum(one.fastest_lap))
    others = (
        *one.stops,
        one.passes,
        one.neutralised_laps,
        *(n for row in one.position for n in row),
    )
    both = [
        *zip(one.fastest_lap_in_points, one.fastest_lap, strict=True),
        *(
            pair
            for finished, placed in zip(one.finish, one.position, strict=True)
            for pair in zip(finished, placed, strict=True)
        ),
    ]
    finishes_and_not = zip(one.finish, one.retired, strict=True)
    return (
        all(0 <= count <= number for count in per_race)
        and all(count >= 0 for count in others)
        and all(0 <= some <= every for some, every in both)
        and all(sum(row) + retired == number for row, retired in finishes_and_not)
    )


def _check_ranges(shards: Sequence[Shard], names: Sequence[str]) -> None:
    end, before = 0, ""
    for shard, name in sorted(
        zip(shards, names, strict=True), key=lambda pair: (pair[0].sims.first, pair[1])
    ):
        first = shard.sims.first
        if first < end:
            raise UsageError(
                "two shards hold the same races",
                where=f"{before} and {name}",
                got=f"sims {first} to {min(end, first + shard.sims.number) - 1} in both",
                expected="every sim once",
                do="leave one of them out, or simulate one as another shard",
            )
        if first > end:
            raise _missing(end, first, shards[0])
        end, before = first + shard.sims.number, name
    if end < shards[0].identity.num_simulations:
        raise _missing(end, shards[0].identity.num_simulations, shards[0])


def _missing(first: int, end: int, shard: Shard) -> UsageError:
    return UsageError(
        "races are missing between the shards",
        where=f"sims {first} to {end - 1} of {shard.identity.event_id}",
        got="no shard with them",
        expected=f"all sims from 0 to {shard.identity.num_simulations - 1}",
        do="name the files of all shards",
    )
