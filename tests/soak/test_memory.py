"""A daemon that has built a thousand times holds no more than one that has built fifty times."""

from __future__ import annotations

import sys
import time

import pytest

from tests.soak.daemon_memory import build_often, growth, middle

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="figures are taken from /proc")

_BUILDS = 1000


@pytest.mark.soak
def test_watch__sixty_builds_hold_on_to_nothing(tmp_path):
    for name, held in build_often(tmp_path, 60, seed=1).items():
        first, last = slice(15, 30), slice(-15, None)
        assert growth(held, "rss", first, last) < 0.15, name
        assert growth(held, "descriptors", first, last) == 0, name
        assert growth(held, "threads", first, last) <= 0, name


@pytest.mark.soak
def test_watch__a_thousand_builds_hold_on_to_nothing(tmp_path, summary):
    started = time.monotonic()
    found = build_often(tmp_path, _BUILDS, seed=2)
    seconds = time.monotonic() - started
    for name, held in found.items():
        first, middle_of_all, last = slice(50, 100), slice(500, 550), slice(-50, None)
        grown = growth(held, "rss", first, last)
        size = middle([one.rss for one in held[last]]) / 1024
        line = f"memory: {name} {size:.1f} MiB, {grown:+.1%} after the first 50 builds"
        lately = growth(held, "rss", middle_of_all, last)
        summary(f"{line}, {lately:+.1%} after the first 500; {_BUILDS} in {seconds:.0f} s")
        # The allocator takes a step or two, once; a leak goes on.
        assert grown < 0.10, name
        assert lately < 0.015, name
        assert growth(held, "descriptors", first, last) == 0, name
        assert growth(held, "threads", first, last) <= 0, name
