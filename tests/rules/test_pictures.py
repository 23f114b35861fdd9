"""The picture of the README is what its script draws of the stored forecast."""

from __future__ import annotations

import json
import runpy
from xml.etree import ElementTree

from tests.rules.sources import ROOT

FOLDER = ROOT / "docs" / "pictures"
DRAW = runpy.run_path(str(FOLDER / "draw.py"))
VALUES = json.loads((FOLDER / "places.json").read_text(encoding="utf-8"))
STORED = (FOLDER / "places.svg").read_text(encoding="utf-8")


def test_picture__is_drawn_from_the_stored_values():
    assert DRAW["picture"](VALUES) == STORED


def test_picture__marks_every_driver_where_he_finished():
    svg = ElementTree.fromstring(STORED)  # noqa: S314 - our own file
    marks = [box for box in svg.iter() if box.get("class") == "was"]
    assert len(marks) == len(VALUES["rows"]) == 20
    assert len({box.get("x") for box in marks}) == len({box.get("y") for box in marks}) == 20


def test_picture__has_a_title_a_description_and_colours_for_the_dark():
    assert "<title" in STORED
    assert "<desc" in STORED
    assert "prefers-color-scheme: dark" in STORED


def test_taken__places_of_every_driver_sum_to_one():
    assert all(abs(sum(row["p"]) - 1) < 0.011 for row in VALUES["rows"])


def test_pictures_of_pages__are_small_and_shown():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    taken = sorted(FOLDER.glob("*.png"))
    assert len(taken) == 2
    for path in taken:
        assert path.stat().st_size < 150_000
        assert f"](docs/pictures/{path.name})" in readme
