"""Every page that is made from the code; ``python -m tests.rules.pages`` writes them all."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from predictor.learn.features.definitions import features_table
from services.web.api.clients.files import client_files
from tests.rules import cli_page, decisions_page, document_files, modules_page, settings_page
from tests.rules.sources import ROOT

__all__ = ["PAGES"]

_ML_LAYER = ROOT / "docs" / "ml-layer.md"
_TABLE = re.compile(r"(?<=\n)\| feature \|.*\n(?:\|.*\n)+")


def ml_layer_page() -> str:
    """Return the page of the ML layer with the table of features as they are defined."""
    return _TABLE.sub(lambda _: features_table(), _ML_LAYER.read_text(encoding="utf-8"))


def client(name: str) -> str:
    """Return the text of a client of the API."""
    return client_files()[name]


PAGES: dict[Path, Callable[[], str]] = {
    modules_page.PAGE: modules_page.modules_page,
    decisions_page.PAGE: decisions_page.decisions_page,
    settings_page.PAGE: settings_page.settings_page,
    cli_page.PAGE: cli_page.cli_page,
    _ML_LAYER: ml_layer_page,
    **document_files.FILES,
    **{ROOT / "clients" / name: partial(client, name) for name in client_files()},
}

if __name__ == "__main__":
    for page, write in PAGES.items():
        page.write_text(write(), encoding="utf-8")
