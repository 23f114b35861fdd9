"""docs/modules.md names every module, and ARCHITECTURE.md every room."""

from __future__ import annotations

from tests.rules.modules_page import PACKAGES, PAGE, first_line, modules_page
from tests.rules.sources import ROOT


def test_modules_page__is_what_make_docs_writes():
    assert PAGE.read_text(encoding="utf-8") == modules_page(), "run `make docs`"


def test_modules_page__every_module_says_what_it_is():
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [str(path) for path in paths if len(first_line(path)) < 12] == []
