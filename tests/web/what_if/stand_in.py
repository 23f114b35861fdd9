"""A child that ends as its test wants, run in the place of the real one: ``stand_in.py HOW``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import msgspec

HOW = sys.argv[1]
asked = msgspec.json.decode(sys.stdin.buffer.read())
folder = Path(asked["folder"])
name = asked["question"]["driver_weights"][0][1]
if HOW == "tells-its-environment":
    (folder / "environment").write_text("\n".join(os.environ))
(folder / f"began-{name}").write_text(str(os.getpid()))


def answer():
    race = {"event_id": "e", "name": "E", "horizon": "a", "scenarios": {}, "drivers": []}
    told = {
        "schema_version": "1.0.0", "season": 2025, "driver_weights": {"x": name},
        "team_weights": {}, "published_driver_weights": {}, "published_team_weights": {},
        "n_simulations": 1, "seed": 1, "race": race, "drivers_title": [], "teams_title": [],
    }  # fmt: skip
    return {"type": "answered", "answer": told}


def failed(kind):
    return {
        "type": "failed", "number": 0, "kind": kind, "recovery": "retry", "what": "it is so",
        "where": "--option", "got": "this", "do": "do that",
    }  # fmt: skip


if HOW == "when-let":  # goes on once its test says so
    while not (folder / f"go-{name}").exists():
        time.sleep(0.01)
    said = answer()
elif HOW == "hangs":
    time.sleep(3600)
elif HOW == "dies":
    sys.stderr.write("its last words")
    sys.exit(3)
elif HOW.startswith("says-"):
    said = failed(HOW.removeprefix("says-"))
else:
    said = answer()
sys.stdout.buffer.write(msgspec.json.encode(said))
