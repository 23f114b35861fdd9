"""What a document says of the run that made it, as the archive keeps it."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from predictor.published.run_types import RunEntry
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus
from services.archive.document_parts import packed
from services.archive.instants import instant

__all__ = ["Backfilled", "run_values"]


class Backfilled(NamedTuple):
    """What a run of a backfill stands for: a point of a past season, or a look back upon it.

    Attributes
    ----------
    of : str
        Event id; of a look back the year.
    horizon : str
        Up to which of the event was known; of a look back what each forecast was allowed.
    """

    of: str
    horizon: str

    @property
    def is_look_back(self) -> bool:
        """Whether all races are known, and each forecast is scored as a backtest scores it."""
        return self.of.isdecimal()


def run_values(
    document: SeasonDocument, document_sha256: str, frame: bytes, backfilled: Backfilled | None
) -> dict[str, Any]:
    """Return the values of a row of runs.

    Parameters
    ----------
    document : SeasonDocument
    document_sha256 : str
        Of the file.
    frame : bytes
        See `services.archive.document_parts.Parts`.
    backfilled : Backfilled or None
        None for what was published.
    """
    metadata = document.metadata
    entry = _own_entry(document)
    changed = entry.changed_inputs or () if entry is not None else ()
    trigger, outcome = ("backfill", "backfilled") if backfilled is not None else ("", "published")
    if entry is not None:
        trigger, outcome = entry.trigger or trigger, entry.outcome or outcome
    return {
        "run_id": metadata.run.run_id,
        "season": metadata.season,
        "published_at": instant(metadata.generated_at),
        "as_of": instant(metadata.as_of),
        "trigger": trigger,
        "outcome": outcome,
        "known_round": known_round(document),
        "changed": msgspec.json.encode([one.file for one in changed if one.file]).decode(),
        "n_more": sum(one.more or 0 for one in changed),
        "predictions_sha256": metadata.predictions_sha256,
        "document_sha256": document_sha256,
        "is_backfill": int(backfilled is not None),
        "backfill_of": backfilled.of if backfilled is not None else None,
        "horizon": backfilled.horizon if backfilled is not None else metadata.horizon.value,
        "n_sims": metadata.num_simulations,
        "seed": metadata.seed,
        "weights_used": int(bool(metadata.driver_weights or metadata.team_weights)),
        "ml": int(metadata.use_ml_layer),
        "code_version": metadata.code_version,
        "config_hash": metadata.config_hash,
        "data_hash": metadata.data_hash,
        "frame": packed(frame),
    }


def known_round(document: SeasonDocument) -> int:
    """Return the round of the last race that a document knows as run; 0 before the first."""
    blocks = (block.metadata for block in document.predictions.values())
    return max((one.round for one in blocks if one.status is EventStatus.COMPLETED), default=0)


def _own_entry(document: SeasonDocument) -> RunEntry | None:
    """Return what the document lists of its own run; documents of earlier versions may not."""
    own = document.metadata.run.run_id
    return next(
        (one for one in reversed(document.metadata.training_history) if one.run_id == own), None
    )
