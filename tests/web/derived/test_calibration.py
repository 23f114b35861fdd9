"""What was said beside what came, in tenths; counted by hand and as the evaluation counts."""

from __future__ import annotations

import numpy as np
import pytest

from predictor.evaluate.calibration import calibration_error, reliability
from services.web.derived.calibration import (
    Said,
    agreement_sentence,
    calibration_gap,
    example_sentence,
    off_the_line,
    tenths,
    word_sentence,
)


def said(p, n, n_came):
    return [Said(p, place < n_came, f"race-{place}", "AAA") for place in range(n)]


def test_tenths__a_chance_on_an_edge_belongs_to_the_upper_bin_and_1_to_the_last():
    bins = tenths([*said(0.3, 2, 1), *said(0.29, 1, 0), *said(1.0, 1, 1)])
    assert {one.lower: one.n for one in bins if one.n} == {0.2: 1, 0.3: 2, 0.9: 1}
    assert [one.mean for one in bins if not one.n] == [None] * 7


def test_tenths__are_those_of_the_evaluation():
    random = np.random.default_rng(3)
    p = random.random(500)
    came = random.random(500) < p
    theirs = reliability(p, came)
    ours = tenths(Said(float(a), bool(b), "", "") for a, b in zip(p, came, strict=True))
    assert [one.n for one in ours] == [one.count for one in theirs]
    assert [one.mean for one in ours] == pytest.approx([one.mean_forecast for one in theirs])
    assert [one.frequency for one in ours] == [one.frequency for one in theirs]
    assert calibration_gap(ours) == pytest.approx(calibration_error(theirs))
    assert calibration_gap(tenths([])) is None


def test_interval__is_that_of_wilson():
    # 8 of 10 with z = 1.6449: (8 + 1.3529 +- 1.6449 sqrt(1.6 + 0.67644)) / 12.7057
    bins = tenths(said(0.7, 10, 8))
    assert bins[7].interval == pytest.approx((0.5408, 0.9315), abs=1e-3)
    none, every = tenths(said(0.1, 30, 0))[1].interval, tenths(said(0.9, 30, 30))[9].interval
    assert none[0] == 0.0 < none[1] < 0.1
    assert 0.9 < every[0] < every[1] == 1.0


@pytest.mark.parametrize(
    ("shares", "answer"),
    [
        ([], "Too early to say"),
        ([55], "Yes"),
        ([55, 55, 55, 55, 95], "Mostly yes"),
        ([55, 95], "Only in part"),
        ([95, 5], "No"),
    ],
)
def test_word_sentence__counts_the_dots_that_agree(shares, answer):
    kinds = {str(place): tenths(said(0.55, 100, share)) for place, share in enumerate(shares)}
    kinds["few"] = tenths(said(0.55, 19, 0))  # proves nothing
    assert word_sentence(kinds).endswith(f"? {answer}")
    assert len(off_the_line(kinds)) == sum(share != 55 for share in shares)


@pytest.mark.parametrize(
    ("shares", "said_so"),
    [
        ([], ""),
        ([55], "The one full dot agrees."),
        ([95], "The one full dot does not agree."),
        ([55, 55], "All two full dots agree."),
        ([55, 95, 95], "One of three full dots agrees."),
    ],
)
def test_agreement_sentence__leaves_out_dots_of_few(shares, said_so):
    kinds = {str(place): tenths(said(0.55, 100, share)) for place, share in enumerate(shares)}
    kinds["few"] = tenths(said(0.55, 19, 0))
    assert agreement_sentence(kinds) == said_so


def test_example_sentence__is_of_the_chance_nearest_to_60_of_all_kinds_together():
    win, podium = tenths(said(0.62, 10, 6)), tenths([*said(0.62, 10, 7), *said(0.2, 40, 1)])
    said_so = "What we called 62\N{NARROW NO-BREAK SPACE}% came true 65\N{NARROW NO-BREAK SPACE}%"
    assert example_sentence([win, podium]) == f"{said_so} of the time"
    assert example_sentence([win]) == ""
