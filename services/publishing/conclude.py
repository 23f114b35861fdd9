"""Publish what a build computed, and record the run; only who holds the lock does this."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import structs

from predictor.errors import F1Error, NoUsableInput, Recovery
from predictor.graph.plan import BELIEF_PART, Decision, explain
from predictor.published.json_text import write_json
from predictor.published.run_types import RunEntry
from predictor.published.season_types import SeasonDocument
from services.disk.own_kinds import DOCUMENT
from services.disk.targets import Target, check_targets
from services.engine import explanations
from services.engine.manifest import Manifest, write_manifest
from services.intake import last_good
from services.publishing.built import Built, Unchanged, count_run
from services.publishing.document import RunFacts, complete_document, history_entry
from services.publishing.last_run import InPlace, LastRun
from services.publishing.places import manifest_path
from services.publishing.publisher import publish, stable_digest
from services.publishing.run_record import HISTORY_FILE, TrainingHistory, open_history
from services.publishing.subscribers import Published, Subscriber, tell
from services.settings import environment
from services.settings.limits import Limits
from services.settings.logs import LOG
from services.settings.run_request import RunReport, RunRequest

__all__ = ["conclude", "facts_at_start", "record_failure", "record_training"]


def facts_at_start(settings: RunRequest) -> RunFacts:
    """Give what is known of a run before it has computed anything."""
    return RunFacts(
        run_id=secrets.token_hex(6),
        output=settings.output.name if settings.output is not None else "",
        trigger=settings.trigger,
        started=datetime.now(UTC),
        data_hash="",
        code="",
        configuration=settings.configuration(),
        changed_inputs=(),
        host=environment.host_facts(),
    )


def conclude(
    settings: RunRequest,
    limits: Limits,
    facts: RunFacts,
    answer: Built | Unchanged,
    last: LastRun,
    *,
    records_unchanged: bool = True,
    subscribers: Sequence[Subscriber] = (),
) -> RunReport:
    """Publish the document unless the one in place says the same; record it, and tell of it.

    Parameters
    ----------
    answer : Built or Unchanged
        What the build came to.
    last : LastRun
        What was in place before; where the build has looked at it, the very same look.
    records_unchanged : bool
        Whether a run that gave the published document once more is recorded. Nobody asked for
        those of a daemon whose feed writes the same facts again and again.
    subscribers : sequence of Subscriber
        Told once the document is in place and the run recorded, see
        `services.publishing.subscribers.tell`.

    Raises
    ------
    F1Error
        If the document breaks its schema, or holds a number that is not finite.
    OutputNotWritable
        If the disk refuses. In both cases the last good document is in place.
    """
    before = last.in_place(answer.season)
    facts = replace(facts, output=before.path.name, data_hash=answer.data_hash, code=answer.code)
    _log(answer)
    match answer:
        case Unchanged():
            report = _keep(settings, limits, facts, answer, before, records=records_unchanged)
        case Built():
            facts = replace(facts, changed_inputs=answer.changed_inputs)
            report = _renew(settings, limits, facts, answer, before, records=records_unchanged)
    LOG.info("run %s %s %s", facts.run_id, report.outcome, before.path)
    published = Published(report.document, before.path, facts, report.outcome)
    not_told = tell(subscribers, published)
    LOG.debug("ended after %.1f s", (datetime.now(UTC) - facts.started).total_seconds())
    return replace(report, notes=(*report.notes, *not_told), not_told=not_told)


def _keep(
    settings: RunRequest,
    limits: Limits,
    facts: RunFacts,
    unchanged: Unchanged,
    before: InPlace,
    *,
    records: bool,
) -> RunReport:
    """Record a run that had nothing to compute."""
    if before.document is None:
        raise F1Error(
            "the document went away during the run that found it unchanged",
            where=facts.output,
            do="run again; it is put together from stored results",
        )
    notes: Sequence[str] = ()
    if records:
        history = _history(settings, limits, before)
        entry = history_entry(
            facts,
            counter=history.next_counter,
            ended=datetime.now(UTC),
            outcome="unchanged",
            decisions=unchanged.decisions,
            races=_n_forecasts(before.document),
            explanation=_explained(settings, unchanged.decisions),
            before=before.digest,
            after=before.digest,
        )
        notes = _append(history, entry)
    return _report(facts, "unchanged", before.path, before.document, unchanged.decisions, notes)


def _renew(
    settings: RunRequest,
    limits: Limits,
    facts: RunFacts,
    built: Built,
    before: InPlace,
    *,
    records: bool,
) -> RunReport:
    """Put a document that was computed in place, unless it says what is there already."""
    ended = datetime.now(UTC)
    document = complete_document(facts, built, ended=ended)
    _refuse_to_say_less(document, before.document, before.path)
    after = stable_digest(msgspec.json.encode(document))
    outcome = "unchanged" if before.digest == after else "published"
    # Before the document: bytes that parsed are good whether or not this run gets further.
    not_kept = "; ".join(filter(None, (built.not_kept, _commit_good(settings, built))))
    notes = [*built.store_notes, *filter(None, (not_kept,))]
    for note in notes:
        LOG.warning("%s", note)
    if outcome == "published" or records:
        history = _history(settings, limits, before)
        entry = history_entry(
            facts,
            counter=history.next_counter,
            ended=ended,
            outcome=outcome,
            decisions=built.decisions,
            races=_n_forecasts(document),
            explanation=_explained(settings, built.decisions),
            before=before.digest,
            after=after,
        )
        if outcome == "published":
            listed = history.of_output(facts.output, limits.history.in_document - 1)
            document = _publish(settings, document, [*listed, entry], before.path)
        notes += _append(history, entry)
    # Without a key the next run goes all the way again, and keeps what is not kept now.
    key = "" if not_kept else built.run_key
    seen = Manifest(
        built.inputs,
        built.nodes,
        built.season,
        key,
        built.n_histories,
        after,
        train_data=str(settings.train_data.resolve()),
        history=str(settings.history.resolve()) if settings.history is not None else "",
    )
    write_manifest(manifest_path(settings), seen)
    shown = document if outcome == "published" or before.document is None else before.document
    report = _report(facts, outcome, before.path, shown, built.decisions, notes)
    return replace(report, not_kept=not_kept)


def _log(answer: Built | Unchanged) -> None:
    """Say in the log what is not used, and in its details what was read, run and learnt."""
    for file, why in answer.rejected:
        LOG.warning("%s is rejected: %s", file, why)
    rejected = {file for file, _ in answer.rejected}
    for file in sorted(answer.inputs.keys() - rejected):
        LOG.debug("%s is read", file)
    seconds = answer.seconds if isinstance(answer, Built) else {}
    for name, decision in answer.decisions.items():
        took = f" in {seconds[name]:.3f} s" if name in seconds else ""
        what = "runs" if decision.runs else "is reused"
        reasons = "; ".join(str(reason) for reason in decision.reasons)
        LOG.debug("stage %s %s%s%s", name, what, took, f": {reasons}" if reasons else "")
        tags = decision.tags
        if tags.part == BELIEF_PART and decision.runs:
            LOG.debug("the belief is updated: %s", tags.event_id or "before the season")


def record_failure(
    settings: RunRequest, facts: RunFacts, error: BaseException, last: LastRun
) -> None:
    """Add a run that gave no document to the record; a record that refuses is only logged.

    Parameters
    ----------
    last : LastRun
        As the run looked at it.
    """
    if isinstance(error, F1Error):
        stopped, words = error.recovery is Recovery.STOPPED, f"{error.kind}: {error.what}"
    else:
        stopped, words = isinstance(error, KeyboardInterrupt), type(error).__name__
    # What the document lists counts too: a kill may have kept it out of the record's file.
    own = _listed(last.in_place(last.manifest.season))
    history = open_history(settings.folder / HISTORY_FILE, own)
    # Entries stand in the document that others read: paths of this machine stay in the log.
    entry = history_entry(
        facts,
        counter=history.next_counter,
        ended=datetime.now(UTC),
        outcome="cancelled" if stopped else "failed",
        error=words,
    )
    _append(history, entry)


def record_training(
    settings: RunRequest, facts: RunFacts, outcome: str, version: str, words: str
) -> None:
    """Add the training of a model to the record; a record that refuses is only logged.

    Parameters
    ----------
    outcome : str
        promoted | registered | failed
    version : str
        What came of it; "" for a failure.
    words : str
        Why it failed, or was not promoted.
    """
    last = LastRun(settings)
    own = _listed(last.in_place(last.manifest.season))
    history = open_history(settings.folder / HISTORY_FILE, own)
    entry = history_entry(
        replace(facts, output=""),  # no document came of it
        counter=history.next_counter,
        ended=datetime.now(UTC),
        outcome="failed" if outcome == "failed" else f"model {version} {outcome}",
        error=words if outcome == "failed" else None,
    )
    _append(history, entry)


def _refuse_to_say_less(
    document: SeasonDocument, published: SeasonDocument | None, path: Path
) -> None:
    """Refuse a season without any forecast in the place of another season's forecasts.

    Raises
    ------
    NoUsableInput
        As when a folder holds nothing but the calendar of a season to come.
    """
    if published is None or _n_forecasts(document) or not _n_forecasts(published):
        return
    season, before = document.metadata.season, published.metadata.season
    if season != before:
        raise NoUsableInput(
            f"of {season} only a calendar is known, and a forecast of {before} is published",
            where=str(path),
            expected=f"files of {before}, or entries or a session of {season}",
            do=f"take the calendar out, add entries.json of {season}, or choose another --output",
        )


def _n_forecasts(document: SeasonDocument) -> int:
    return sum(bool(event.predictions) for event in document.predictions.values())


def _publish(
    settings: RunRequest, document: SeasonDocument, listed: Sequence[RunEntry], path: Path
) -> SeasonDocument:
    """Publish a document with the runs that it lists; give it as it is published."""
    metadata = structs.replace(document.metadata, training_history=tuple(listed))
    document = structs.replace(document, metadata=metadata)
    payload = write_json(document)
    check_targets([Target(path, DOCUMENT, "--output")], data=settings.train_data)
    publish(payload, path)
    return document


def _report(
    facts: RunFacts,
    outcome: str,
    path: Path,
    document: SeasonDocument,
    decisions: Mapping[str, Decision],
    notes: Sequence[str],
) -> RunReport:
    n_run = count_run(decisions)
    return RunReport(
        run_id=facts.run_id,
        outcome=outcome,
        path=path,
        document=document,
        explanations=tuple(explain(name, one) for name, one in decisions.items()),
        stages_run=n_run,
        stages_reused=len(decisions) - n_run,
        notes=tuple(notes),
    )


def _history(settings: RunRequest, limits: Limits, before: InPlace) -> TrainingHistory:
    listed = limits.history.in_document
    return open_history(settings.folder / HISTORY_FILE, _listed(before), listed=listed)


def _listed(before: InPlace) -> Sequence[RunEntry]:
    """Give the runs that the published document lists."""
    return before.document.metadata.training_history if before.document is not None else ()


def _explained(settings: RunRequest, decisions: Mapping[str, Decision]) -> str | None:
    return explanations.keep(settings.folder / explanations.EXPLANATIONS, decisions)


def _commit_good(settings: RunRequest, built: Built) -> str:
    if built.is_good_kept:
        return ""
    try:
        last_good.commit(settings.folder / ".last-good", settings.series, built.good)
    except OSError as error:
        return f"the last good files could not be recorded: {error.strerror or error}"
    return ""


def _append(history: TrainingHistory, entry: RunEntry) -> Sequence[str]:
    try:
        history.append(entry)
    except OSError as error:
        note = f"the run could not be added to {history.path.name}: {error}"
        LOG.warning("%s", note)
        return (note,)
    return ()
