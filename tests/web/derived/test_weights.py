"""What weights did, apart from all else, by hand."""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import replace

from predictor.published.event_types import Unweighted
from services.web.derived.weights import split_by_weights
from tests.archive.small_archive import document_of, one_event

FIRST = one_event(1, order=("AAA", "BBB"))


def weighted(p_win, without, **metadata):
    """A season whose next race has these chances of AAA, with and without weights."""
    event = one_event(2, p_win=p_win)
    rows = tuple(
        replace(
            row,
            unweighted=Unweighted(
                p_win=chance,
                p_podium=row.p_podium,
                p_points=row.p_points,
                expected_position=row.expected_position,
                expected_points=row.expected_points,
            ),
        )
        for row, chance in zip(event.predictions, (without, 1 - without), strict=True)
    )
    event = replace(event, predictions=rows, metadata=replace(event.metadata, n_simulations=5000))
    return document_of("run", FIRST, event, **metadata)


def test_split_by_weights__what_weights_add_and_the_rest_sum_to_the_change():
    # Without weights 0.5 to 0.6; the weights add 0.1 where they had added nothing.
    before = weighted(0.5, 0.5)
    now = weighted(0.7, 0.6, driver_weights={"AAA": 1.2})
    first, second = split_by_weights(before, now)
    assert first.driver_id == "aaa"
    assert round(first.by_weights, 9) == 0.1
    assert round(first.by_rest, 9) == 0.1
    assert round(second.by_weights + second.by_rest, 9) == -0.2


def test_split_by_weights__the_same_weights_and_noise_are_not_split():
    usual = {"driver_weights": {"AAA": 1.2}}
    assert split_by_weights(weighted(0.5, 0.4, **usual), weighted(0.7, 0.6, **usual)) == ()
    # 0.505 after 0.5 of 5,000 each is noise.
    assert split_by_weights(weighted(0.5, 0.5), weighted(0.505, 0.5, **usual)) == ()
    # Of what it would be without weights nothing is told.
    event = one_event(2, p_win=0.7)
    rows = tuple(replace(row, unweighted=UNSET) for row in event.predictions)
    bare = document_of("run", FIRST, replace(event, predictions=rows), **usual)
    assert split_by_weights(weighted(0.5, 0.5), bare) == ()
    assert split_by_weights(None, weighted(0.7, 0.6, **usual)) == ()
