"""Whether a sampled posterior can be believed: R-hat, effective sample size, divergences.

Source: Vehtari, Gelman, Simpson, Carpenter and Buerkner, "Rank-normalization, folding, and
localization: an improved R-hat", Bayesian Analysis 16 (2021); bulk values, chains split in two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

__all__ = ["FitDiagnostics", "GateConfig", "complaints", "diagnose", "effective_size", "r_hat"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GateConfig:
    """What a fit must reach to be used.

    Source: 1.05 and 100 a chain are what the paper above calls enough for means and sds to be
    estimated; the share of divergences by judgement.
    """

    highest_r_hat: float = 1.05
    lowest_ess: float = 200.0
    highest_divergent_share: float = 0.01


@dataclass(frozen=True, slots=True)
class FitDiagnostics:
    """How a fit went; zeros where nothing was drawn."""

    r_hat_max: float = 0.0
    ess_min: float = 0.0
    divergences: int = 0
    draws: int = 0  # of all chains
    chains: int = 0
    n_parameters: int = 0  # that are not padding
    finite: bool = False


def diagnose(draws: Mapping[str, Floats], divergences: int) -> FitDiagnostics:
    """Judge the quantities that a fit is used for.

    Parameters
    ----------
    draws : mapping of str to float64[C, K, ...]
        C chains of K draws each; quantities that never change count as padding.
    """
    flat = [values.reshape(*values.shape[:2], -1) for values in draws.values()]
    all_of_them = np.concatenate(flat, axis=2)
    n_chains, n_draws, _ = all_of_them.shape
    finite = bool(np.isfinite(all_of_them).all())
    moving = all_of_them[:, :, np.ptp(all_of_them, axis=(0, 1)) > 0] if finite else all_of_them
    usable = finite and moving.shape[2] > 0
    return FitDiagnostics(
        r_hat_max=float(np.max(r_hat(moving))) if usable else 0.0,
        ess_min=float(np.min(effective_size(moving))) if usable else 0.0,
        divergences=divergences,
        draws=n_chains * n_draws,
        chains=n_chains,
        n_parameters=moving.shape[2],
        finite=finite,
    )


def complaints(found: FitDiagnostics, gate: GateConfig) -> tuple[str, ...]:
    """Say what is wrong with a fit; empty if it may be used."""
    wrong = []
    if not found.finite or not found.draws:
        wrong.append("draws that are not finite")
    if found.r_hat_max > gate.highest_r_hat:
        wrong.append(f"R-hat {found.r_hat_max:.3f} above {gate.highest_r_hat:g}")
    if found.ess_min < gate.lowest_ess:
        wrong.append(f"effective sample size {found.ess_min:.0f} below {gate.lowest_ess:g}")
    if found.divergences > gate.highest_divergent_share * found.draws:
        wrong.append(f"{found.divergences} divergences in {found.draws} draws")
    return tuple(wrong)


def r_hat(draws: Floats) -> Floats:
    """Give the rank-normalised split R-hat of float64[C, K, P], float64[P]."""
    z = _normal_scores(_split(draws))
    within, total = _variances(z)
    return np.sqrt(total / within)


def effective_size(draws: Floats) -> Floats:
    """Give the bulk effective sample size of float64[C, K, P], float64[P]."""
    z = _normal_scores(_split(draws))
    n_chains, n, _ = z.shape
    within, total = _variances(z)
    centred = z - z.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, n=2 * n, axis=1)
    lagged = np.fft.irfft(np.abs(spectrum) ** 2, n=2 * n, axis=1)[:, :n] / n
    rho = 1.0 - (within - lagged.mean(axis=0) * n / (n - 1.0)) / total
    rho[0] = 1.0
    # Geyer: sums of two neighbours are positive and fall; from the first that is not, none count.
    pairs = rho[: n - n % 2].reshape(n // 2, 2, -1).sum(axis=1)
    pairs = np.where(np.logical_and.accumulate(pairs > 0, axis=0), pairs, 0.0)
    tau = 2.0 * np.minimum.accumulate(pairs, axis=0).sum(axis=0) - 1.0
    size = n_chains * n
    return size / np.maximum(tau, 1.0 / np.log10(size))


def _variances(z: Floats) -> tuple[Floats, Floats]:
    """Give the variance within chains and the estimate from within and between them."""
    n = z.shape[1]
    within = z.var(axis=1, ddof=1).mean(axis=0)
    between = z.mean(axis=1).var(axis=0, ddof=1)
    return within, (n - 1.0) / n * within + between


def _split(draws: Floats) -> Floats:
    n_chains, n, n_parameters = draws.shape
    half = n // 2
    return draws[:, : 2 * half].reshape(2 * n_chains, half, n_parameters)


def _normal_scores(draws: Floats) -> Floats:
    """Replace values by the normal quantiles of their ranks among all chains."""
    n_chains, n, n_parameters = draws.shape
    size = n_chains * n
    inverse = NormalDist().inv_cdf
    scores = np.array([inverse((rank - 0.375) / (size + 0.25)) for rank in range(1, size + 1)])
    flat = draws.reshape(size, n_parameters)
    rank = np.argsort(np.argsort(flat, axis=0, kind="stable"), axis=0, kind="stable")
    return scores[rank].reshape(n_chains, n, n_parameters)
