"""What processes that this one starts are told: all but the secrets that are not for them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from services.archive.place import STORE_VARIABLE
from services.settings.child_environment import (
    DATABASE,
    MQTT_PASSWORD,
    NOTICES_SECRET,
    STORE,
    TOKEN,
    child_environment,
)

SECRETS = {TOKEN, STORE, STORE_VARIABLE, NOTICES_SECRET, MQTT_PASSWORD, *DATABASE}


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for name in SECRETS:
        monkeypatch.setenv(name, f"the {name}")
    monkeypatch.setenv("F1_ELSE", "no secret")


def seen_by_a_process(environment):
    """Give the variables that a process really has."""
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True
    )
    return done.stdout


def test_child_environment__holds_no_secret_and_all_else():
    found = child_environment()
    assert found.keys() == (os.environ.keys() | {"PYTHONPATH"}) - SECRETS
    assert found["F1_ELSE"] == "no secret"
    seen = seen_by_a_process(found)
    assert [name for name in SECRETS if f"the {name}" in seen] == []


def test_child_environment__gives_what_is_needed_and_no_more():
    found = child_environment(TOKEN, *DATABASE)
    assert SECRETS & found.keys() == {TOKEN, *DATABASE}
    assert os.environ[STORE]  # of this one nothing is taken
