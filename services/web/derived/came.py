"""What came between two documents of a season: the causes that the documents themselves tell of.

A cause is what differs between the two in what a forecast rests on. Nothing is guessed from what
moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import UNSET

from predictor.published.event_types import Event
from predictor.published.season_types import Metadata, SeasonDocument
from predictor.vocabulary import EventStatus, SessionKind
from services.web.derived import figures
from services.web.derived.weekend import SESSIONS, has_run, known_sessions, sprint_has_run

__all__ = ["KINDS", "Came", "CauseKind", "came", "kinds_of", "kinds_sentence"]

CauseKind = Literal["results", "sessions", "data", "weights", "model", "simulation", "code"]

# Kind -> what it is called in a sentence.
KINDS: Mapping[CauseKind, str] = {
    "results": "results",
    "sessions": "sessions of a weekend",
    "data": "other data",
    "weights": "weights",
    "model": "the learned model",
    "simulation": "settings",
    "code": "the program itself",
}


@dataclass(frozen=True, slots=True)
class Came:
    """One thing that differs, in words.

    Attributes
    ----------
    kind : str
        results, sessions, data, weights, model, simulation or code.
    text : str
        "Belgium: the sprint", "weight of HAM: 1 → 1.2".
    is_revised : bool
        Whether a file that was known already tells it otherwise.
    """

    kind: CauseKind
    text: str
    is_revised: bool = False


def came(before: SeasonDocument, now: SeasonDocument) -> tuple[Came, ...]:
    """Return all that differs in what two forecasts of one season rest on.

    Empty where nothing does: then whatever moved is what the simulation makes of itself.
    """
    found = [*_of_events(before, now)]
    then, at = before.metadata, now.metadata
    corrected = _corrected(before, now, n_revised=sum(one.is_revised for one in found))
    if corrected:
        found.append(Came("data", corrected))
    elif then.data_hash != at.data_hash and not found:
        # A correction that leaves results and sessions as they were.
        found.append(Came("data", "the content of files that were known already"))
    found += _of_weights("driver", then.driver_weights, at.driver_weights)
    found += _of_weights("team", then.team_weights, at.team_weights)
    found += _of_model(then, at)
    found += _of_settings(then, at)
    if then.code_version != at.code_version:
        found.append(Came("code", f"version {then.code_version} → {at.code_version}"))
    order = list(KINDS)
    return tuple(sorted(found, key=lambda one: order.index(one.kind)))


def kinds_of(found: Sequence[Came]) -> list[CauseKind]:
    """Return the kinds of all that came, each once."""
    return list(dict.fromkeys(one.kind for one in found))


def kinds_sentence(found: Sequence[Came], n_moved: int, *, has_split: bool = False) -> str:
    """Return whether the causes can be told apart, and if so what moved the chances.

    Parameters
    ----------
    found : sequence of Came
    n_moved : int
        Chances that moved beyond the noise.
    has_split : bool
        Whether what the weights did to the next race is told by itself.
    """
    kinds = kinds_of(found)
    names = figures.series([KINDS[kind] for kind in kinds])
    if not kinds:
        said = "Nothing that a forecast rests on is different"
        return f"{said}." if n_moved else f"{said}, and no chance moved beyond the noise."
    if not n_moved:
        return f"{_first_up(names)} came, and no chance moved by more than the simulation’s noise."
    if len(kinds) == 1:
        return f"Only {names} came: what moved beyond the noise, {_pronoun(kinds[0])} moved."
    if has_split and len(kinds) == 2:
        return (
            f"{_first_up(names)} came in one run. For the next race the two are told apart, for a "
            "forecast with weights tells what it would be without; for all else they cannot be."
        )
    if has_split:
        return (
            f"{_first_up(names)} came in one run. What weights did to the next race is told by "
            "itself; what each of the others did cannot be told apart."
        )
    return (
        f"{_first_up(names)} came in one run. What each of them did cannot be told apart: no "
        "forecast was made with one and without the other."
    )


def _pronoun(kind: CauseKind) -> str:
    return "it" if kind in ("data", "model", "code") else "they"


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _of_events(before: SeasonDocument, now: SeasonDocument) -> Iterator[Came]:
    old = {event.metadata.event_id: event for event in before.predictions.values()}
    new = {event.metadata.event_id for event in now.predictions.values()}
    for title, event in now.predictions.items():
        was = old.get(event.metadata.event_id)
        place = figures.area(event.metadata.event_id, title)
        if was is None:
            yield Came("data", f"{place}: new in the calendar")
        else:
            yield from _of_event(place, was, event)
    for title, event in before.predictions.items():
        if event.metadata.event_id not in new:
            place = figures.area(event.metadata.event_id, title)
            yield Came("data", f"{place}: no longer in the calendar")


def _of_event(place: str, was: Event, now: Event) -> Iterator[Came]:
    if has_run(now) and not has_run(was):
        yield Came("results", f"{place}: the race")
    elif has_run(was) and not has_run(now):
        yield Came("results", f"{place}: the race taken back")
    elif now.result != was.result:
        yield Came("results", f"{place}: the result of the race revised", is_revised=True)
    if sprint_has_run(now) and not sprint_has_run(was):
        yield Came("results", f"{place}: the sprint")
    elif sprint_has_run(was) and not sprint_has_run(now):
        yield Came("results", f"{place}: the sprint taken back")
    elif sprint_has_run(now) and now.sprint.result != was.sprint.result:  # type: ignore[union-attr]
        yield Came("results", f"{place}: the result of the sprint revised", is_revised=True)
    told = (SessionKind.RACE, SessionKind.SPRINT)
    seen, known = known_sessions(was), known_sessions(now)
    more = [SESSIONS[kind] for kind in known if kind not in seen and kind not in told]
    gone = [SESSIONS[kind] for kind in seen if kind not in known and kind not in told]
    if more:
        yield Came("sessions", f"{place}: {figures.series(more)}")
    if gone:
        yield Came("sessions", f"{place}: {figures.series(gone)} taken back")
    if was.metadata.status is not now.metadata.status and EventStatus.COMPLETED not in (
        was.metadata.status,
        now.metadata.status,
    ):
        yield Came("data", f"{place}: {was.metadata.status.value} → {now.metadata.status.value}")


def _corrected(before: SeasonDocument, now: SeasonDocument, *, n_revised: int) -> str:
    """Return which known files changed beyond what sessions and results tell; empty: none.

    The record of the later run tells of its files, as far as it names them.
    """
    own = now.metadata.run.run_id
    entry = next((one for one in now.metadata.training_history if one.run_id == own), None)
    if entry is None or entry.changed_inputs is UNSET:
        return ""
    n_new = 0
    again: list[str] = []
    for one in entry.changed_inputs:
        if isinstance(one.file, str) and isinstance(one.new, str):
            if isinstance(one.old, str):
                again.append(one.file)
            else:
                n_new += 1
    # A session may come within a file that was known: one of the whole weekend.
    within = max(0, _n_sessions(before, now) - n_new)
    if len(again) <= n_revised + within:
        return ""
    return f"other content of {figures.series(again)}"


def _n_sessions(before: SeasonDocument, now: SeasonDocument) -> int:
    """Return how many sessions came, race and sprint among them."""
    old = {event.metadata.event_id: event for event in before.predictions.values()}
    return sum(
        len(set(known_sessions(event)) - set(known_sessions(old[event.metadata.event_id])))
        for event in now.predictions.values()
        if event.metadata.event_id in old
    )


def _of_weights(whose: str, was: Mapping[str, float], now: Mapping[str, float]) -> Iterator[Came]:
    for key in sorted(was.keys() | now.keys()):
        old, new = was.get(key, 1.0), now.get(key, 1.0)
        if old != new:
            yield Came("weights", f"weight of {whose} {key}: {old:g} → {new:g}")


def _of_model(was: Metadata, now: Metadata) -> Iterator[Came]:
    if was.use_ml_layer != now.use_ml_layer:
        yield Came("model", f"the learned model {_switched(now.use_ml_layer)}")
    elif _serves(was) != _serves(now):
        yield Came("model", f"learned model {_called(was)} → {_called(now)}")


def _serves(metadata: Metadata) -> str | None:
    """Return the digest of the model that serves.

    Not what else is said of it: its weight follows the races that are run.
    """
    return None if metadata.ml_layer is UNSET else metadata.ml_layer.digest


def _called(metadata: Metadata) -> str:
    if metadata.ml_layer is UNSET or metadata.ml_layer.model is None:
        return "none"
    return f"{metadata.ml_layer.model} {metadata.ml_layer.version or ''}".strip()


def _of_settings(was: Metadata, now: Metadata) -> Iterator[Came]:
    """Give the settings that a document tells of, else that others differ."""
    told = [
        ("simulations", figures.number(was.num_simulations), figures.number(now.num_simulations)),
        ("seed", str(was.seed), str(now.seed)),
        ("horizon", was.horizon.value, now.horizon.value),
        ("scenarios", figures.series(was.scenarios), figures.series(now.scenarios)),
        ("computed by", was.backend.value, now.backend.value),
    ]
    found = [Came("simulation", f"{name}: {a} → {b}") for name, a, b in told if a != b]
    if was.use_bayesian != now.use_bayesian:
        found.append(Came("simulation", f"full fits of the season {_switched(now.use_bayesian)}"))
    yield from found
    is_told = bool(found) or any(
        (
            was.driver_weights != now.driver_weights,
            was.team_weights != now.team_weights,
            was.use_ml_layer != now.use_ml_layer,
            _serves(was) != _serves(now),
            was.code_version != now.code_version,
        )
    )
    if was.config_hash != now.config_hash and not is_told:
        yield Came("simulation", "settings or constants of the model")


def _switched(is_on: bool) -> str:
    return "switched on" if is_on else "switched off"
