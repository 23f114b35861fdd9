"""A daemon that has built a thousand times holds no more than one that has built fifty times."""

from __future__ import annotations

import sys
import time

import pytest

from tests.soak.daemon_memory import Holding, build_often, creep, growth, middle

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="figures are taken from /proc")

_BUILDS = 1000
_MAY_CREEP = {"daemon": 0.015, "worker": 0.03}  # of a worker the arrays alone vary by a per cent


def test_creep__is_what_rises_always_and_no_single_step():
    def held(levels):
        return [Holding(level, 1, 1) for level in levels]

    assert creep(held([1000 + n for n in range(400)]), 50) == pytest.approx(150 / 1224, abs=0.01)
    assert creep(held([1000] * 300 + [1500] * 100), 50) == 0.0
    assert creep(held([1000] * 200 + [1000, 1400] * 100), 50) == 0.0


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
        first, last = slice(50, 100), slice(-50, None)
        grown, crept = growth(held, "rss", first, last), creep(held, 50)
        size = middle([one.rss for one in held[last]]) / 1024
        line = f"memory: {name} {size:.1f} MiB, {grown:+.1%} after the first 50 builds"
        summary(f"{line}, crept {crept:+.2%} in the last 500; {_BUILDS} in {seconds:.0f} s")
        assert grown < 0.10, name
        assert crept < _MAY_CREEP[name], name
        assert growth(held, "descriptors", first, last) == 0, name
        assert growth(held, "threads", first, last) <= 0, name
