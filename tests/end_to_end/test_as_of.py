"""``--as-of``: the document of the whole folder is that of a folder really cut there."""

from __future__ import annotations

import shutil

import pytest

from .conftest import ROOT, Season

# What a reader of the figures never sees, and what tells of files, of the point and of the run.
_OF_THE_RUN = {
    "generated_at", "training_time", "training_history", "run", "data_hash", "config_hash",
    "known_until", "passed_over",
}  # fmt: skip
QUICK = ("--incremental-update", "--scenarios", "dry")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A place whose earlier seasons are few, so that a run is quick."""
    folder = tmp_path_factory.mktemp("as-of")
    for year in ("2019", "2020"):
        shutil.copytree(ROOT / "race-data" / year, folder / "of-2021" / year)
    for year in ("2023", "2024"):
        shutil.copytree(ROOT / "race-data" / year, folder / "of-2025" / year)
    return folder


def figures(run):
    assert run.code == 0, run.err
    document = run.document
    kept = {name: one for name, one in document["metadata"].items() if name not in _OF_THE_RUN}
    return document | {"metadata": kept}


def race_weekend(slug, *sessions):
    return {f"{slug}/{name}.json" for name in sessions}


@pytest.mark.parametrize(
    ("year", "point", "last", "of_the_weekend"),
    [
        (2025, "12", 12, set()),
        (2025, "0", 0, set()),
        # Saturday at Spa: the sprint and qualifying are over, the race is to come.
        (
            2025, "2025-07-26", 12,
            race_weekend("13-belgium", "fp1", "sprint-qualifying", "sprint", "qualifying"),
        ),
        (2021, "5", 5, set()),
        (
            2021, "2021-07-17", 9,
            race_weekend("10-great-britain", "fp1", "qualifying", "fp2", "sprint"),
        ),
    ],
)  # fmt: skip
def test_as_of__is_the_folder_cut_by_hand(folder, year, point, last, of_the_weekend):
    whole = ROOT / "race-data" / str(year)
    history = ("--history", str(folder / f"of-{year}"))
    cut = shutil.copytree(whole, folder / f"{year}-{point}" / str(year))
    for path in cut.rglob("*/*.json"):
        if int(path.parent.name[:2]) > last and str(path.relative_to(cut)) not in of_the_weekend:
            path.unlink()
    hidden = Season(whole, folder / "hidden" / f"{year}-{point}.json")
    by_hand = Season(cut, folder / "by-hand" / f"{year}-{point}.json")
    run = hidden.forecast(*QUICK, *history, "--as-of", point)
    assert figures(run) == figures(by_hand.forecast(*QUICK, *history))
    assert list(run.document["metadata"]["known_until"].values()) == [
        int(point) if point.isdigit() else point
    ]
