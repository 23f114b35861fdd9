"""Canonical bytes: equal values, equal bytes; nothing that cannot be rebuilt."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from predictor.errors import F1Error
from predictor.fingerprint import decode, digest, encode, find_non_finite


class Tyre(StrEnum):
    SOFT = "SOFT"


@dataclass(frozen=True, slots=True)
class Stint:
    tyre: Tyre
    laps: tuple[float, ...]
    by_driver: dict[str, int]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Draws:
    pace: NDArray[np.float32]
    first: int


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip


@given(PLAIN)
def test_decode__gives_back_what_was_encoded(value):
    assert decode(encode(value), object) == value


@given(st.dictionaries(st.text(), st.integers(0, 9), min_size=2))
def test_encode__key_order_does_not_matter(value):
    turned = dict(reversed(list(value.items())))
    assert encode(turned) == encode(value)


def test_decode__rebuilds_dataclasses_and_enums():
    stint = Stint(Tyre.SOFT, (91.5, 92.0), {"max-verstappen": 3})
    again = decode(encode(stint), Stint)
    assert again == stint
    assert again.tyre is Tyre.SOFT
    assert isinstance(again.laps, tuple)


def test_decode__rejects_bytes_of_another_type():
    with pytest.raises(msgspec.ValidationError):
        decode(encode({"tyre": "PAPER", "laps": [], "by_driver": {}}), Stint)
    with pytest.raises(msgspec.ValidationError, match="ndarray"):
        decode(encode({"pace": [1.0], "first": 0}), Draws)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.array([1.5, np.nan, np.inf]),
        np.zeros((0, 4), dtype=np.uint8),
        np.array([True, False]),
        np.array(3, dtype=np.int16),
        np.array(["2025-05-25T13:00:00", "NaT"], dtype="datetime64[s]"),
        np.array(["VER", "NOR"]),
    ],
)
def test_decode__arrays_keep_dtype_shape_and_values(array):
    again = decode(encode({"a": array}), dict[str, np.ndarray])["a"]
    assert again.dtype == array.dtype
    np.testing.assert_array_equal(again, array, strict=True)


def test_decode__arrays_are_aligned_and_cannot_be_written():
    draws = decode(encode(Draws(np.ones((3, 5), np.float32), 1)), Draws)
    assert draws.pace.flags.aligned
    with pytest.raises(ValueError, match="read-only"):
        draws.pace[0, 0] = 2.0


def test_encode__memory_layout_and_byte_order_do_not_matter():
    array = np.arange(12, dtype=np.float64).reshape(3, 4)
    assert encode(np.asfortranarray(array)) == encode(array)
    assert encode(array.astype(">f8")) == encode(array)
    assert encode(array[:, ::2]) == encode(array[:, ::2].copy())


def test_digest__differs_by_dtype_and_shape():
    array = np.zeros(4, dtype=np.int32)
    variants = [array, array.reshape(2, 2), array.view(np.float32), np.zeros(2, dtype=np.int64)]
    assert len({digest(variant) for variant in variants}) == len(variants)


def test_encode__numpy_scalars_are_plain_numbers():
    assert encode({"p": np.float64(0.25), "n": np.int32(7)}) == encode({"p": 0.25, "n": 7})


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), np.float64("nan")])
def test_encode__a_float_that_is_not_finite_is_named_by_its_place(bad):
    with pytest.raises(F1Error) as caught:
        encode({"races": [{"p_win": 0.5}, {"p_win": bad}]})
    assert caught.value.where == "/races/1/p_win"


def test_encode__nan_is_allowed_inside_an_array():
    assert np.isnan(decode(encode(np.array([np.nan])), np.ndarray)[0])


@pytest.mark.parametrize("thing", [object(), np.array([object()]), lambda: 0])
def test_encode__refuses_what_has_no_canonical_form(thing):
    with pytest.raises(F1Error, match="no canonical bytes"):
        encode([thing])


def test_find_non_finite__gives_none_for_finite_values():
    assert find_non_finite(Stint(Tyre.SOFT, (1.0,), {})) is None


def test_digest__is_the_same_in_another_process_with_another_hash_seed():
    code = (
        "from predictor.fingerprint import digest;"
        "print(digest({'b': {3, 1, 2}, 'a': ('x', 1.5, None)}))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "77")
    }  # fmt: skip
    assert len(seen) == 1
    assert seen.pop().startswith("sha256:")
