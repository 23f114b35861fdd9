from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.learn.outcome.tensors import read_tensors, write_tensors

ROOT = Path(__file__).parents[2]
TENSORS = {
    "b.weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "a": np.array([1.5, -2.5]),
    "n": np.array([7], dtype=np.int64),
    "empty": np.zeros((0, 4), dtype=np.float32),
}


def test_read_tensors__gives_back_what_was_written():
    found, metadata = read_tensors(write_tensors(TENSORS, {"kind": "small"}), "w")
    assert metadata == {"kind": "small"}
    assert set(found) == set(TENSORS)
    for name, array in TENSORS.items():
        assert found[name].dtype == array.dtype
        assert np.array_equal(found[name], array)
        assert found[name].shape == array.shape


def test_write_tensors__gives_the_same_bytes_in_any_order():
    turned = dict(reversed(TENSORS.items()))
    assert write_tensors(turned, {"b": "1", "a": "2"}) == write_tensors(
        TENSORS, {"a": "2", "b": "1"}
    )


def test_write_tensors__gives_the_same_bytes_in_any_process():
    code = (
        "import sys, numpy as np; from predictor.learn.outcome.tensors import write_tensors;"
        "meta = {str(i): 'x' for i in range(20)};"
        "sys.stdout.buffer.write(write_tensors({'b': np.ones(2), 'a': np.zeros(3)}, meta))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout


@pytest.mark.parametrize("keep", [0, 3, 8, 60, -1])
def test_read_tensors__refuses_bytes_that_are_cut(keep):
    payload = write_tensors(TENSORS, {})
    with pytest.raises(F1Error, match="damaged"):
        read_tensors(payload[:keep], "w")


def test_read_tensors__refuses_every_cut_and_says_where():
    payload = write_tensors(TENSORS, {})
    for end in range(len(payload)):
        with pytest.raises(F1Error) as caught:
            read_tensors(payload[:end], "weights")
        assert caught.value.where.startswith("weights")
        assert caught.value.do


def with_header(change):
    payload = write_tensors({"a": np.array([1.5, -2.5])}, {})
    length = int.from_bytes(payload[:8], "little")
    header = json.loads(payload[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + payload[8 + length :]


@pytest.mark.parametrize(
    "change",
    [
        lambda h: h["a"].update(shape=[3]),
        lambda h: h["a"].update(shape=[-2]),
        lambda h: h["a"].update(shape="2"),
        lambda h: h["a"].update(dtype="F16"),
        lambda h: h["a"].update(data_offsets=[8, 24]),
        lambda h: h["a"].update(data_offsets=[0]),
        lambda h: h["a"].update(data_offsets=[0, 2**50]),
        lambda h: h["a"].pop("dtype"),
        lambda h: h.update(a=3),
        lambda h: h.update(b=h["a"]),
        lambda h: h.update(__metadata__=[1]),
        lambda h: h.update(__metadata__={"metadata": "[1]"}),
        lambda h: h.update(__metadata__={"metadata": "{"}),
        lambda h: h.update(__metadata__={"metadata": '{"a": 1}'}),
        lambda h: h.clear(),
    ],
)
def test_read_tensors__refuses_a_header_that_lies(change):
    assert read_tensors(with_header(lambda h: None), "w")
    with pytest.raises(F1Error, match="damaged"):
        read_tensors(with_header(change), "w")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_read_tensors__refuses_what_is_not_finite(bad):
    with pytest.raises(F1Error, match="damaged") as caught:
        read_tensors(write_tensors({"a": np.array([1.0, bad])}, {}), "w")
    assert caught.value.where == "w, a"


def test_read_tensors__refuses_what_is_no_header():
    for text in (b"[1]", b"{", b"\xff\xfe"):
        payload = len(text).to_bytes(8, "little") + text
        with pytest.raises(F1Error, match="damaged"):
            read_tensors(payload, "w")


def test_read_tensors__without_its_package_says_what_to_install(monkeypatch):
    payload = write_tensors({"a": np.zeros(2, dtype=np.float32)}, {})
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(F1Error, match="without the package safetensors"):
        read_tensors(payload, "weights.safetensors")
