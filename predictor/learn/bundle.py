"""A trained model as a value: its files, what it was trained on, and how good it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from predictor.learn.monitoring.drift import DriftReference
    from predictor.learn.outcome.evidence import RaceEvidence

__all__ = ["ModelBundle"]


@dataclass(frozen=True, slots=True)
class ModelBundle:
    """One version of a model, complete and checked; an input of the stages that use it.

    Attributes
    ----------
    name, version : str
        ``race_outcome``, ``1.2``.
    kind : str
        One of `predictor.learn.model_kinds.KINDS`.
    digest : str
        Of the version's manifest, which holds the digest of every file.
    trained_until : str
        ISO date of the last race that it has seen; it is neither scored nor blended up to then.
    features_digest : str
        Of the definitions of the features that it was made for.
    files : mapping of str to bytes
        What `predictor.learn.model_kinds.load_model` takes.
    evidence : tuple of RaceEvidence
        Of past races that models of this kind had not seen, see `predictor.learn.outcome.evidence`.
    reference : DriftReference, optional
        How its training data were distributed.
    is_shipped : bool
        Whether it came with the product.
    """

    name: str
    version: str
    kind: str
    digest: str
    trained_until: str
    features_digest: str
    files: Mapping[str, bytes]
    evidence: tuple[RaceEvidence, ...] = ()
    reference: DriftReference | None = None
    is_shipped: bool = False
