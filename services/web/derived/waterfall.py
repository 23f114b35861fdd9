"""How one chance came to what it is, run by run: each step with what came in that run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.web.derived import figures
from services.web.derived.came import KINDS, Came, CauseKind
from services.web.derived.level import has_moved

__all__ = ["Fall", "FallStep", "RunChance", "by_cause", "fall_of", "fall_sentence"]

_LEAST = 0.005  # a step that no figure shows


@dataclass(frozen=True, slots=True)
class RunChance:
    """What one run said of a chance.

    Attributes
    ----------
    run_id : str
    chance : float
    n_sims : int
    came : tuple of Came
        What came with this run.
    """

    run_id: str
    chance: float
    n_sims: int
    came: tuple[Came, ...]


@dataclass(frozen=True, slots=True)
class FallStep:
    """One run whose step is more than noise.

    Attributes
    ----------
    run_id : str
    text : str
        What came with it.
    kind : str, optional
        Of what came; None where nothing did, or several kinds at once that cannot be told apart.
    before, now : float
        The chance as the run before and this one said it.
    """

    run_id: str
    text: str
    kind: CauseKind | None
    before: float
    now: float

    @property
    def difference(self) -> float:
        """Now less before."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Fall:
    """From a first run to a last: steps beyond the noise, and the sum of all others.

    Attributes
    ----------
    start, end : float
    steps : tuple of FallStep
        From the first to the last.
    n_level : int
        Runs whose step is no more than the simulation's noise.
    level : float
        Their steps together: start, steps and this sum to the end.
    """

    start: float
    end: float
    steps: tuple[FallStep, ...]
    n_level: int
    level: float


def fall_of(runs: Sequence[RunChance]) -> Fall | None:
    """Return the steps of a chance over runs, the first first; None for fewer than two."""
    if len(runs) < 2:
        return None
    steps: list[FallStep] = []
    n_level, level = 0, 0.0
    for was, now in pairwise(runs):
        difference = now.chance - was.chance
        is_beyond = has_moved(was.chance, now.chance, was.n_sims, now.n_sims)
        if is_beyond and abs(difference) >= _LEAST:
            kinds = {one.kind for one in now.came}
            kind = kinds.pop() if len(kinds) == 1 else None
            steps.append(FallStep(now.run_id, _text(now.came), kind, was.chance, now.chance))
        else:
            n_level += 1
            level += difference
    return Fall(runs[0].chance, runs[-1].chance, tuple(steps), n_level, level)


def by_cause(fall: Fall) -> str:
    """Return how much each kind of cause did in all, "Results +13.2, weights −1.0"."""
    sums: dict[str, float] = {}
    for step in fall.steps:
        name = "several at once" if step.kind is None else KINDS[step.kind]
        sums[name] = sums.get(name, 0.0) + step.difference
    order = [*KINDS.values(), "several at once"]
    said = [f"{name} {figures.signed_points(sums[name])}" for name in sorted(sums, key=order.index)]
    if fall.n_level:
        said.append(f"runs within the noise {figures.signed_points(fall.level)}")
    return _first_up(", ".join(said))


def _text(found: Sequence[Came]) -> str:
    """Return what came, the first two of it."""
    if not found:
        return "nothing that is told of"
    said = "; ".join(one.text for one in found[:2])
    more = len(found) - 2
    return f"{said} and {figures.spelt(more)} more" if more > 0 else said


def fall_sentence(name: str, fall: Fall) -> str:
    """Return from where to where a chance went, and which run moved it most."""
    start, end = figures.per_cent(fall.start), figures.per_cent(fall.end)
    went = f"{name} {start} → {end}" if start != end else f"{name} {end} as before"
    if not fall.steps:
        return f"{went}: no run moved it beyond the noise"
    largest = max(fall.steps, key=lambda one: abs(one.difference))
    did = "lifted" if largest.difference > 0 else "cut"
    by = figures.points_apart(largest.difference)
    return (
        f"{went}: one run {did} it by {by}"
        if largest.kind is None
        else (f"{went}. {_first_up(largest.text)} {did} it by {by}")
    )


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
