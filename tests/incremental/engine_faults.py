"""Faults of the engine around its keys: the plan, the store, files, what is published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from predictor.graph.belief.part import FILTERED, FORM_BEFORE, FilterPart
from predictor.graph.part import Board, EventAhead, RaceRun
from predictor.graph.plan import NodeRef
from predictor.graph.simulation.belief import BELIEF, FORECAST, Belief
from predictor.graph.simulation.part import SimulationPart
from services.disk import atomic_write, own_kinds
from services.engine import store
from services.forecasting import build
from services.intake import last_good, scan
from services.intake.last_good import LastGood
from services.intake.scan import ScannedFile
from services.publishing import publisher
from tests.incremental.planted_fault import everywhere

__all__ = [
    "call_stale_what_is_not_used",
    "commit_otherwise",
    "compare_predictions_only",
    "cut_chain",
    "hang_on_the_beginning",
    "hang_on_the_form_before_last",
    "keep_no_bytes",
    "know_files_by_size",
    "learn_what_a_forecast_may_know",
    "never_stand_in",
    "no_header_checksum",
    "no_payload_checksum",
    "read_documents_as_input",
    "seal_without_key",
    "stand_in_silently",
    "stand_in_unrejected",
    "trust_kept_bytes",
    "trust_the_document",
    "write_in_place",
]


# -- the plan ----------------------------------------------------------------------------


def cut_chain() -> None:
    """Have every form begin at the season's beginning."""
    real = FilterPart.after_event

    def after_event(self: FilterPart, run: RaceRun, board: Board) -> Any:
        first = NodeRef(FORM_BEFORE)
        board.put(FILTERED, first)
        board.put(BELIEF, Belief(first, FORECAST))
        return real(self, run, board)

    FilterPart.after_event = after_event  # type: ignore[method-assign]


def hang_on_the_beginning() -> None:
    forecast_from(lambda _belief: Belief(NodeRef(FORM_BEFORE), FORECAST))


def hang_on_the_form_before_last() -> None:
    seen: list[Belief] = []

    def before_last(belief: Belief) -> Belief:
        if belief.node.node_id == FORM_BEFORE:
            seen.clear()
        if not seen or seen[-1] != belief:
            seen.append(belief)
        return seen[max(len(seen) - 2, 0)]

    forecast_from(before_last)


def forecast_from(change: Callable[[Belief], Belief]) -> None:
    real = SimulationPart.before_event

    def before_event(self: SimulationPart, ahead: EventAhead, board: Board) -> Any:
        right = board.get(BELIEF)
        board.put(BELIEF, change(right))
        yield from real(self, ahead, board)
        board.put(BELIEF, right)

    SimulationPart.before_event = before_event  # type: ignore[method-assign]


def learn_what_a_forecast_may_know() -> None:
    """Have the belief learn only what the horizon of the forecasts lets them know."""
    real = FilterPart.after_event

    def after_event(self: FilterPart, run: RaceRun, board: Board) -> Any:
        return real(self, replace(run, learnt=run.ahead.weekend), board)

    FilterPart.after_event = after_event  # type: ignore[method-assign]


# -- the store ---------------------------------------------------------------------------


def no_payload_checksum() -> None:
    def get(self: Any, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()[store._HEADER_BYTES :]
        except OSError:
            return None

    store.Store.get = get  # type: ignore[method-assign]


def no_header_checksum() -> None:
    def read_header(key: str, file: Any) -> tuple[bytes, int]:
        data = file.read(store._HEADER_BYTES)
        if len(data) != store._HEADER_BYTES:
            return b"", -1
        _, payload_digest, length = store._HEADER.unpack(data[: store._HEADER.size])
        return payload_digest, length

    store._read_header = read_header


def seal_without_key() -> None:
    store._seal = lambda key, header: hashlib.sha256(header).digest()


def write_in_place() -> None:
    """Write files where they are read, not beside."""

    def replace_file(path: Path, data: bytes, *, durable: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    everywhere(atomic_write.replace_file, replace_file)


# -- files -------------------------------------------------------------------------------


def know_files_by_size() -> None:
    scan._digest = lambda data: "sha256:" + hashlib.sha256(b"%d" % len(data)).hexdigest()


def read_documents_as_input() -> None:
    everywhere(own_kinds.is_document, lambda data: False)


# -- last good bytes ---------------------------------------------------------------------


def never_stand_in() -> None:
    LastGood.stand_in = lambda self, scanned, refused, prefix="": scanned  # type: ignore[method-assign]


def stand_in_silently() -> None:
    real = LastGood.stand_in

    def stand_in(self: Any, scanned: Any, *given: Any) -> Any:
        found = real(self, scanned, *given)
        return found if found is scanned else replace(found, stale=scanned.stale)

    LastGood.stand_in = stand_in  # type: ignore[method-assign]


def stand_in_unrejected() -> None:
    real = LastGood.stand_in

    def stand_in(self: Any, scanned: Any, *given: Any) -> Any:
        found = real(self, scanned, *given)
        return found if found is scanned else replace(found, rejected=scanned.rejected)

    LastGood.stand_in = stand_in  # type: ignore[method-assign]


def call_stale_what_is_not_used() -> None:
    scan.Scan.without_stale = lambda self, _: self  # type: ignore[method-assign]


def commit_otherwise(change: Callable[[Mapping[str, str], Mapping[str, str]], Any]) -> None:
    """Write another table than the one that is to be written, made from the old and the new one."""
    real = last_good.commit

    def commit(folder: Path, name: str, table: Mapping[str, str]) -> None:
        real(folder, name, change(last_good.open_last_good(folder, name).table, table))

    last_good.commit = commit


def keep_no_bytes() -> None:

    def keep(self: LastGood, files: Mapping[str, ScannedFile]) -> tuple[dict[str, str], str]:
        return {name: file.digest for name, file in files.items()}, ""

    LastGood.keep = keep  # type: ignore[method-assign]


def trust_kept_bytes() -> None:
    """Keep the first good bytes of a file for ever."""
    commit_otherwise(
        lambda before, table: {**table, **{k: v for k, v in before.items() if k in table}}
    )


# -- publishing, and the key of a whole run ----------------------------------------------


def compare_predictions_only() -> None:
    real = publisher.stable_digest

    def stable_digest(payload: bytes) -> str:
        parts = msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
        kept = {"metadata": {}, "predictions": parts["predictions"]}
        return real(msgspec.json.encode(kept))

    everywhere(real, stable_digest)


def trust_the_document() -> None:
    """Believe that the published document is the last run's, whatever it says."""
    build._is_of = lambda published, previous: True
