"""Whether a sampled posterior can be believed: R-hat, effective sample size, divergences.

Source: Vehtari, Gelman, Simpson, Carpenter and Buerkner, "Rank-normalization, folding, and
localization: an improved R-hat", Bayesian Analysis 16 (2021), as ArviZ computes it: R-hat is the
larger of the bulk's and the tails', chains split in two; the effective size is the bulk's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FitDiagnostics", "GateConfig", "complaints", "diagnose"]

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
    finite: bool = False  # the draws, and R-hat and size where there are any


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
    r_hat_max, ess_min = 0.0, 0.0
    if finite and moving.shape[2]:
        r_hat_max, ess_min = _worst(moving)
        # Chains that stand still apart have neither; JSON has no number for that.
        finite = bool(np.isfinite(r_hat_max) and np.isfinite(ess_min))
    return FitDiagnostics(
        r_hat_max=r_hat_max if finite else 0.0,
        ess_min=ess_min if finite else 0.0,
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
        wrong.append("draws or diagnostics that are not finite")
    # Written so that what is not a number complains.
    if not found.r_hat_max <= gate.highest_r_hat:
        wrong.append(f"R-hat {found.r_hat_max:.3f} above {gate.highest_r_hat:g}")
    if not found.ess_min >= gate.lowest_ess:
        wrong.append(f"effective sample size {found.ess_min:.0f} below {gate.lowest_ess:g}")
    if found.divergences > gate.highest_divergent_share * found.draws:
        wrong.append(f"{found.divergences} divergences in {found.draws} draws")
    return tuple(wrong)


def _worst(draws: Floats) -> tuple[float, float]:
    """Give the largest rank-normalised split R-hat and the least bulk size of float64[C, K, P]."""
    import arviz  # noqa: PLC0415 - seconds; PyMC and nutpie, which drew them, import it too

    data = arviz.convert_to_dataset({"of": draws})
    with np.errstate(invalid="ignore", divide="ignore"):
        r_hat, size = arviz.rhat(data, method="rank"), arviz.ess(data, method="bulk")
    return float(np.max(r_hat["of"].values)), float(np.min(size["of"].values))
