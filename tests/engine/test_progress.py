"""The bar is for a watching person; elsewhere there is none."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from services.engine.progress import progress_bar
from tests.rules.sources import ROOT


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
    ours, theirs = os.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-c", WATCHED],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=theirs,
            env=os.environ | {"TERM": "xterm-256color"},
            text=True,
            check=True,
        )
        shown = os.read(ours, 65536).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.stdout.split() == ["False", "True"]
    assert "document" in shown
    assert "3/3" in shown


MARKUP = """
from services.engine.progress import progress_bar
with progress_bar() as on_progress:
    on_progress(1, 1, "parse/[/b]\\x1b[2J.json", True)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_progress_bar__a_file_named_like_markup_is_only_a_name():
    ours, theirs = os.openpty()
    try:
        subprocess.run(
            [sys.executable, "-c", MARKUP],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=theirs,
            env=os.environ | {"TERM": "xterm-256color"},
            check=True,
        )
        shown = os.read(ours, 65536)
    finally:
        os.close(ours)
        os.close(theirs)
    assert rb"[/b]\x1b[2J" in shown
