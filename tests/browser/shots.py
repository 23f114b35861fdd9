"""Take the pictures of the README: pages of the recorded weekend, as Chromium shows them.

    python -m tests.browser.shots          (make pictures)

writes ``docs/pictures/season.png`` and ``docs/pictures/event.png``.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import served_from
from tests.browser.looking import Look, opened
from tests.rules.sources import ROOT

__all__ = ["PICTURES", "main"]

FOLDER = ROOT / "docs" / "pictures"
# Name -> page, how it is looked at, and how much of it is shown, px.
PICTURES = {
    "season.png": ("/2025", Look(width=1280), 915),
    "event.png": ("/events/2025-belgium", Look(width=1280, scheme="dark"), 980),
}
_COLOURS = 256  # fewer, and small marks lose the colours of their teams


def main() -> int:
    """Take all pictures anew."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        sys.stderr.write("no chromium on this machine: install it, or name it in CHROMIUM\n")
        return 69
    with (
        tempfile.TemporaryDirectory() as folder,
        served_from(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, (path, look, height) in PICTURES.items():
            with opened(browser, server.url, look) as window:
                window.go(path)
                clip = {"x": 0, "y": 0, "width": look.width, "height": height}
                shot = window.page.screenshot(full_page=True, clip=clip)
            picture = Image.open(io.BytesIO(shot)).convert("RGB")
            picture.quantize(_COLOURS, kmeans=2).save(FOLDER / name, optimize=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
