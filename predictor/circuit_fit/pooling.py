"""Partial pooling: circuits lean on each other as much as they turn out to be alike.

Empirical Bayes throughout: the spread between circuits is estimated from the circuits
themselves, by moments, and every circuit is drawn towards the mean of all accordingly.
A circuit without races takes the mean, with the spread as its standard deviation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pooled", "Share", "falling", "pool", "pool_shares"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pooled:
    """One quantity at all circuits.

    Attributes
    ----------
    mean, mean_sd : float
        Over circuits, and its standard error.
    between : float
        Standard deviation between circuits.
    within : float
        Standard deviation between the races of one circuit, measurement taken out.
    value, sd : mapping of circuit to float
        Pooled estimate and its posterior standard deviation.
    races : mapping of circuit to int
    """

    mean: float
    mean_sd: float
    between: float
    within: float
    value: Mapping[str, float]
    sd: Mapping[str, float]
    races: Mapping[str, int]

    def at(self, circuit: str) -> tuple[float, float, int]:
        """Give value, sd and number of races; of an unknown circuit what all have in common."""
        if circuit in self.value:
            return self.value[circuit], self.sd[circuit], self.races[circuit]
        return self.mean, float(np.hypot(self.between, self.mean_sd)), 0


def pool(
    values: Sequence[float],
    errors: Sequence[float],
    circuits: Sequence[str],
    *,
    most_moved: float = float("inf"),
) -> Pooled:
    """Pool one figure per race by circuit.

    Model: figure = mean + circuit + race + error, the first two effects normal with spreads
    that are estimated, the error with the known ``errors``. Races of a circuit are first
    averaged with weights 1 / (within² + error²), circuits then shrunk to the mean by
    between² / (between² + se²).

    Parameters
    ----------
    values : sequence of float
        One per race; NaN is left out.
    errors : sequence of float
        Standard error of each; 0 where the spread between races holds it too.
    circuits : sequence of str
    most_moved : float
        Standard errors by which a circuit is drawn to the mean at most: one that is like no
        other then stays what it is.

    Source
    ------
    Moments: pooled sample variance within circuits; DerSimonian and Laird (1986) between;
    limited translation, Efron and Morris (1972).
    """
    y, e = np.asarray(values, float), np.asarray(errors, float)
    use = np.isfinite(y) & np.isfinite(e)
    y, e = y[use], e[use]
    names = [name for name, used in zip(circuits, use, strict=True) if used]
    if len(y) == 0:
        return Pooled(float("nan"), float("nan"), 0.0, 0.0, {}, {}, {})
    groups = {name: np.array([one == name for one in names]) for name in sorted(set(names))}
    within2 = _within(y, e, list(groups.values()))
    weight = 1.0 / np.maximum(within2 + e**2, 1e-12)
    mean_of = np.array([np.average(y[g], weights=weight[g]) for g in groups.values()])
    se2 = np.array([1.0 / weight[g].sum() for g in groups.values()])
    between2 = _between(mean_of, se2)
    total = 1.0 / (between2 + se2)
    mean, mean_var = float(np.average(mean_of, weights=total)), float(1.0 / total.sum())
    kept = between2 / (between2 + se2)
    most = most_moved * np.sqrt(se2)
    value = mean_of + np.clip((1.0 - kept) * (mean - mean_of), -most, most)
    # What is left of the mean's own uncertainty counts as much as the mean does.
    sd = np.sqrt(kept * se2 + (1.0 - kept) ** 2 * mean_var)
    return Pooled(
        mean,
        float(np.sqrt(mean_var)),
        float(np.sqrt(between2)),
        float(np.sqrt(within2)),
        dict(zip(groups, map(float, value), strict=True)),
        dict(zip(groups, map(float, sd), strict=True)),
        {name: int(g.sum()) for name, g in groups.items()},
    )


def falling(values: Sequence[float], sds: Sequence[float]) -> list[float]:
    """Return the nearest values that do not rise, each held as firmly as it is known.

    Source
    ------
    Pool adjacent violators, Barlow et al. (1972).
    """
    blocks: list[tuple[float, float, int]] = []  # mean, weight, how many
    for value, sd in zip(values, sds, strict=True):
        mean, weight, length = value, 1.0 / max(sd, 1e-9) ** 2, 1
        while blocks and blocks[-1][0] < mean:
            before, of, n = blocks.pop()
            mean = (before * of + mean * weight) / (of + weight)
            weight, length = weight + of, length + n
        blocks.append((mean, weight, length))
    return [mean for mean, _, length in blocks for _ in range(length)]


def _within(y: Floats, e: Floats, groups: list[NDArray[np.bool_]]) -> float:
    squares, freedom, known = 0.0, 0, 0.0
    for group in groups:
        n = int(group.sum())
        squares += float(((y[group] - y[group].mean()) ** 2).sum())
        known += (n - 1) * float((e[group] ** 2).mean())
        freedom += n - 1
    return max(0.0, (squares - known) / freedom) if freedom else 0.0


def _between(mean_of: Floats, se2: Floats) -> float:
    if len(mean_of) < 2:
        return 0.0
    weight = 1.0 / np.maximum(se2, 1e-12)
    centre = np.average(mean_of, weights=weight)
    excess = float((weight * (mean_of - centre) ** 2).sum()) - (len(mean_of) - 1)
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    return max(0.0, excess / scale)


@dataclass(frozen=True, slots=True)
class Share:
    """A probability at all circuits: a beta prior worth ``prior`` trials at ``mean``."""

    mean: float
    prior: float
    counts: Mapping[str, tuple[int, int]]  # successes, trials

    def at(self, circuit: str) -> tuple[float, float, int]:
        """Give the posterior mean, its sd, and the number of trials."""
        k, n = self.counts.get(circuit, (0, 0))
        total = n + self.prior
        p = (k + self.prior * self.mean) / total
        # The mean is no better known than all trials together allow.
        trials = sum(one[1] for one in self.counts.values())
        of_mean = self.prior / total * np.sqrt(self.mean * (1.0 - self.mean) / max(trials, 1))
        return p, float(np.hypot(np.sqrt(p * (1.0 - p) / (total + 1.0)), of_mean)), n


def pool_shares(counts: Mapping[str, tuple[int, int]], *, most_prior: float = 1000.0) -> Share:
    """Pool k of n by circuit.

    The prior's weight makes the spread of k / n between circuits what it is beyond chance;
    without such a spread it is ``most_prior``, and all circuits are as good as alike.
    Half a success and half a failure in the mean keep it off 0 and 1.

    Source
    ------
    Moments of the beta-binomial with unequal n, Kleinman (1973).
    """
    seen = {name: kn for name, kn in counts.items() if kn[1] > 0}
    k = np.array([one[0] for one in seen.values()], float)
    n = np.array([one[1] for one in seen.values()], float)
    mean = float((k.sum() + 0.5) / (n.sum() + 1.0))
    prior = most_prior
    if len(n) > 1:
        squares = float((n * (k / n - mean) ** 2).sum())
        chance = mean * (1.0 - mean)
        scale = float(n.sum() - (n**2).sum() / n.sum())
        spread = (squares - (len(n) - 1) * chance) / (chance * max(scale - (len(n) - 1), 1e-9))
        if spread > 0.0:
            prior = min(most_prior, max(1.0, 1.0 / spread - 1.0))
    return Share(mean, prior, dict(seen))
