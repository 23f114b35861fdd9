"""Why every stage ran is known for every run, and a thousand equal runs cost one file."""

from __future__ import annotations

import contextlib
import os

import msgspec
import pytest

from predictor.errors import F1Error
from predictor.graph.plan import Decision, Reason, Verdict
from predictor.published.run_types import RunEntry
from services.engine.explanations import keep, read

REUSED = Decision(runs=False, reasons=())
DECISIONS = {
    "season": REUSED,
    "forecast/2025-monaco/dry": Decision(
        runs=True,
        reasons=(
            Reason(Verdict.INPUT_CHANGED, ("weekend changed", "form is new")),
            Reason(Verdict.ENVIRONMENT_CHANGED),
        ),
    ),
    "document": Decision(runs=True, reasons=(Reason(Verdict.FORCED, ("--force-retrain",)),)),
}


def files(folder):
    return sorted(folder.iterdir())


def test_read__gives_what_was_kept(tmp_path):
    name = keep(tmp_path / "explanations", DECISIONS)
    assert read(tmp_path / "explanations", name) == DECISIONS


@pytest.mark.parametrize("verdict", Verdict)
def test_read__every_verdict_survives(tmp_path, verdict):
    given = {"a": Decision(runs=True, reasons=(Reason(verdict, ("x",)),))}
    assert read(tmp_path, keep(tmp_path, given)) == given


def test_keep__equal_decisions_share_one_file_whatever_their_order(tmp_path):
    name = keep(tmp_path, DECISIONS)
    before = files(tmp_path)[0].stat()
    backwards = dict(reversed(DECISIONS.items()))
    assert {keep(tmp_path, backwards) for _ in range(20)} == {name}
    (only,) = files(tmp_path)
    assert (only.stat().st_ino, only.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_keep__the_bytes_depend_on_the_decisions_alone(tmp_path):
    for folder in ("a", "b"):
        keep(tmp_path / folder, DECISIONS)
    one, other = (files(tmp_path / folder)[0] for folder in ("a", "b"))
    assert one.read_bytes() == other.read_bytes()
    assert one.read_bytes()[4:8] == bytes(4)  # gzip's time


@pytest.mark.parametrize(
    "other",
    [
        {**DECISIONS, "season": Decision(runs=True, reasons=(Reason(Verdict.FIRST_RUN),))},
        {"season": REUSED},
        {**DECISIONS, "document": Decision(runs=True, reasons=(Reason(Verdict.FORCED),))},
        {},
    ],
)
def test_keep__other_decisions_have_another_name(tmp_path, other):
    assert keep(tmp_path, DECISIONS) != keep(tmp_path, other)


def test_keep__a_damaged_file_is_put_right(tmp_path):
    name = keep(tmp_path, DECISIONS)
    files(tmp_path)[0].write_bytes(b"")
    assert keep(tmp_path, DECISIONS) == name
    assert read(tmp_path, name) == DECISIONS


def test_keep__a_disk_that_refuses_costs_only_the_explanation(tmp_path, caplog):
    (tmp_path / "file").write_bytes(b"")
    with caplog.at_level("WARNING"):
        assert keep(tmp_path / "file", DECISIONS) is None
    assert "not kept" in caplog.text


def test_keep__has_reached_the_disk_on_return(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    keep(tmp_path, DECISIONS)
    assert len(synced) == 2


def test_read__a_file_that_is_gone_is_named(tmp_path):
    with pytest.raises(F1Error) as caught:
        read(tmp_path, "0123456789abcdef")
    assert caught.value.where == str(tmp_path / "0123456789abcdef.json.gz")
    assert caught.value.got == "nothing there"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0123", "0123456789ABCDEF", "a\n"])
def test_read__a_name_that_is_none_opens_nothing(tmp_path, name):
    with pytest.raises(F1Error) as caught:
        read(tmp_path, name)
    assert "16" in caught.value.expected


@pytest.mark.parametrize("place", range(0, 120, 3))
def test_read__a_damaged_file_is_told_from_a_good_one(tmp_path, place):
    name = keep(tmp_path, DECISIONS)
    (path,) = files(tmp_path)
    data = bytearray(path.read_bytes())
    data[place] ^= 0x11
    path.write_bytes(data)
    with contextlib.suppress(F1Error):
        # A flag of gzip's header may flip and change no content.
        assert read(tmp_path, name) == DECISIONS


@pytest.mark.parametrize("kept", [0, 5, 40, -1])
def test_read__a_truncated_file_is_told_from_a_good_one(tmp_path, kept):
    name = keep(tmp_path, DECISIONS)
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(F1Error):
        read(tmp_path, name)


def test_read__the_content_of_another_run_is_not_believed(tmp_path):
    name, other = keep(tmp_path, DECISIONS), keep(tmp_path, {})
    (tmp_path / f"{other}.json.gz").replace(tmp_path / f"{name}.json.gz")
    with pytest.raises(F1Error) as caught:
        read(tmp_path, name)
    assert other in caught.value.got
    assert name in caught.value.expected


def test_run_entry__takes_the_name_that_keep_gives(tmp_path):
    for name in (keep(tmp_path, DECISIONS), None):
        entry = msgspec.convert({"counter": 1, "explanation": name}, RunEntry)
        assert entry.explanation == name
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"counter": 1, "explanation": "../../x"}, RunEntry)
