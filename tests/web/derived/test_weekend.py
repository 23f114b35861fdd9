"""Which sessions are in, in sentences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from predictor.vocabulary import SessionKind
from services.web.derived.weekend import known_sessions, pending, sessions_sentence
from tests.web.derived.events import event, field, sessions

FP1, FP2, FP3 = SessionKind.FP1, SessionKind.FP2, SessionKind.FP3
SQ, Q, R = SessionKind.SPRINT_QUALIFYING, SessionKind.QUALIFYING, SessionKind.RACE
BEFORE = datetime(2025, 7, 20, tzinfo=UTC)
AFTER = datetime(2025, 8, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("planned", "known", "now", "said"),
    [
        ((), (), BEFORE, ""),
        (
            (FP1, Q, R),
            (),
            BEFORE,
            "Its first session, practice 1, is on Friday 25 July, 12:00 UTC.",
        ),
        ((FP1, Q, R), (), AFTER, "No file of its sessions is in yet."),
        (
            (FP1, SQ, Q, R),
            (FP1, SQ),
            AFTER,
            "Practice and sprint qualifying are in; qualifying is not.",
        ),
        (
            (FP1, FP2, FP3, Q, R),
            (FP1,),
            BEFORE,
            "Practice 1 is in; practice 2 is on Saturday 26 July, 12:00 UTC.",
        ),
        ((FP1, FP2, FP3, Q, R), (FP1, FP2), AFTER, "Practice 1 and 2 are in; practice 3 is not."),
        ((FP1, Q, R), (FP1,), AFTER, "Practice is in; qualifying is not."),
        ((FP1, Q, R), (FP1, Q), AFTER, "Practice and qualifying are in; the race is not."),
        ((), (FP1, Q), AFTER, "Practice and qualifying are in."),
    ],
)
def test_sessions_sentence__what_is_in_and_what_is_next(planned, known, now, said):
    made = event(field(norris=0.3), sessions=sessions(*planned), known_sessions=known)
    assert sessions_sentence(made, now) == said


def test_known_sessions__stand_in_their_order_and_once():
    made = event(field(norris=0.3), sessions=sessions(FP1, Q, R), known_sessions=(Q, FP1, Q))
    assert known_sessions(made) == (FP1, Q)
    assert pending(made) is R
    assert known_sessions(event()) == ()
