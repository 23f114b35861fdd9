"""One question at a time: who waits, who is refused, what is kept."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest

from services.settings.child_environment import SECRETS
from services.settings.limits import Limits, WhatIfLimits
from services.web.problems import Problem
from services.web.what_if.desk import WhatIfDesk
from services.web.what_if.question import Question

STAND_IN = str(Path(__file__).with_name("stand_in.py"))


def question(weight):
    return Question(2025, "0" * 64, "e", (("x", float(weight)),), (), titles=False, n_simulations=1)


def desk(folder, how="answers", clock=lambda: 0.0, **limits):
    settings = Limits(what_if=WhatIfLimits(**{"seconds": 600.0, **limits}))
    return WhatIfDesk(folder, settings, clock=clock, command=(STAND_IN, how))


async def until(fact):
    for _ in range(30_000):
        if fact():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to be")


def is_alive(pid):
    """Whether a process lives; one that has ended and waits to be seen off does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_answer__is_kept_and_costs_nothing_the_second_time(tmp_path):
    async def run():
        one = desk(tmp_path, per_minute=1)
        first = await one.answer(question(1.5), "t")
        (tmp_path / "began-1.5").unlink()
        assert await one.answer(question(1.5), "t") is first
        assert not (tmp_path / "began-1.5").exists()
        assert one.kept(question(1.5).id) is first
        assert one.kept("unknown") is None

    asyncio.run(run())


def test_answer__keeps_the_last_ones_alone(tmp_path):
    async def run():
        one = desk(tmp_path, kept=2)
        for weight in (1.1, 1.2):
            await one.answer(question(weight), "t")
        await one.answer(question(1.1), "t")  # looked at again: 1.2 is the older one now
        await one.answer(question(1.3), "t")
        kept = [bool(one.kept(question(weight).id)) for weight in (1.1, 1.2, 1.3)]
        assert kept == [True, False, True]

    asyncio.run(run())


def test_answer__one_is_computed_while_others_wait_and_one_too_many_is_refused(tmp_path):
    async def run():
        one = desk(tmp_path, "when-let", queued=2)
        tasks = [asyncio.ensure_future(one.answer(question(w), "t")) for w in (1.1, 1.2, 1.3)]
        await until((tmp_path / "began-1.1").exists)
        with pytest.raises(Problem) as caught:
            await one.answer(question(1.4), "t")
        assert caught.value.status == 503
        assert dict(caught.value.headers)["retry-after"]
        assert not (tmp_path / "began-1.2").exists()  # it waits for its turn
        for weight in (1.1, 1.2, 1.3):
            (tmp_path / f"go-{weight}").touch()
        answers = await asyncio.gather(*tasks)
        assert [one.driver_weights["x"] for one in answers] == [1.1, 1.2, 1.3]
        (tmp_path / "go-1.4").touch()
        await one.answer(question(1.4), "t")  # there is room again

    asyncio.run(run())


def test_answer__who_asks_the_same_shares_and_who_leaves_takes_nothing_away(tmp_path):
    async def run():
        one = desk(tmp_path, "when-let", queued=0, per_minute=1)
        first = asyncio.ensure_future(one.answer(question(1.1), "t"))
        second = asyncio.ensure_future(one.answer(question(1.1), "t"))
        await until((tmp_path / "began-1.1").exists)
        first.cancel()
        (tmp_path / "go-1.1").touch()
        assert (await second).driver_weights == {"x": 1.1}

    asyncio.run(run())


def test_answer__counts_a_minute_for_every_token(tmp_path):
    async def run():
        now = [0.0]
        one = desk(tmp_path, clock=lambda: now[0], per_minute=2)
        await one.answer(question(1.1), "t")
        now[0] = 20.0
        await one.answer(question(1.2), "t")
        with pytest.raises(Problem) as caught:
            await one.answer(question(1.3), "t")
        assert caught.value.status == 429
        assert dict(caught.value.headers) == {"retry-after": "40"}
        await one.answer(question(1.3), "another")
        now[0] = 60.0  # the first is a minute old
        await one.answer(question(1.4), "t")
        with pytest.raises(Problem):
            await one.answer(question(1.45), "t")

    asyncio.run(run())


def test_answer__one_that_takes_too_long_is_ended(tmp_path):
    async def run():
        one = desk(tmp_path, "hangs", seconds=0.5)
        with pytest.raises(Problem) as caught:
            await one.answer(question(1.1), "t")
        assert caught.value.status == 503
        assert "0.5 s" in caught.value.detail
        began = tmp_path / "began-1.1"
        if began.exists():  # it had come so far
            pid = int(began.read_text())
            await until(lambda: not is_alive(pid))

    asyncio.run(run())


def test_close__ends_what_is_under_way(tmp_path):
    async def run():
        one = desk(tmp_path, "hangs")
        task = asyncio.ensure_future(one.answer(question(1.1), "t"))
        began = tmp_path / "began-1.1"
        await until(lambda: began.exists() and began.read_text())
        one.close()
        with pytest.raises(asyncio.CancelledError):
            await task
        pid = int(began.read_text())
        await until(lambda: not is_alive(pid))

    asyncio.run(run())


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        ("says-ForecastMovedOn", 409, "it is so"),
        ("says-SourceUnknown", 503, "it is so"),
        ("says-OutOfMemory", 503, "it is so"),
        ("says-UsageError", 422, "it is so: this"),
        ("says-ZeroDivisionError", 500, "a fault of this server"),
        ("dies", 500, "the computation broke off"),
    ],
)
def test_answer__what_a_child_says_becomes_an_answer(tmp_path, how, status, said):
    async def run():
        one = desk(tmp_path, how)
        with pytest.raises(Problem) as caught:
            await one.answer(question(1.1), "t")
        assert (caught.value.status, caught.value.detail) == (status, said)
        assert "--option" not in caught.value.detail + caught.value.do
        assert one.kept(question(1.1).id) is None

    asyncio.run(run())


def test_answer__the_child_does_not_know_the_token(tmp_path, monkeypatch):
    monkeypatch.setenv("F1_TOKEN", "a-secret-of-the-server")

    async def run():
        one = desk(tmp_path, "when-let")
        task = asyncio.ensure_future(one.answer(question(1.1), "t"))
        began = tmp_path / "began-1.1"
        await until(lambda: began.exists() and began.read_text())
        environ = Path(f"/proc/{began.read_text()}/environ")
        if environ.exists():
            assert b"a-secret-of-the-server" not in environ.read_bytes()
        (tmp_path / "go-1.1").touch()
        await task

    assert os.environ["F1_TOKEN"]
    asyncio.run(run())


def test_answer__its_child_knows_no_secret(tmp_path, monkeypatch):
    for name in SECRETS:
        monkeypatch.setenv(name, "only ours")

    asyncio.run(desk(tmp_path, "tells-its-environment").answer(question(1.1), "t"))
    told = set((tmp_path / "environment").read_text().splitlines())
    assert {"PATH", "PYTHONPATH"} <= told
    assert not SECRETS & told
