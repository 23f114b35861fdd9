import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.errors import F1Error
from predictor.random_streams import (
    Stream,
    gumbel,
    named_uniforms,
    normal_pair,
    philox,
    stream,
    uniforms,
    words,
)

ONES = 0xFFFFFFFF


# Random123 1.14, tests/kat_vectors, philox4x32 with 10 rounds
@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ONES,) * 4, (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox__gives_the_known_answers_of_random123(counter, key, expected):
    assert tuple(int(word) for word in philox(counter, Stream(*key))) == expected


def test_stream__every_part_of_the_key_matters():
    keys = {
        stream(1, "2025-monaco", "lap-noise"),
        stream(2, "2025-monaco", "lap-noise"),
        stream(1, "2025-spain", "lap-noise"),
        stream(1, "2025-monaco", "pit"),
        stream(1, "2025-monacolap", "-noise"),
    }
    assert len(keys) == 5


def test_stream__stays_what_it_was_in_earlier_versions():
    # a change here changes every published forecast
    assert stream(42, "2025-monaco", "pace") == Stream(0x1C54C781, 0xB4DC9CD8)


@given(
    first=st.integers(0, 1000),
    count=st.integers(1, 40),
    split=st.integers(0, 40),
    columns=st.integers(1, 9),
    lap=st.integers(0, 99),
)
def test_words__sharding_changes_no_draw(first, count, split, columns, lap):
    key = stream(7, "e", "p")
    split = min(split, count)
    whole = words(key, range(first, first + count), columns, lap=lap)
    parts = [
        words(key, (first, split), columns, lap=lap),
        words(key, (first + split, count - split), columns, lap=lap),
    ]
    np.testing.assert_array_equal(whole, np.concatenate(parts))


def test_words__more_columns_keep_the_first_ones():
    key = stream(7, "e", "p")
    np.testing.assert_array_equal(words(key, range(5), 9)[:, :3], words(key, range(5), 3))


def test_words__laps_are_different_draws():
    key = stream(7, "e", "p")
    assert not np.array_equal(words(key, range(5), 4, lap=1), words(key, range(5), 4, lap=2))


@pytest.mark.parametrize("sims", [range(0, 10, 2), (-1, 3), (2**32 - 1, 2)])
def test_words__refuses_sims_it_cannot_count(sims):
    with pytest.raises(F1Error, match="cannot be counted"):
        words(Stream(1, 2), sims, 1)


def test_uniforms__lie_inside_the_unit_interval_evenly():
    draws = uniforms(stream(3, "e", "u"), range(20_000), 5)
    assert draws.shape == (20_000, 5)
    assert 0 < draws.min() < draws.max() < 1
    counts = np.histogram(draws, 20, (0, 1))[0]
    # chi-square with 19 degrees of freedom: 43.8 is its 99.9 % point
    assert ((counts - 5000) ** 2 / 5000).sum() < 43.8


def test_named_uniforms__a_name_keeps_its_numbers_in_any_company():
    key = stream(3, "e", "n")
    three = named_uniforms(key, range(50), ["a", "b", "c"])
    two = named_uniforms(key, range(20, 50), ["c", "a"])
    np.testing.assert_array_equal(three[20:, [2, 0]], two)
    assert not np.array_equal(three[:, 0], three[:, 1])


def test_normal_pair__has_the_moments_of_two_independent_standard_normals():
    u = named_uniforms(stream(3, "e", "n"), range(200_000), ["a"])[:, 0]
    draws = np.stack(normal_pair(u[:, 0], u[:, 1]), axis=1)
    n = draws.size
    assert abs(draws.mean()) < 4 / np.sqrt(n)
    assert abs(draws.var() - 1) < 4 * np.sqrt(2 / n)
    assert abs((draws**4).mean() - 3) < 4 * np.sqrt(96 / n)
    assert np.abs(np.corrcoef(draws.T) - np.eye(2)).max() < 0.02


def test_gumbel__has_the_moments_of_a_standard_gumbel():
    draws = gumbel(uniforms(stream(3, "e", "g"), range(100_000), 2))
    assert draws.mean() == pytest.approx(0.5772, abs=0.012)
    assert draws.std() == pytest.approx(np.pi / np.sqrt(6), abs=0.015)
