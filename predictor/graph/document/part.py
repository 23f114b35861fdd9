"""The document's part of the graph: what every event's forecast rests on, and all that is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from predictor.features.pre_season import PreSeason, pre_season
from predictor.features.race_facts import race_facts
from predictor.features.rain_signs import rain_signs
from predictor.fingerprint import digest
from predictor.graph.part import Board, EventAhead, Part, RaceRun, SeasonAsked
from predictor.graph.plan import Literal, Node, Stage
from predictor.report.document import EventBasis, season_document

__all__ = ["DOCUMENT", "DocumentPart", "document_part"]

DOCUMENT = "document"

_DOCUMENT = Stage("document", 2, season_document, bytes)


@dataclass(slots=True)
class DocumentPart(Part):
    """Collects what events rest on; what other parts tell stands on the board."""

    asked: SeasonAsked
    known: str  # digest of all that is known before the next event
    tests: PreSeason | None  # before the season
    form_event: str = ""  # the last race that the belief knows
    bases: dict[str, EventBasis] = field(default_factory=dict)
    name: str = "document"

    def before_event(self, ahead: EventAhead, board: Board) -> Iterable[Node]:  # noqa: ARG002
        """Remember what an event's forecast rests on."""
        signs = rain_signs(ahead.event, ahead.weekend.horizon)
        data = digest((self.known, ahead.weekend, race_facts(ahead.event), signs))
        basis = EventBasis(ahead.weekend, data, self.form_event, self.tests)
        self.bases[ahead.event.event_id] = basis
        return ()

    def after_event(self, run: RaceRun, board: Board) -> Iterable[Node]:  # noqa: ARG002
        """Remember that a race is known from here on."""
        self.known = digest((self.known, run.learnt, run.outcome))
        self.form_event = run.ahead.event.event_id
        return ()

    def finish(self, board: Board) -> Iterator[Node]:
        """Write the document."""
        inputs = {"season": Literal(self.asked.season), "bases": Literal(self.bases), **board.told}
        # The models are inputs of their own stages; the document needs what they came to.
        options = replace(self.asked.options, layer=None)
        yield Node(DOCUMENT, _DOCUMENT, inputs, {"options": options})


def document_part(asked: SeasonAsked) -> DocumentPart:
    """Return the document's part; every forecast ends with it."""
    tests, known = pre_season(asked.season), asked.history_digest
    return DocumentPart(asked, known if tests is None else digest((known, tests)), tests)
