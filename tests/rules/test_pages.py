"""Pages that are made from the code are as the code makes them."""

from __future__ import annotations

import pytest

from predictor.learn.features.definitions import features_table
from tests.rules.modules_page import PACKAGES, first_line
from tests.rules.pages import PAGES, ml_layer_page
from tests.rules.settings_page import meanings
from tests.rules.sources import ROOT


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page__is_what_make_docs_writes(page):
    assert page.read_text(encoding="utf-8") == PAGES[page](), "run `make docs`"


def test_modules_page__every_module_says_what_it_is():
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [str(path) for path in paths if len(first_line(path)) < 12] == []


def test_settings_page__every_line_of_the_settings_says_what_it_means():
    assert [name for name, said in meanings().items() if not said] == []


def test_ml_layer_page__has_the_table_of_features_once():
    assert ml_layer_page().count(features_table()) == 1
