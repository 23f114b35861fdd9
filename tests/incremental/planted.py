"""Faults to plant in the engine, one at a time, and the proof that the machine sees each.

A fault is a few lines put in place of the engine's own in a process forked for it. The
oracle holds references of its own to the library's functions, so no fault reaches it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from predictor import plan, stages
from predictor.features.weekend import Weekend, with_horizon, without_practice
from predictor.fingerprint import digest
from predictor.plan import KeyParts, Node, NodeRef
from predictor.vocabulary import Horizon
from services import atomic_write, build, publisher, run_key, scan, store
from services.last_good import LastGood
from tests.incremental.planted_fault import PlantedFault, everywhere

__all__ = ["FAULTS"]


# -- parts left out of the keys of stages ------------------------------------------------


def forget(stage: str, *names: str) -> None:
    """Leave inputs or configuration fields out of a stage's key; none named: all inputs."""

    def change(node: Node, parts: KeyParts) -> KeyParts:
        if node.stage.name != stage:
            return parts
        left_out = names or tuple(parts.inputs)
        return replace(
            parts,
            inputs={n: "" if n in left_out else d for n, d in parts.inputs.items()},
            config={n: "" if n in left_out else d for n, d in parts.config.items()},
        )

    _in_keys(change)


def forget_of_all(**blank: str | int) -> None:
    """Leave a part out of every stage's key."""
    _in_keys(lambda _, parts: replace(parts, **blank))


def forget_in(stage: str, name: str, without: Callable[[Any], Any]) -> None:
    """Leave a part of one input out of a stage's key."""

    def change(node: Node, parts: KeyParts) -> KeyParts:
        given = node.inputs.get(name)
        if node.stage.name != stage or not isinstance(given, plan.Literal):
            return parts
        return replace(parts, inputs=parts.inputs | {name: digest(without(given.value))})

    _in_keys(change)


def _in_keys(change: Callable[[Node, KeyParts], KeyParts]) -> None:
    real = plan.key_parts

    def key_parts(node: Node, *given: Any) -> KeyParts:
        return change(node, real(node, *given))

    everywhere(real, key_parts)


def _without(name: str, weekend: Weekend) -> Weekend:
    return replace(weekend, **{name: np.zeros(len(weekend.driver_ids))})


def _forget_event() -> None:
    forget_in("forecast", "weekend", lambda weekend: replace(weekend, event_id=""))
    forget_in("forecast", "facts", lambda facts: replace(facts, event=""))


def _forget_filter() -> None:
    """Forget them in all three stages: any one key that has them lets the others follow."""
    for stage, name in (("form-before-season", "config"), ("form", "config"),
                        ("forecast", "filter_config")):  # fmt: skip
        forget(stage, name)


def _compare_little() -> None:
    """Compare values to one decimal only."""

    def rounded(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return np.round(value)
        if is_dataclass(value) and not isinstance(value, type):
            return {name: rounded(getattr(value, name)) for name in value.__slots__}
        return value

    plan.digest = lambda value: digest(rounded(value))  # type: ignore[attr-defined]


# -- the plan ----------------------------------------------------------------------------


def _cut_chain() -> None:
    """Have every form begin at the season's beginning."""
    real = stages._Planner._advance

    def advance(self: Any, event: Any, weekend: Any, outcome: Any, form: Any, steps: int) -> Any:
        return real(self, event, weekend, outcome, NodeRef(stages._FORM_BEFORE), steps)

    stages._Planner._advance = advance  # type: ignore[method-assign]


def _hang_on_the_beginning() -> None:
    real = stages._Planner._forecast

    def forecast(self: Any, event: Any, weekend: Any, form: Any, steps: int) -> None:
        real(self, event, weekend, NodeRef(stages._FORM_BEFORE), steps)

    stages._Planner._forecast = forecast  # type: ignore[method-assign]


def _hang_on_the_form_before_last() -> None:
    real = stages._Planner._forecast
    seen: list[Any] = []

    def forecast(self: Any, event: Any, weekend: Any, form: Any, steps: int) -> None:
        if form.node_id == stages._FORM_BEFORE:
            seen.clear()
        if not seen or seen[-1] != form:
            seen.append(form)
        real(self, event, weekend, seen[max(len(seen) - 2, 0)], steps)

    stages._Planner._forecast = forecast  # type: ignore[method-assign]


def _learn_practice() -> None:
    everywhere(without_practice, lambda weekend: weekend)


# -- the store ---------------------------------------------------------------------------


def _no_payload_checksum() -> None:
    def get(self: Any, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()[store._HEADER_BYTES :]
        except OSError:
            return None

    store.Store.get = get  # type: ignore[method-assign]


def _no_header_checksum() -> None:
    def read_header(key: str, file: Any) -> tuple[bytes, int]:
        data = file.read(store._HEADER_BYTES)
        if len(data) != store._HEADER_BYTES:
            return b"", -1
        _, payload_digest, length = store._HEADER.unpack(data[: store._HEADER.size])
        return payload_digest, length

    store._read_header = read_header


def _seal_without_key() -> None:
    store._seal = lambda key, header: hashlib.sha256(header).digest()


def _write_in_place() -> None:
    """Write files where they are read, not beside."""

    def replace_file(path: Path, data: bytes, *, durable: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    everywhere(atomic_write.replace_file, replace_file)


# -- files -------------------------------------------------------------------------------


def _know_files_by_size() -> None:
    scan._digest = lambda data: "sha256:" + hashlib.sha256(b"%d" % len(data)).hexdigest()


def _read_documents_as_input() -> None:
    everywhere(publisher.is_document, lambda data: False)


# -- last good bytes ---------------------------------------------------------------------


def _never_stand_in() -> None:
    LastGood.stand_in = lambda self, scanned, refused, prefix="": scanned  # type: ignore[method-assign]


def _stand_in_silently() -> None:
    real = LastGood.stand_in

    def stand_in(self: Any, scanned: Any, *given: Any) -> Any:
        found = real(self, scanned, *given)
        return found if found is scanned else replace(found, stale=scanned.stale)

    LastGood.stand_in = stand_in  # type: ignore[method-assign]


def _stand_in_unrejected() -> None:
    real = LastGood.stand_in

    def stand_in(self: Any, scanned: Any, *given: Any) -> Any:
        found = real(self, scanned, *given)
        return found if found is scanned else replace(found, rejected=scanned.rejected)

    LastGood.stand_in = stand_in  # type: ignore[method-assign]


def _commit(change: Callable[[Any, Mapping[str, str]], Mapping[str, str]]) -> None:
    real = LastGood.commit

    def commit(self: Any, table: Mapping[str, str]) -> None:
        real(self, change(self, table))

    LastGood.commit = commit  # type: ignore[method-assign]


def _keep_no_bytes() -> None:
    LastGood.keep = lambda self, files: None  # type: ignore[method-assign]


def _trust_kept_bytes() -> None:
    """Keep the first good bytes of a file for ever."""
    _commit(lambda self, table: {**table, **{k: v for k, v in self.table.items() if k in table}})


# -- publishing, and the key of a whole run ----------------------------------------------


def _compare_predictions_only() -> None:
    real = publisher.stable_digest

    def stable_digest(document: Mapping[str, Any]) -> str:
        return real({"metadata": {}, "predictions": document.get("predictions")})

    everywhere(real, stable_digest)


def _trust_the_document() -> None:
    """Believe that the published document is the last run's, whatever it says."""
    real = build._nothing_changed

    def nothing_changed(settings: Any, folders: Any, previous: Any, salt: Any) -> Any:
        published = publisher.read_document(build.output_path(settings, previous.season))
        if published is not None:
            previous = replace(previous, result=publisher.stable_digest(published))
        return real(settings, folders, previous, salt)

    build._nothing_changed = nothing_changed


def _blank_in_run_key(*names: str) -> None:
    """Leave parts out of the run's key."""

    def without(value: Any) -> str:
        return digest({n: "" if n in names else one for n, one in value.items()})

    run_key.digest = without  # type: ignore[attr-defined]


def _blank_content(*places: int) -> None:
    """Leave parts of every folder's content out of the run's key."""
    real = run_key._content

    def content(*given: Any) -> object:
        parts: Iterable[Any] = real(*given)  # type: ignore[assignment]
        return ["" if n in places else one for n, one in enumerate(parts)]

    run_key._content = content


def _weekend_without(without: Callable[[Weekend], Weekend]) -> Callable[[], None]:
    return partial(forget_in, "forecast", "weekend", without)


def _key(stage: str, *names: str) -> Callable[[], None]:
    return partial(forget, stage, *names)


_CONSTANTS, _SESSION = "set_model_constants", "correct_a_session"
_DAMAGE = "edit_and_corrupt_before_and_after_a_run"

# What is planted, and the rules that the machine is given to find it with. Given all of them
# it finds these faults too, in minutes each.
FAULTS = (
    PlantedFault("a forecast's key lacks the weights", _key("forecast", "shift"), "set_weights"),
    PlantedFault("a forecast's key lacks the number of sims", _key("forecast", "n_sims"),
                 "set_the_number_of_simulations"),
    PlantedFault("a forecast's key lacks the seed", _key("forecast", "seed"), "set_the_seed"),
    PlantedFault("a forecast's key lacks the scenario", _key("forecast", "scenario"),
                 "set_scenarios"),
    PlantedFault("a forecast's key lacks the steps", _key("forecast", "steps"),
                 "edit_the_calendar"),
    PlantedFault("a forecast's key lacks the form", _key("forecast", "form"), _SESSION),
    PlantedFault("a forecast's key lacks the length", _key("forecast", "facts"),
                 "edit_the_calendar"),
    PlantedFault("no key has the filter's constants", _forget_filter, _CONSTANTS),
    PlantedFault("a forecast's key lacks the race's constants", _key("forecast", "race_config"),
                 _CONSTANTS),
    PlantedFault("a forecast's key lacks the event", _forget_event, "edit_the_calendar"),
    PlantedFault("a forecast's key lacks practice", _weekend_without(without_practice), _SESSION),
    PlantedFault("a forecast's key lacks qualifying",
                 _weekend_without(partial(_without, "qualifying_gap")), _SESSION),
    PlantedFault("a forecast's key lacks the grid", _weekend_without(partial(_without, "grid")),
                 _SESSION),
    PlantedFault("a forecast's key lacks the horizon",
                 _weekend_without(lambda w: with_horizon(w, Horizon.BEFORE_WEEKEND)),
                 "set_the_horizon"),
    PlantedFault("a form's key lacks the form before", _key("form", "before"), _SESSION),
    PlantedFault("a form's key lacks the race", _key("form", "outcome"), _SESSION),
    PlantedFault("a form's key lacks the weekend", _key("form", "weekend"), _SESSION),
    PlantedFault("a form's key lacks the steps", _key("form", "steps"), "edit_the_calendar"),
    PlantedFault("the first form's key lacks the races", _key("form-before-season", "races"),
                 "edit_the_history"),
    PlantedFault("the first form's key lacks the constants", _key("form-before-season", "config"),
                 _CONSTANTS),
    PlantedFault("the history's key lacks its files", _key("history", "files"),
                 "edit_the_history"),
    PlantedFault("the history's key lacks earlier seasons among the drops",
                 _key("history", "earlier"), "correct_a_race_of_an_earlier_year"),
    PlantedFault("the document's key lacks the options", _key("document", "options"),
                 "set_a_climate"),
    PlantedFault("the document's key lacks the season", _key("document", "season"),
                 _SESSION),
    PlantedFault("the document's key lacks the bases", _key("document", "bases"),
                 "edit_the_history"),
    PlantedFault("the seasons' key lacks the files", _key("seasons"), _SESSION),
    PlantedFault("a file's key lacks its content", _key("parse", "data"), _SESSION),
    PlantedFault("a file's key lacks its path", _key("parse", "path"),
                 "drop_what_does_not_belong"),
    PlantedFault("all keys lack the code", partial(forget_of_all, code=""), "change_the_code"),
    PlantedFault("all keys lack the environment", partial(forget_of_all, environment=""),
                 "change_the_code"),
    PlantedFault("all keys lack the version", partial(forget_of_all, version=0),
                 "change_the_code"),
    PlantedFault("inputs are compared coarsely", _compare_little, _SESSION),
    PlantedFault("the chain of forms is cut", _cut_chain),
    PlantedFault("all forecasts hang on the season's beginning", _hang_on_the_beginning),
    PlantedFault("a forecast hangs on the form before the last", _hang_on_the_form_before_last),
    PlantedFault("the form learns from practice", _learn_practice),
    PlantedFault("payloads have no checksum", _no_payload_checksum, "spoil_stored_results"),
    PlantedFault("headers have no checksum", _no_header_checksum, "spoil_stored_results"),
    PlantedFault("a stored result does not know its key", _seal_without_key,
                 "spoil_stored_results"),
    PlantedFault("files are written in place", _write_in_place, "run_into_a_fault"),
    PlantedFault("files are known by their size", _know_files_by_size, _SESSION),
    PlantedFault("documents are read as input", _read_documents_as_input,
                 "drop_the_document_itself"),
    PlantedFault("nothing stands in for a damaged file", _never_stand_in, _DAMAGE),
    PlantedFault("what stands in is not called stale", _stand_in_silently, _DAMAGE),
    PlantedFault("what stands in hides that a file is rejected", _stand_in_unrejected, _DAMAGE),
    PlantedFault("the last-good table is not written", partial(_commit, lambda self, _: self.table),
                 _DAMAGE),
    PlantedFault("a deleted file stays in the last-good table",
                 partial(_commit, lambda self, table: {**self.table, **table}),
                 "delete", "restore_damaged"),
    PlantedFault("the last-good table keeps the first bytes for ever", _trust_kept_bytes, _DAMAGE),
    PlantedFault("last good bytes are not kept", _keep_no_bytes, _DAMAGE),
    PlantedFault("equal predictions count as an equal document", _compare_predictions_only,
                 "write_the_same_otherwise"),
    PlantedFault("the published document is believed", _trust_the_document, "spoil_the_document"),
    PlantedFault("the run's key lacks the options", partial(_blank_in_run_key, "configuration"),
                 "set_the_seed"),
    PlantedFault("the run's key lacks the season's files", partial(_blank_in_run_key, "train"),
                 _SESSION),
    PlantedFault("the run's key lacks the earlier seasons",
                 partial(_blank_in_run_key, "histories"), "edit_the_history"),
    PlantedFault("the run's key lacks the code", partial(_blank_in_run_key, "code"),
                 "change_the_code"),
    PlantedFault("the run's key lacks the environment", partial(_blank_in_run_key, "environment"),
                 "change_the_code"),
    PlantedFault("the run's key lacks the constants", partial(_blank_in_run_key, "model"),
                 _CONSTANTS),
    PlantedFault("the run's key lacks the digests of files", partial(_blank_content, 0), _SESSION),
    PlantedFault("the run's key lacks unreadable files", partial(_blank_content, 1, 2),
                 "put_a_link_in_place"),
)  # fmt: skip
