"""Faults to plant in the engine, one at a time, to prove that the machine sees each.

A fault is a few lines put in place of the engine's own in a process forked for it. The
oracle holds references of its own to the library's functions, so no fault reaches it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain

from predictor.features.weekend import with_horizon
from predictor.vocabulary import Horizon
from tests.incremental import engine_faults as engine
from tests.incremental import key_faults as keys
from tests.incremental.engine_faults import commit_otherwise
from tests.incremental.key_faults import (
    blank_content,
    blank_in_run_key,
    forget_of_all,
    weekend_without,
    without,
)
from tests.incremental.planted_fault import PlantedFault

__all__ = ["FAULTS", "KINDS"]


def _key(stage: str, *names: str) -> Callable[[], None]:
    return partial(keys.forget, stage, *names)


_CONSTANTS, _SESSION, _CALENDAR = "set_model_constants", "correct_a_session", "edit_the_calendar"
_DAMAGE, _CODE = "edit_and_corrupt_before_and_after_a_run", "change_the_code"
_SPOIL, _HISTORY = "spoil_stored_results", "edit_the_history"

# What is planted, and the few rules that the machine is given to find it with: those after
# which the fault can show. So each line says that the fault shows and that the comparison
# sees it; it does not say that a run with all rules would come upon it by chance. Of every
# fifth fault, thirteen, a run of the usual length with all rules came upon eleven.
#
# Not here, because no document can show them while another part of the same key stands:
# that a run's key lacks which files are stale (each of them is listed as rejected too), or
# the schema (only a document that is published is checked against it, not one that stays).
# Not tried, because no rule moves on to another year: that a key lacks the season before
# which history ends.
KINDS: dict[str, tuple[PlantedFault, ...]] = {
    "a forecast's key": (
        PlantedFault("a forecast's key lacks the weights", _key("forecast", "shift"),
                     "set_weights"),
        PlantedFault("a forecast's key lacks the number of sims", _key("forecast", "n_sims"),
                     "set_the_number_of_simulations", sampled=True),
        PlantedFault("a forecast's key lacks the seed", _key("forecast", "seed"), "set_the_seed"),
        PlantedFault("a forecast's key lacks the scenario", _key("forecast", "scenario"),
                     "set_scenarios"),
        PlantedFault("a forecast's key lacks the steps", _key("forecast", "steps"), _CALENDAR),
        PlantedFault("a forecast's key lacks the form", _key("forecast", "form"), _SESSION),
        PlantedFault("a forecast's key lacks the length", _key("forecast", "facts"), _CALENDAR,
                     sampled=True),
        PlantedFault("no key has the filter's constants", keys.forget_filter, _CONSTANTS),
        PlantedFault("a forecast's key lacks the race's constants",
                     _key("forecast", "race"), _CONSTANTS),
        PlantedFault("a forecast's key lacks the circuit's constants",
                     _key("forecast", "circuit"), "set_constants_of_a_circuit", sampled=True),
        PlantedFault("a forecast's key lacks the event", keys.forget_event, _CALENDAR),
        PlantedFault("a forecast's key lacks practice",
                     weekend_without(partial(without, "practice_gap")),
                     "correct_practice", sampled=True),
        PlantedFault("a forecast's key lacks the sprint",
                     weekend_without(partial(without, "sprint_place")), "correct_the_sprint"),
        PlantedFault("a forecast's key lacks qualifying",
                     weekend_without(partial(without, "qualifying_gap")), _SESSION),
        PlantedFault("a forecast's key lacks the grid", weekend_without(partial(without, "grid")),
                     _SESSION),
        PlantedFault("a forecast's key lacks the horizon",
                     weekend_without(lambda w: with_horizon(w, Horizon.BEFORE_WEEKEND)),
                     "set_the_horizon"),
    ),
    "the key of another stage": (
        PlantedFault("a form's key lacks the form before", _key("form", "before"), _SESSION),
        PlantedFault("a form's key lacks the race", _key("form", "outcome"), _SESSION),
        PlantedFault("a form's key lacks the weekend", _key("form", "weekend"), _SESSION),
        PlantedFault("a form's key lacks practice",
                     partial(keys.forget_in, "form", "weekend", partial(without, "practice_gap")),
                     "correct_practice", sampled=True),
        PlantedFault("a form's key lacks the sprint",
                     partial(keys.forget_in, "form", "weekend", partial(without, "sprint_place")),
                     "correct_the_sprint"),
        PlantedFault("a form's key lacks the steps", _key("form", "steps"), _CALENDAR),
        PlantedFault("the first form's key lacks the races", _key("form-before-season", "races"),
                     _HISTORY),
        PlantedFault("the first form's key lacks the constants",
                     _key("form-before-season", "config"), _CONSTANTS),
        PlantedFault("the past races' key lacks the history", _key("past-races", "history"),
                     _HISTORY, sampled=True),
        PlantedFault("the history's key lacks its files", _key("history", "files"), _HISTORY),
        PlantedFault("the history's key lacks earlier seasons among the drops",
                     _key("history", "earlier"), "correct_a_race_of_an_earlier_year"),
        PlantedFault("the key of the history's rejects lacks the history",
                     _key("history-rejected", "history"), "corrupt_the_history"),
        PlantedFault("the document's key lacks the options", _key("document", "options"),
                     "set_a_climate", sampled=True),
        PlantedFault("the document's key lacks the season", _key("document", "season"),
                     "rename_an_event", sampled=True),
        PlantedFault("the document's key lacks the bases", _key("document", "bases"), _HISTORY),
        PlantedFault("the seasons' key lacks the files", _key("seasons"), _SESSION),
        PlantedFault("a file's key lacks its content", _key("parse", "data"), _SESSION,
                     sampled=True),
        PlantedFault("all keys lack the code", partial(forget_of_all, code=""), _CODE),
        PlantedFault("keys lack code that is imported late", keys.forget_late_imports, _CODE),
        PlantedFault("all keys lack the environment", partial(forget_of_all, environment=""),
                     _CODE),
        PlantedFault("all keys lack the version", partial(forget_of_all, version=0), _CODE),
        PlantedFault("inputs are compared coarsely", keys.compare_little, _SESSION),
    ),
    "the chain": (
        PlantedFault("the chain of forms is cut", engine.cut_chain, "run_again", sampled=True),
        PlantedFault("all forecasts hang on the season's beginning",
                     engine.hang_on_the_beginning, "run_again", sampled=True),
        PlantedFault("a forecast hangs on the form before the last",
                     engine.hang_on_the_form_before_last, "run_again", sampled=True),
        PlantedFault("the form learns only what a forecast may know",
                     engine.learn_what_a_forecast_may_know, "set_the_horizon"),
    ),
    "the store": (
        PlantedFault("payloads have no checksum", engine.no_payload_checksum, _SPOIL,
                     sampled=True),
        PlantedFault("headers have no checksum", engine.no_header_checksum, _SPOIL),
        PlantedFault("a stored result does not know its key", engine.seal_without_key, _SPOIL),
        PlantedFault("files are written in place", engine.write_in_place, "run_into_a_fault"),
    ),
    "the scan": (
        PlantedFault("files are known by their size", engine.know_files_by_size, _SESSION,
                     sampled=True),
        PlantedFault("documents are read as input", engine.read_documents_as_input,
                     "drop_the_document_itself", sampled=True),
    ),
    "last good bytes": (
        PlantedFault("nothing stands in for a damaged file", engine.never_stand_in, _DAMAGE,
                     sampled=True),
        PlantedFault("what stands in is not called stale", engine.stand_in_silently, _DAMAGE),
        PlantedFault("what stands in hides that a file is rejected", engine.stand_in_unrejected,
                     _DAMAGE),
        PlantedFault("what cannot stand in is called stale", engine.call_stale_what_is_not_used,
                     "damage_a_file_and_drop_an_event", sampled=True),
        PlantedFault("the last-good table is not written",
                     partial(commit_otherwise, lambda before, _: before), _DAMAGE),
        PlantedFault("a deleted file stays in the last-good table",
                     partial(commit_otherwise, lambda before, table: {**before, **table}),
                     "delete_and_bring_back_damaged", sampled=True),
        PlantedFault("the last-good table keeps the first bytes for ever",
                     engine.trust_kept_bytes, _DAMAGE),
        PlantedFault("last good bytes are not kept", engine.keep_no_bytes, _DAMAGE),
    ),
    "publishing": (
        PlantedFault("equal predictions count as an equal document",
                     engine.compare_predictions_only, "write_the_same_otherwise", sampled=True),
        PlantedFault("the published document is believed", engine.trust_the_document,
                     "spoil_the_document", sampled=True),
    ),
    "the key of a run": (
        PlantedFault("the run's key lacks the options",
                     partial(blank_in_run_key, "configuration"), "set_the_seed"),
        PlantedFault("the run's key lacks the season's files", partial(blank_in_run_key, "train"),
                     _SESSION, sampled=True),
        PlantedFault("the run's key lacks the earlier seasons",
                     partial(blank_in_run_key, "histories"), _HISTORY),
        PlantedFault("the run's key lacks the code", partial(blank_in_run_key, "code"), _CODE),
        PlantedFault("the run's key lacks the code of the house", keys.forget_the_house,
                     "change_the_house"),
        PlantedFault("the run's key lacks the environment",
                     partial(blank_in_run_key, "environment"), _CODE),
        PlantedFault("the run's key lacks the constants", partial(blank_in_run_key, "model"),
                     _CONSTANTS),
        # A file that was good before is in the last-good table too, and so in the key twice.
        PlantedFault("the run's key lacks the digests of files", partial(blank_content, 0),
                     "drop_a_new_session"),
        PlantedFault("the run's key lacks rejected files", partial(blank_content, 1),
                     "drop_a_link_or_take_it_away", sampled=True),
        PlantedFault("the run's key lacks files that cannot be read", partial(blank_content, 1, 3),
                     "put_a_link_in_place"),
        PlantedFault("the run's key lacks the last-good table", partial(blank_in_run_key, "good"),
                     "damage_and_lose_the_last_good_bytes", sampled=True),
    ),
}  # fmt: skip
FAULTS = tuple(chain.from_iterable(KINDS.values()))
