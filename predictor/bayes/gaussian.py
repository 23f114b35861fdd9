"""A multivariate normal over named quantities that grows as names appear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NamedGaussian"]


@dataclass(frozen=True, slots=True)
class NamedGaussian:
    """Joint normal belief over named quantities.

    Attributes
    ----------
    names : tuple of str
        One per dimension, for example ``driver:max-verstappen``.
    mean : float64[n]
    cov : float64[n, n]
    """

    names: tuple[str, ...]
    mean: NDArray[np.float64]
    cov: NDArray[np.float64]

    @classmethod
    def empty(cls) -> NamedGaussian:
        """Give a belief about nothing."""
        return cls((), np.zeros(0), np.zeros((0, 0)))

    def index(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Give the dimension of every name; all must be known."""
        at = {name: i for i, name in enumerate(self.names)}
        return np.array([at[name] for name in names], dtype=np.int64)

    def with_names(self, priors: Mapping[str, tuple[float, float]]) -> NamedGaussian:
        """Add the names not known yet, independent, with (mean, sd) of their prior."""
        known = set(self.names)
        new = sorted(name for name in priors if name not in known)
        if not new:
            return self
        n, m = len(self.names), len(new)
        mean = np.concatenate([self.mean, [priors[name][0] for name in new]])
        cov = np.zeros((n + m, n + m))
        cov[:n, :n] = self.cov
        cov[range(n, n + m), range(n, n + m)] = [priors[name][1] ** 2 for name in new]
        return NamedGaussian((*self.names, *new), mean, cov)

    def with_newcomers(
        self, kind: str, names: Sequence[str], offset: float, sd: float
    ) -> NamedGaussian:
        """Add those of ``names`` not known yet: each the mean of the known, an offset, its own sd.

        Who comes into a field is compared with that field and not with nought: beliefs of all
        together wander, as only differences between them are ever seen. A field of newcomers alone
        has nobody to be compared with: it is left to `with_names`.
        """
        known = set(self.names)
        whole = [f"{kind}:{name}" for name in dict.fromkeys(names)]
        leaders = [name for name in whole if name in known]
        new = sorted(set(whole) - known)
        if not new or not leaders:
            return self
        n, m = len(self.names), len(new)
        of = np.zeros((m, n))
        of[:, self.index(leaders)] = 1.0 / len(leaders)
        cov = np.zeros((n + m, n + m))
        cov[:n, :n] = self.cov
        cov[n:, :n] = of @ self.cov
        cov[:n, n:] = cov[n:, :n].T
        cov[n:, n:] = of @ self.cov @ of.T + sd**2 * np.eye(m)
        mean = np.append(self.mean, of @ self.mean + offset)
        return NamedGaussian((*self.names, *new), mean, cov)

    def faded(self, keep: NDArray[np.float64], variance: NDArray[np.float64]) -> NamedGaussian:
        """Keep a share float64[n] of every dimension's own deviation, and add variance anew."""
        cov = keep[:, None] * self.cov * keep + np.diag(variance)
        return NamedGaussian(self.names, self.mean * keep, cov)

    def with_drift(self, variance: NDArray[np.float64]) -> NamedGaussian:
        """Add independent variance to every dimension; ``variance`` is float64[n]."""
        return NamedGaussian(self.names, self.mean, self.cov + np.diag(variance))

    def shrunk(self, factor: NDArray[np.float64]) -> NamedGaussian:
        """Pull means towards zero by ``factor`` float64[n], uncertainty unchanged."""
        return NamedGaussian(self.names, self.mean * factor, self.cov)

    def variance_where(self, values: Mapping[str, float]) -> NDArray[np.float64]:
        """Give float64[n]: for each name the square of the value of its kind.

        The kind is what stands before the colon of a name; kinds that are not
        in ``values`` get zero.
        """
        return np.array([values.get(name.split(":", 1)[0], 0.0) ** 2 for name in self.names])

    def factor_where(self, values: Mapping[str, float]) -> NDArray[np.float64]:
        """Give float64[n]: for each name the factor of its kind, one where there is none."""
        return np.array([values.get(name.split(":", 1)[0], 1.0) for name in self.names])
