"""The bar is for a watching person; elsewhere there is none."""

from __future__ import annotations

import os
import sys

import pytest

from services.engine.progress import progress_bar
from tests.rules.sources import ROOT
from tests.terminals import run_watched


def test_progress_bar__is_absent_where_nobody_watches():
    with progress_bar() as on_progress:  # pytest's stderr is no terminal
        assert on_progress is None


WATCHED = """
import sys
from services.engine.progress import progress_bar
with progress_bar() as on_progress:
    on_progress(1, 3, "parse/race.json", False)
    print("rich" in sys.modules)
    on_progress(2, 3, "forecast/2025-monaco/dry", True)
    on_progress(3, 3, "document", True)
    print("rich" in sys.modules)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_progress_bar__appears_with_the_first_stage_that_runs():
    out, shown = run_watched([sys.executable, "-c", WATCHED], ROOT)
    assert out.split() == [b"False", b"True"]
    assert b"document" in shown
    assert b"3/3" in shown


MARKUP = """
from services.engine.progress import progress_bar
with progress_bar() as on_progress:
    on_progress(1, 1, "parse/[/b]\\x1b[2J.json", True)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_progress_bar__a_file_named_like_markup_is_only_a_name():
    _, shown = run_watched([sys.executable, "-c", MARKUP], ROOT)
    assert rb"[/b]\x1b[2J" in shown
