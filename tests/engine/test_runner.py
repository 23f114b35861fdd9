"""The runner reuses exactly what is still true, and gives the same values either way."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from predictor.errors import F1Error, UsageError
from predictor.graph.plan import Literal, Node, NodeRef, Plan, Salt, Stage, Verdict
from services.engine.runner import run
from services.engine.store import Store
from services.errors import StoredResultMismatch

SALT = Salt(code="c", environment="e")


@dataclass(frozen=True, slots=True)
class Moments:
    mean: float
    n: int


def draws(seed: int, n: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=n)


def moments(sample: np.ndarray) -> Moments:
    return Moments(float(sample.mean()), sample.size)


def rounded(value: Moments, digits: int) -> float:
    return round(value.mean, digits) + 0.0  # -0.0 and 0.0 have different bytes


def total(**parts: float) -> dict[str, float]:
    return {"total": sum(parts.values()), **parts}


DRAWS = Stage("draws", 1, draws, NDArray[np.float64])
MOMENTS = Stage("moments", 1, moments, Moments)
ROUNDED = Stage("rounded", 1, rounded, float)
TOTAL = Stage("total", 1, total, dict[str, float])


def make_plan(seeds=(1, 2, 3), n=50, digits=9, stages=(DRAWS, MOMENTS, ROUNDED, TOTAL)):
    first, second, third, last = stages
    nodes = []
    for place, seed in enumerate(seeds):
        nodes += [
            Node(f"draws/{place}", first, {"seed": Literal(seed)}, {"n": n}),
            Node(f"moments/{place}", second, {"sample": NodeRef(f"draws/{place}")}),
            Node(f"rounded/{place}", third, {"value": NodeRef(f"moments/{place}")},
                 {"digits": digits}),
        ]  # fmt: skip
    parts = {f"part{place}": NodeRef(f"rounded/{place}") for place in range(len(seeds))}
    return Plan((*nodes, Node("total", last, parts)))


def go(store, plan, previous=None, **options):
    return run(plan, store, previous or {}, salt=options.pop("salt", SALT), **options)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path, max_bytes=10**8)


def ran(result):
    return sorted(name for name, one in result.decisions.items() if one.runs)


def test_run__gives_the_value_of_plain_calls(store):
    result = go(store, make_plan())
    expected = [round(float(draws(seed, 50).mean()), 9) for seed in (1, 2, 3)]
    assert result.value("total")["total"] == sum(expected)
    assert result.stages_run == 10


def test_run__a_second_time_reuses_everything(store):
    first = go(store, make_plan())
    second = go(store, make_plan(), first.manifest)
    assert second.stages_run == 0
    assert second.digests == first.digests
    assert second.value("total") == first.value("total")


def test_run__a_change_runs_what_hangs_on_it_and_nothing_else(store):
    first = go(store, make_plan())
    second = go(store, make_plan(seeds=(1, 9, 3)), first.manifest)
    assert ran(second) == ["draws/1", "moments/1", "rounded/1", "total"]
    assert str(second.decisions["total"].reasons[0]) == "part1 changed"


def test_run__stops_where_a_value_comes_out_equal(store):
    first = go(store, make_plan(digits=0))  # every mean rounds to 0
    second = go(store, make_plan(seeds=(1, 9, 3), digits=0), first.manifest)
    assert ran(second) == ["draws/1", "moments/1", "rounded/1"]
    assert second.digests["total"] == first.digests["total"]


def test_run__code_change_runs_everything_and_says_so(store):
    first = go(store, make_plan())
    second = go(store, make_plan(), first.manifest, salt=replace(SALT, code="c2"))
    assert second.stages_run == 10
    assert {one.reasons[0].verdict for one in second.decisions.values()} == {Verdict.CODE_CHANGED}


def test_run__force_reads_nothing_from_the_store(store):
    first = go(store, make_plan())
    second = go(store, make_plan(), first.manifest, force=lambda _: "--force-retrain")
    assert second.stages_run == 10
    assert str(second.decisions["total"].reasons[0]) == "forced: --force-retrain"
    assert second.digests == first.digests


@settings(max_examples=15)
@given(jobs=st.integers(1, 8), seeds=st.lists(st.integers(0, 5), min_size=1, max_size=6))
def test_run__the_number_of_jobs_changes_nothing(tmp_path_factory, jobs, seeds):
    plan = make_plan(seeds=tuple(seeds))
    one = go(Store(tmp_path_factory.mktemp("a"), 10**8), plan, jobs=1)
    many = go(Store(tmp_path_factory.mktemp("b"), 10**8), plan, jobs=jobs)
    assert many.digests == one.digests


def test_run__independent_nodes_run_at_the_same_time(store):
    meeting = threading.Barrier(2, timeout=600)  # passes only if both are inside

    def meet(name: str) -> str:
        meeting.wait()
        return name

    stage = Stage("meet", 1, meet, str)
    nodes = tuple(Node(name, stage, {"name": Literal(name)}) for name in ("left", "right"))
    assert go(store, Plan(nodes), jobs=2).value("left") == "left"


def test_run__values_are_not_decoded_unless_asked_for(store):
    first = go(store, make_plan())
    for path in store.folder.rglob("*"):  # the payloads are now unreadable, the headers sound
        if path.is_file():
            data = path.read_bytes()
            path.write_bytes(data[:80] + bytes(len(data) - 80))
    second = go(store, make_plan(), first.manifest)
    assert second.stages_run == 0


def test_value__a_damaged_payload_is_computed_again_with_all_it_needs(store):
    first = go(store, make_plan())
    for path in store.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            path.write_bytes(data[:80] + bytes(len(data) - 80))
    second = go(store, make_plan(), first.manifest)
    assert second.value("total") == first.value("total")
    assert second.stages_run == 10
    assert second.decisions["total"].reasons[0].verdict is Verdict.MISSING


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xc1",
        b"\xa1\xff",
        b"\x91" * 100_000,
        b"\x81\xa4mean\xa4high",
        b"\xc7\x02\x01\xff\xff",
    ],
)
def test_value__a_stored_result_that_cannot_be_decoded_is_computed_again(store, payload):
    first = go(store, make_plan())
    for path in [*store.folder.rglob("*")]:  # whole, with a right checksum, and of no value
        if path.is_file():
            store.put(path.parent.name + path.name, payload)
    second = go(store, make_plan(), first.manifest)
    assert [second.value(name) for name in ("total", "moments/1")] == [
        first.value(name) for name in ("total", "moments/1")
    ]
    assert second.value("draws/0").tobytes() == first.value("draws/0").tobytes()
    third = go(store, make_plan(), second.manifest)
    assert third.value("total") == first.value("total")


def test_run__lost_entries_are_computed_again(store):
    first = go(store, make_plan())
    for path in store.folder.rglob("*"):
        if path.is_file():
            path.unlink()
    second = go(store, make_plan(), first.manifest)
    assert {one.reasons[0].verdict for one in second.decisions.values()} == {Verdict.MISSING}
    assert second.digests == first.digests


def test_value__a_stage_that_gives_another_value_is_caught(store):
    ticks = iter(range(100))
    unstable = Stage("unstable", 1, lambda: next(ticks), int)
    plan = Plan((Node("unstable", unstable),))
    go(store, plan)
    path = next(path for path in store.folder.rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-1] + b"\x63")
    with pytest.raises(StoredResultMismatch):
        go(store, plan).value("unstable")


def test_run__a_stage_cannot_change_what_another_stage_reads(store):
    def spoil(sample: np.ndarray) -> int:
        sample[0] = 99.0
        return 0

    stages = (DRAWS, Stage("spoil", 1, spoil, int), ROUNDED, TOTAL)
    with pytest.raises(ValueError, match="read-only") as caught:
        go(store, make_plan(stages=stages))
    assert caught.value.__notes__[0].startswith("in stage moments/")


def test_run__an_error_keeps_its_class_and_names_the_node(store):
    def fail(seed: int, n: int) -> int:
        raise UsageError(f"nobody is called {seed}")

    with pytest.raises(UsageError, match="nobody") as caught:
        go(store, make_plan(stages=(Stage("fail", 1, fail, int), MOMENTS, ROUNDED, TOTAL)))
    assert caught.value.__notes__[0].startswith("in stage draws/")
    assert caught.value.where.startswith("stage draws/")


def test_value__an_error_in_a_nested_stage_names_the_innermost_once(store):
    def fail(value: Moments, digits: int) -> float:
        raise F1Error("no pace", where="lap 3")

    with pytest.raises(F1Error) as caught:
        go(store, make_plan(seeds=(1,), stages=(DRAWS, MOMENTS, Stage("r", 1, fail, float), TOTAL)))
    assert str(caught.value) == "no pace\n  where: lap 3, stage rounded/0"


def test_run__finished_stages_of_a_failed_run_are_kept(store):
    def fail(value: Moments, digits: int) -> float:
        raise ValueError("no")

    stages = (DRAWS, MOMENTS, Stage("rounded", 1, fail, float), TOTAL)
    with pytest.raises(ValueError, match="no"):
        go(store, make_plan(seeds=(1,), stages=stages))
    assert ran(go(store, make_plan(seeds=(1,)))) == ["rounded/0", "total"]


def test_run__no_stage_starts_after_a_failure(store):
    started = []

    def fail() -> int:
        raise ValueError("first")

    def slow(number: int) -> int:
        started.append(number)
        time.sleep(0.02)
        return number

    nodes = [Node("fail", Stage("fail", 1, fail, int))]
    nodes += [
        Node(f"slow/{n}", Stage("slow", 1, slow, int), {"number": Literal(n)}) for n in range(50)
    ]
    with pytest.raises(ValueError, match="first"):
        go(store, Plan(tuple(nodes)), jobs=1)
    assert len(started) < 5


def test_run__a_result_that_is_not_what_the_stage_declares_is_named(store):
    wrong = Stage("wrong", 1, lambda: {"mean": "high"}, Moments)
    with pytest.raises(F1Error, match="something else than it declares"):
        go(store, Plan((Node("wrong", wrong),))).value("wrong")


def test_run__a_later_plan_takes_values_from_an_earlier_one(store):
    first = go(store, make_plan(seeds=(1,)), force=lambda _: "test")
    plan = Plan(
        (Node("again", MOMENTS, {"sample": NodeRef("draws/0")}),), given=frozenset({"draws/0"})
    )
    second = go(store, plan, upstream=first, force=lambda _: "test")
    assert second.value("again") == second.value("moments/0")
    assert set(second.manifest) == {*first.manifest, "again"}


def double(value: int) -> int:
    return 2 * value


def test_run__many_nodes_are_handed_out_a_few_at_a_time(store, monkeypatch):
    waiting = []
    submit = ThreadPoolExecutor.submit

    def watched(self, *given):
        waiting.append(self._work_queue.qsize())
        return submit(self, *given)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", watched)
    stage = Stage("double", 1, double, int)
    plan = Plan(tuple(Node(f"double/{at}", stage, {"value": Literal(at)}) for at in range(500)))
    result = run(plan, store, {}, salt=SALT, jobs=2)
    assert [result.value(f"double/{at}") for at in range(500)] == [2 * at for at in range(500)]
    assert len(waiting) == 500
    assert max(waiting) <= 8


def test_let_go__values_are_read_again_when_asked_for(store):
    stage = Stage("double", 1, double, int)
    plan = Plan((Node("double", stage, {"value": Literal(4)}),))
    result = run(plan, store, {}, salt=SALT)
    assert result.value("double") == 8
    result.let_go(["double"])
    assert result.value("double") == 8
    assert result.decisions["double"].reasons[0].verdict is Verdict.FIRST_RUN


def test_run__progress_counts_every_node_once(store):
    seen = []
    go(store, make_plan(), on_progress=lambda *call: seen.append(call), jobs=4)
    assert [call[0] for call in seen] == list(range(1, 11))
    assert {call[1] for call in seen} == {10}
    assert all(call[3] for call in seen)


def test_run__stages_that_are_not_thread_safe_run_one_at_a_time(tmp_path):
    inside, most = [], []

    def exclusive(number):
        inside.append(number)
        most.append(len(inside))
        time.sleep(0.02)
        inside.remove(number)
        return number

    stage = Stage("exclusive", 1, exclusive, int, alone=True)
    plan = Plan(tuple(Node(f"n/{i}", stage, {"number": Literal(i)}) for i in range(6)))
    run(plan, Store(tmp_path, 10**8), {}, salt=SALT, jobs=4)
    assert most == [1] * 6


def test_run__a_result_with_trouble_is_used_but_tried_again(tmp_path):
    tries = []

    def unlucky(number):
        tries.append(number)
        return -1 if len(tries) == 1 else number

    stage = Stage("unlucky", 1, unlucky, int, trouble=lambda v: "no luck" if v < 0 else "")
    node = Node("unlucky", stage, {"number": Literal(7)})
    plan, store = Plan((node,)), Store(tmp_path, 10**8)
    first = run(plan, store, {}, salt=SALT)
    assert (first.value("unlucky"), first.troubles) == (-1, {"unlucky": "no luck"})
    second = run(plan, store, {}, salt=SALT)
    assert (second.value("unlucky"), second.troubles) == (7, {})
    third = run(plan, store, {}, salt=SALT)
    assert third.stages_run == 0
    assert set(second.seconds) == {"unlucky"}
    assert third.seconds == {}
