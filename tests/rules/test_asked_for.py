"""docs/asked-for.md has a line for every requirement, each with one of four answers."""

from __future__ import annotations

import pytest

from tests.rules.sources import ROOT

TEXT = (ROOT / "docs" / "asked-for.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| asked for |")
]
ANSWERS = {"met", "instead", "not yet", "left out"}
# What was asked for by name and is easily forgotten.
NAMES = (
    "MD5", "thread", "pickle", "Feast", "Prefect", "MLflow", "Great Expectations", "DVC", "Git LFS",
    "TorchServe", "Triton", "MongoDB", "PostgreSQL", "federated learning", "quarterly cold storage",
    "encrypted at rest", "bias, fairness", "Streamlit", "FastAPI", "Optuna", "Grafana", "XGBoost",
    "gymnasium", "Hugging Face", "ONNX", "REST API", "dashboard", "commentary", "archetypes",
)  # fmt: skip


def test_asked_for__every_line_has_one_of_four_answers():
    assert len(ROWS) > 90
    assert [row for row in ROWS if len(row) != 3 or row[1] not in ANSWERS] == []


def test_asked_for__every_answer_but_not_yet_says_where_or_why():
    assert [row for row in ROWS if row[1] != "not yet" and len(row[2]) < 15] == []


def test_asked_for__no_requirement_stands_twice():
    asked = [row[0] for row in ROWS]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("name", NAMES)
def test_asked_for__has_what_was_asked_for_by_name(name):
    assert any(name.lower() in " ".join(row).lower() for row in ROWS)
