"""Questions that nobody would think of, made from the description: all are answered by it."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from services.web.api.table import TABLE

# The stream never ends; where there is no parameter and no body, nothing can be wrong.
QUESTIONS = [
    pytest.param(route, mode, id=f"{route.name}-{mode.value}")
    for route in TABLE
    for mode in GenerationMode
    if route.path != "/v1/stream" and (mode.is_positive or route.parameters or route.body)
]

# What strings would hardly ever be by chance.
KNOWN = {
    "season": 2025,
    "event_id": "2025-miami",
    "driver_id": "lando-norris",
    "team_id": "mclaren",
    "run_id": "past3",
    "a": "past2",
    "b": "past8",
    "after": "past3",
}


@pytest.fixture(scope="module")
def described(archived):
    return schemathesis.openapi.from_asgi("/openapi.json", archived.app)


def ask(described, route, mode, n_examples):
    """Ask so many questions of a route, and hold the answers to the description."""
    operation = described[route.path][route.method]

    @settings(max_examples=n_examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def each(case, is_known):
        if is_known and mode.is_positive:
            given_ids = {**(case.path_parameters or {}), **(case.query or {})}
            known = {name: KNOWN[name] for name in given_ids if name in KNOWN}
            case.path_parameters = {**(case.path_parameters or {}), **_of(known, route.in_path)}
            case.query = {**(case.query or {}), **_of(known, route.parameters)}
        case.call_and_validate()

    each()


def _of(known, names):
    return {name: value for name, value in known.items() if name in names}


@pytest.mark.parametrize(("route", "mode"), QUESTIONS)
def test_described__is_answered_as_described(described, route, mode):
    ask(described, route, mode, 5)


@pytest.mark.soak
@pytest.mark.parametrize(("route", "mode"), QUESTIONS)
def test_described__is_answered_as_described_to_many_questions(described, route, mode):
    ask(described, route, mode, 300)
