"""What the season document says of the sampled posterior: every fit, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from predictor.bayes.fit import FitReport
from predictor.forecast.options import ForecastOptions
from predictor.notes import Note, NoteKind
from predictor.report.rows import rounded

__all__ = ["fit_blocks", "fit_notes"]

_WHERE = "sampled posterior"
_INSTEAD = "the belief of the online filter is used in its place"


def fit_blocks(fits: Sequence[FitReport]) -> list[dict[str, Any]]:
    """Give the diagnostics of every fit."""
    return [
        {
            "fit": fit.fit_id,
            "accepted": fit.accepted,
            "races": list(fit.events),
            "r_hat_max": rounded(fit.diagnostics.r_hat_max, 4),
            "ess_min": rounded(fit.diagnostics.ess_min, 1),
            "divergences": fit.diagnostics.divergences,
            "draws": fit.diagnostics.draws,
            "chains": fit.diagnostics.chains,
            "n_parameters": fit.diagnostics.n_parameters,
            "complaints": [*fit.complaints, *filter(None, (fit.error,))],
        }
        for fit in fits
    ]


def fit_notes(fits: Sequence[FitReport], options: ForecastOptions) -> list[Note]:
    """Say where forecasts do not rest on the fits that the user asked for."""
    if options.use_bayesian and not options.sampler:
        text = f"PyMC or nutpie is not installed; {_INSTEAD}; `check` says how to install it"
        return [Note(NoteKind.SAMPLER_MISSING, text, where=_WHERE)]
    return [
        Note(
            NoteKind.FIT_UNUSED,
            f"fit of {fit.fit_id} not used, {fit.error or ', '.join(fit.complaints)}; {_INSTEAD}",
            where=_WHERE,
        )
        for fit in fits
        if not fit.accepted
    ]
