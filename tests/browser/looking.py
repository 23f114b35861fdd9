"""Look at one page as a reader with eyes, a narrow screen, a keyboard or a screen reader would."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, Page

__all__ = ["Look", "Opened", "axe_faults", "measured", "opened"]

HEIGHT = 900
# Accessibility as WCAG 2.2 A and AA have it, and what axe holds for good practice.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

# Every text on the page with its size and its boxes, and which picture it belongs to.
_MEASURE = """
() => {
  const faults = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth) faults.push(`the page is ${wide} px wide`);
  const isShown = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.display === "none" || style.visibility === "hidden") return false;
      const box = one.getBoundingClientRect();
      if (style.position === "absolute" && box.width <= 2 && box.height <= 2) return false;
      if (style.clipPath === "inset(50%)") return false;  // for screen readers alone
    }
    return element.checkVisibility();
  };
  const scrolls = (element) => {
    for (let one = element; one; one = one.parentElement) {
      if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === "auto")
        return true;
    }
    return false;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const labels = new Map();
  const seen = new Set();
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement, text = node.data.trim();
    if (!text || ["SCRIPT", "STYLE", "TITLE", "DESC"].includes(parent.tagName.toUpperCase()))
      continue;
    if (!isShown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    // What lies left of the page comes in with the focus alone.
    const boxes = [...range.getClientRects()]
      .filter((box) => box.width > 0 && box.height > 0 && box.right > 0);
    if (!boxes.length) continue;
    const matrix = parent instanceof SVGGraphicsElement ? parent.getScreenCTM() : null;
    const size = parseFloat(getComputedStyle(parent).fontSize) * (matrix ? matrix.d : 1);
    if (size < 11.99) faults.push(`${size.toFixed(1)} px: ${text}`);
    for (const box of boxes) {
      const out = box.right > window.innerWidth + 1 || box.left < -1;
      if (out && !scrolls(parent)) faults.push(`beyond the edge: ${text}`);
    }
    const label = parent.closest("text") || parent;
    const picture = label.closest(".plot") || label.closest("svg");
    if (!picture) continue;
    if (!labels.has(picture)) labels.set(picture, []);
    const same = labels.get(picture).find((one) => one.label === label);
    if (same) same.boxes.push(...boxes);
    else labels.get(picture).push({label, text, boxes});
  }
  const touch = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5
    && a.top < b.bottom - 2.5 && b.top < a.bottom - 2.5;
  for (const found of labels.values())
    for (let i = 0; i < found.length; i++)
      for (let j = i + 1; j < found.length; j++) {
        if (found[i].label.contains(found[j].label) || found[j].label.contains(found[i].label))
          continue;
        if (found[i].boxes.some((a) => found[j].boxes.some((b) => touch(a, b))))
          faults.push(`touching: ${found[i].text} | ${found[j].text}`);
      }
  return [...new Set(faults)];
}
"""


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    width: int = 390
    scheme: str = "light"  # light | dark
    media: str = "screen"  # screen | print
    script: bool = True


@dataclass
class Opened:
    """A page in a browser, and what it has said and asked for."""

    page: Page
    url: str
    said: list[str] = field(default_factory=list)
    asked_elsewhere: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page, and wait until it is there."""
        answer = self.page.goto(self.url + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path


@contextlib.contextmanager
def opened(browser: Browser, url: str, look: Look) -> Iterator[Opened]:
    """Open a window under the policy that the server sends."""
    context = browser.new_context(
        viewport={"width": look.width, "height": HEIGHT},
        color_scheme=look.scheme,  # type: ignore[arg-type]
        java_script_enabled=look.script,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    try:
        page = context.new_page()
        page.emulate_media(media=look.media)  # type: ignore[arg-type]
        made = Opened(page, url)
        page.on("console", lambda message: made.said.append(message.text))
        page.on("pageerror", lambda error: made.said.append(str(error)))
        host = urlsplit(url).netloc

        def note(asked: Any) -> None:
            where = urlsplit(asked.url)
            if where.netloc != host and where.scheme not in ("data", "about"):
                made.asked_elsewhere.append(asked.url)

        page.on("request", note)
        yield made
    finally:
        context.close()


def measured(page: Page) -> list[str]:
    """Give what is too small, too wide, or lies upon something else."""
    found: list[str] = page.evaluate(_MEASURE)
    return found


def axe_faults(page: Page) -> list[str]:
    """Give what axe finds, one line a fault with the place of the first element."""
    page.evaluate(_axe_source())
    found = page.evaluate(
        "(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations'], "
        "preload: false})",
        list(RULES),
    )
    return [
        f"{one['id']}: {one['help']}, at {one['nodes'][0]['target']}, {len(one['nodes'])} in all"
        for one in found["violations"]
    ]


@cache
def _axe_source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
