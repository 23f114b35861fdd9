"""Two versions on the races that both had not seen, and whether one may take the other's place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from predictor.learn.features.definitions import features_digest
from predictor.learn.monitoring.promotion import (
    LOSSES,
    Contender,
    Paired,
    Verdict,
    paired,
    verdict,
)
from predictor.learn.outcome.ruler import Ruler
from services.errors import NotPromoted
from services.registry.changes import check_promotable, promote
from services.registry.layout import SHIPPED
from services.registry.listing import find_version, serving_version
from services.registry.version_files import CARD, Version
from services.settings.limits import Limits
from services.training.groundwork import TrainOptions
from services.training.measured import measured

__all__ = ["Comparison", "compare", "promote_by_force", "promote_if_better"]

_WAYS = ("alone", "pooled")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second version minus the first, both measured now beside the same forecast.

    Attributes
    ----------
    first : str or None
        None: the published forecast, where no model serves.
    figures : mapping
        Horizon -> "alone" or "pooled" -> loss -> difference; empty without a first version.
    verdict : Verdict
        Of the second as a candidate for the first's place.
    ruler : Ruler
        The forecast that both were measured beside.
    notes : tuple of str
        On inputs, and on evidence that was measured beside another forecast.
    """

    first: str | None
    second: str
    figures: Mapping[str, Mapping[str, Mapping[str, Paired]]]
    verdict: Verdict
    ruler: Ruler
    notes: tuple[str, ...]


def compare(
    options: TrainOptions, limits: Limits, first: str, second: str, *, shipped: Path = SHIPPED
) -> Comparison:
    """Compare two versions race by race; what is not kept of an earlier time is made now.

    Parameters
    ----------
    options : TrainOptions
        As `services.training.measured.measured`.

    Raises
    ------
    UsageError
        If there is no such version.
    ModelUnusable
        If one is damaged, or as `services.training.measured.measured`.
    F1Error
        As `services.training.train.train`.
    """
    one, _ = find_version(options.folder, first, shipped=shipped)
    other, status = find_version(options.folder, second, shipped=shipped)
    found = _compared(one, other, options, limits)
    fault = _fault_of_evidence(other, status, options.n_simulations)
    if not fault:
        return found
    reason = f"{fault}. Measured anew: {found.verdict.reason}"
    return replace(found, verdict=replace(found.verdict, is_better=False, reason=reason))


def promote_if_better(
    options: TrainOptions, limits: Limits, version: str, *, shipped: Path = SHIPPED
) -> tuple[str | None, Comparison]:
    """Promote a version that has shown that it is better; give what served before, and why.

    It is compared with what serves at present, even if that only stands in for a damaged one.

    Raises
    ------
    NotPromoted
        If it has not, or if another version has come to serve meanwhile.
    F1Error
        As `services.registry.changes.promote` and `compare`.
    """
    folder = options.folder
    active = check_promotable(folder, version, shipped=shipped)
    candidate, status = find_version(folder, version, shipped=shipped)
    name = f"{candidate.manifest.name} {version}"
    fault = _fault_of_evidence(candidate, status, options.n_simulations)
    if fault:
        raise NotPromoted(
            f"{name} has evidence that does not count",
            where=str(folder),
            got=fault,
            expected=f"a published forecast of {options.n_simulations:,} simulations or more",
            do="train it again without --num-simulations: what has been learnt is kept, so only "
            "the forecasts take time; or say --force",
        )
    serves = serving_version(folder, shipped=shipped, features_digest=features_digest())
    first = None if serves is None or serves[0].digest == candidate.digest else serves[0]
    found = _compared(first, candidate, options, limits)
    if not found.verdict.is_better:
        raise NotPromoted(
            f"{name} has not shown that it is better",
            where=str(folder),
            got=found.verdict.reason,
            expected="a gain of more than one standard error, and no such harm anywhere",
            do="leave it a candidate, or say --force if you know more than these races",
        )
    return _promote_as_judged(options, limits, version, active, shipped=shipped), found


def promote_by_force(
    options: TrainOptions, limits: Limits, version: str, *, shipped: Path = SHIPPED
) -> tuple[str | None, str]:
    """Promote a version unseen; give what served before, and what its weights rest on if not much.

    Raises
    ------
    F1Error
        As `services.registry.changes.promote`.
    """
    before = promote(options.folder, limits.models, version, shipped=shipped)
    found, status = find_version(options.folder, version, shipped=shipped)
    return before, _fault_of_evidence(found, status, options.n_simulations)


def _promote_as_judged(
    options: TrainOptions, limits: Limits, version: str, active: str | None, *, shipped: Path
) -> str | None:
    """Promote a version that was compared, while nobody held the folder, with what served then."""

    def check(now: str | None) -> None:
        if now != active:
            raise NotPromoted(
                f"{version} was compared with another version than serves now",
                where=str(options.folder),
                got=f"{now or 'none of this folder'} serves",
                do="promote it again: it is compared with that one then",
            )

    return promote(options.folder, limits.models, version, shipped=shipped, check=check)


def _compared(
    first: Version | None, second: Version, options: TrainOptions, limits: Limits
) -> Comparison:
    versions = [second] if first is None else [first, second]
    result = measured(versions, options, limits)
    contenders = result.contenders
    active = None if first is None else contenders[0]
    notes = (_measured_otherwise(one, result.ruler) for one in versions)
    return Comparison(
        first=active.version if active else None,
        second=contenders[-1].version,
        figures=_figures(active, contenders[-1]) if active else {},
        verdict=verdict(contenders[-1], active),
        ruler=result.ruler,
        notes=(*result.notes, *filter(None, notes)),
    )


def _figures(one: Contender, other: Contender) -> dict[str, dict[str, dict[str, Paired]]]:
    figures: dict[str, dict[str, dict[str, Paired]]] = {}
    pairs = list(zip(one.races, other.races, strict=True))  # measured on the same races
    for horizon in sorted({race.horizon for race in one.races}):
        of_horizon = [pair for pair in pairs if pair[0].horizon == horizon]
        figures[horizon.value] = {
            way: {
                name: paired([getattr(b, way)[name] - getattr(a, way)[name] for a, b in of_horizon])
                for name in LOSSES
            }
            for way in _WAYS
        }
    return figures


def _ruler_of(version: Version) -> Ruler | None:
    """Give the forecast that a version's evidence is beside; None where its card names none."""
    card = msgspec.json.decode(version.files[CARD])
    return msgspec.convert(card["ruler"], Ruler) if "ruler" in card else None


def _fault_of_evidence(version: Version, status: str, n_simulations: int) -> str:
    """Say why a version's evidence does not count; empty if it does.

    That which came with the product is vouched for by it.
    """
    if status == "shipped":
        return ""
    ruler = _ruler_of(version)
    if ruler is None:
        return "it does not say which forecast its evidence was measured beside"
    if ruler.n_simulations < n_simulations:
        return (
            f"its evidence was measured beside a forecast of {ruler.n_simulations:,} simulations, "
            "which is easier to gain on"
        )
    return ""


def _measured_otherwise(version: Version, now: Ruler) -> str:
    """Say that the evidence which a version's weight rests on is about another forecast."""
    own, name = _ruler_of(version), version.manifest.version
    if own is None:
        return f"{name} does not say which forecast its own evidence was measured beside"
    if (own.n_simulations, own.seed, own.code) != (now.n_simulations, now.seed, now.code):
        return f"the own evidence of {name} was measured beside {own.words}"
    return ""
