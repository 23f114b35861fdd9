"""The straight-line rebuild: what a season document must say, worked out without the engine.

No plan, no key, no store, no runner, and no value passes through canonical bytes. It calls
the library's pure functions in the order in which `ARCHITECTURE.md` tells the story, and
completes the document by its own reading of the contract. It is slow and says everything
once. Only the parsing of identical bytes under one path is remembered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from predictor.bayes.pre_season import with_tests
from predictor.errors import DropError, NoUsableInput
from predictor.features.pre_season import pre_season
from predictor.features.race_facts import race_facts, sprint_facts
from predictor.features.rain_signs import rain_signs
from predictor.features.weekend import (
    race_outcome,
    sprint_weekend_of,
    weekend_of,
)
from predictor.fingerprint import digest
from predictor.forecast.assemble import RaceSetup
from predictor.forecast.feasible import why_no_sprint, why_not_forecast
from predictor.forecast.options import ForecastOptions, ModelConfig
from predictor.forecast.weights import match_drivers, match_teams, strength_shift
from predictor.formats import link_files, parse_file
from predictor.graph.belief.form import form_after, form_before
from predictor.graph.belief.past_races import past_races
from predictor.graph.seasons.folding import Rejection, Seasons
from predictor.graph.simulation.scenario import forecast_scenario
from predictor.notes import Note, NoteKind
from predictor.records import ParsedFile
from predictor.report.document import EventBasis, season_document
from predictor.season.fold import fold, fold_files
from predictor.season.state import SeasonState
from services import __version__
from services.publishing.publisher import VOLATILE
from services.settings.environment import code_digest
from services.settings.run_request import RunRequest

__all__ = ["LAST_GOOD", "Folder", "Kept", "Rebuilt", "differences", "full_rebuild", "stable"]

# Whether bytes of a file that could be used stay in use while those now there cannot.
LAST_GOOD = True
_SHARE_OF_LARGEST = 0.5

Files = Mapping[str, bytes | str]  # path in its folder -> bytes, or why they cannot be read
Bytes = Mapping[str, bytes]


@dataclass(frozen=True)
class Folder:
    """What a folder of files comes to."""

    states: dict[int, SeasonState]
    rejected: dict[str, Note]  # path -> reason
    present: dict[str, bytes]  # path -> its bytes, or those that stand in for them
    used: dict[str, bytes]  # of these, the ones that can be used
    stale: tuple[str, ...]  # paths whose earlier bytes are in use
    left_out: dict[str, Note]  # paths of which nothing is in use, and why


@dataclass(frozen=True)
class _History:
    states: tuple[SeasonState, ...]


@dataclass(frozen=True)
class Kept:
    """The last usable bytes of every file, of the season and of the earlier ones."""

    files: Bytes = field(default_factory=dict)
    history: Bytes = field(default_factory=dict)


@dataclass(frozen=True)
class Rebuilt:
    """The document outside its volatile fields, and the bytes it rests on."""

    document: dict[str, Any]
    kept: Kept


def full_rebuild(
    files: Files, history: Files, kept: Kept, settings: RunRequest, model: ModelConfig
) -> Rebuilt:
    """Work out the document.

    Parameters
    ----------
    files, history : mapping of path to bytes, or to the reason why they cannot be read
        The season's folder, and that of the earlier seasons.
    kept : Kept
        What the last run that came to an end left of them.

    Raises
    ------
    F1Error
        As a run must: no usable input, or a weight that names nobody.
    """
    folder = read_folder(files, kept.files if LAST_GOOD else {}, _name(settings.train_data))
    if not folder.states:
        raise NoUsableInput("no session files can be used")
    season, notes = _season_to_forecast(folder.states)
    own = [state for state in folder.states.values() if state.season < season.season]
    past = read_folder(history, kept.history if LAST_GOOD else {})
    states = _earlier_seasons(past.states, own, before=season.season)
    told = tuple(Rejection(path, why) for path, why in past.left_out.items())
    in_use = past.used
    if not set(states) - {state.season for state in own}:
        # A folder without any season is passed over, with all its files.
        text = "no earlier season was found: the forecast starts from nothing"
        do = "name a folder of earlier seasons with --history"
        notes.append(Note(NoteKind.HISTORY_MISSING, text, do=do))
        states, in_use, told = _earlier_seasons({}, own, before=season.season), {}, ()
    seasons = tuple(states.values())
    options = _options(settings, model)
    core = _core(season, _History(seasons), options, digest(Seasons(seasons, told)))
    listed = [(path, str(why)) for path, why in folder.rejected.items()]
    listed += [(f"(history) {path}", str(why)) for path, why in past.rejected.items()]
    stale = [*folder.stale, *(f"(history) {path}" for path in past.stale if in_use)]
    kept = Kept(folder.used, in_use)
    document = _completed(
        core, settings, (folder.used, past.present if in_use else {}),
        listed=sorted(listed), stale=sorted(stale), notes=notes,
    )  # fmt: skip
    return Rebuilt(document, kept)


def read_folder(files: Files, kept: Bytes, name: str = "") -> Folder:
    """Parse and join a folder's files; what cannot be used gives way to what is kept."""
    rejected = _unusable(files, name)
    # A file may be refused for what is missing beside it, and not for its own bytes.
    stale = tuple(p for p in sorted(rejected) if p in kept and kept[p] != files[p])
    stood_in: Files = {path: kept[path] if path in stale else d for path, d in files.items()}
    present = {path: data for path, data in stood_in.items() if isinstance(data, bytes)}
    left_out = _unusable(present, name)
    used = {path: present[path] for path in sorted(present) if path not in left_out}
    parsed = _told_once({path: _parsed(data) for path, data in used.items()})
    linked, _ = link_files(
        {path: one for path, one in parsed.items() if isinstance(one, ParsedFile)}, name
    )
    listed = left_out | rejected  # the bytes that lie there are what can be corrected
    stale = tuple(path for path in stale if path not in left_out)
    return Folder(fold(linked), listed, present, used, stale, dict(sorted(left_out.items())))


def _told_once(parsed: Mapping[str, ParsedFile | Note]) -> dict[str, ParsedFile | Note]:
    """Pass over a copy of a file that says by itself of which event it is."""
    told: dict[str, ParsedFile | Note] = {}
    for path, file in parsed.items():
        is_copy = any(file is other for other in told.values())
        refs = [r.event for r in getattr(file, "records", ()) if hasattr(r, "event")]
        if not is_copy or not all(ref.season and (ref.event_id or ref.name) for ref in refs):
            told[path] = file
    return told


def _name(folder: Path | None) -> str:
    return folder.name if folder is not None else ""


def _unusable(files: Files, name: str) -> dict[str, Note]:
    """Give path -> reason of the files of which nothing can be used."""
    parsed = {path: _parsed(data) for path, data in sorted(files.items())}
    good = {path: one for path, one in parsed.items() if isinstance(one, ParsedFile)}
    refused = {path: one for path, one in parsed.items() if isinstance(one, Note)}
    linked, alone = link_files(good, name)
    return refused | alone | fold_files(linked).refused


def _parsed(data: bytes | str) -> ParsedFile | Note:
    return Note(NoteKind.UNUSABLE, data) if isinstance(data, str) else _parsed_bytes(data)


@cache
def _parsed_bytes(data: bytes) -> ParsedFile | Note:
    try:
        return parse_file("", data)
    except DropError as error:
        return error.note()


def _season_to_forecast(states: Mapping[int, SeasonState]) -> tuple[SeasonState, list[Note]]:
    largest = max(len(state.events) for state in states.values())
    counted = [
        state
        for state in states.values()
        if state.has_calendar or len(state.events) >= _SHARE_OF_LARGEST * largest
    ]
    season = max(counted, key=lambda state: state.season)
    if len(states) == 1:
        return season, []
    *first, last = [
        f"{state.season} ({len(state.events)} event{'s' if len(state.events) != 1 else ''})"
        for state in states.values()
    ]
    said = f"the folder holds {', '.join(first)} and {last}: forecasting {season.season}"
    return season, [Note(NoteKind.SEASON_CHOSEN, said)]


def _earlier_seasons(
    read: Mapping[int, SeasonState], own: list[SeasonState], *, before: int
) -> dict[int, SeasonState]:
    """Give the seasons before one; of two states of a year the one with more sessions."""
    found: dict[int, SeasonState] = {}
    for state in sorted((*read.values(), *own), key=_n_sessions):
        if state.season < before:
            found[state.season] = state
    return {year: found[year] for year in sorted(found)}


def _n_sessions(state: SeasonState) -> int:
    return sum(len(event.sessions) for event in state.events)


def _options(settings: RunRequest, model: ModelConfig) -> ForecastOptions:
    return ForecastOptions(
        n_simulations=settings.n_simulations,
        seed=settings.seed,
        scenarios=settings.scenarios,
        driver_weights=dict(settings.driver_weights or {}),
        team_weights=dict(settings.team_weights or {}),
        horizon=settings.horizon,
        model=model,
    )


def _core(
    season: SeasonState, history: _History, options: ForecastOptions, known: str
) -> dict[str, Any]:
    """Walk the calendar once: forecast an event from the belief before it, then learn its race."""
    model = options.model
    drivers = match_drivers(options.driver_weights, season)
    teams = match_teams(options.team_weights, season)
    form = form_before(past_races(history, season.season), model.filter)
    tests = pre_season(season)
    if tests is not None:
        form, known = with_tests(form, tests, model.filter), digest((known, tests))
    last_race, steps = "", 0  # steps: events since the last race that was learnt
    bases, forecasts = {}, {}
    for event in season.events:
        if why_not_forecast(event) is not None:
            continue
        steps += 1
        weekend, facts = weekend_of(event, options.horizon), race_facts(event)
        shift = strength_shift(event.entries, drivers, teams, model.weights.kappa)
        calls = {"": (weekend, facts, shift)}
        if any(shift):
            calls["/unweighted"] = (weekend, facts, 0.0 * shift)
        if event.sprint_format and why_no_sprint(event) is None:
            sprint = sprint_weekend_of(event, options.horizon)
            calls["/sprint"] = (sprint, sprint_facts(event), shift)
            if any(shift):
                calls["/unweighted/sprint"] = (sprint, sprint_facts(event), 0.0 * shift)
        for kind, (what, length, weights) in calls.items():
            for scenario in options.scenarios:
                forecasts[f"forecast/{event.event_id}{kind}/{scenario.value}"] = forecast_scenario(
                    form, what, length, scenario, steps, options.n_simulations,
                    RaceSetup(
                        options.seed, weights, model.filter, model.race,
                        model.circuit(what.circuit_id).race, model.crews,
                    ),
                )  # fmt: skip
        signs = rain_signs(event, weekend.horizon)
        basis = EventBasis(weekend, digest((known, weekend, facts, signs)), last_race, tests)
        bases[event.event_id] = basis
        outcome = race_outcome(event)
        if outcome is not None:
            learnt = weekend_of(event)
            form = form_after(form, learnt, outcome, steps, model.filter)
            last_race, known, steps = event.event_id, digest((known, learnt, outcome)), 0
    document: dict[str, Any] = orjson.loads(season_document(season, bases, options, forecasts))
    return document


def _completed(
    core: dict[str, Any],
    settings: RunRequest,
    in_use: tuple[Bytes, Bytes],
    *,
    listed: list[tuple[str, str]],
    stale: list[str],
    notes: list[Note],
) -> dict[str, Any]:
    metadata = dict(core["metadata"])
    metadata["notes"] = [*metadata["notes"], *map(str, notes)]
    metadata["note_details"] = [*metadata["note_details"], *map(asdict, notes)]
    if listed:
        metadata["status"] = "degraded"
    data = {
        "files": sorted({_sha256(data) for data in in_use[0].values()}),
        "history": digest(sorted(_sha256(data) for data in in_use[1].values())),
    }
    metadata |= {
        "data_hash": digest(data),
        "config_hash": digest(settings.configuration()),
        "code_version": f"{__version__}+{code_digest().removeprefix('sha256:')[:12]}",
        "predictions_sha256": hashlib.sha256(orjson.dumps(core["predictions"])).hexdigest(),
        "rejected": [{"file": path, "reason": reason} for path, reason in listed],
        "stale_inputs": stale,
        "passed_over": [],
    }
    return {**core, "metadata": metadata}


def _sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def stable(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a published document without its volatile fields."""
    kept = {name: one for name, one in document["metadata"].items() if name not in VOLATILE}
    return {**document, "metadata": kept}


def differences(got: Any, expected: Any, place: str = "") -> list[str]:
    """List the places where two documents differ, the first few of them."""
    if isinstance(got, dict) and isinstance(expected, dict):
        if list(got) != list(expected):
            return [f"{place}: {list(got)}, expected {list(expected)}"]
        pairs = [(f"{place}/{name}", got[name], expected[name]) for name in got]
    elif isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        pairs = [(f"{place}/{n}", a, b) for n, (a, b) in enumerate(zip(got, expected, strict=True))]
    else:
        return [] if got == expected else [f"{place}: {got!r:.120}, expected {expected!r:.120}"]
    found = [line for where, a, b in pairs if a != b for line in differences(a, b, where)]
    return found[:6]
