"""What is different between two forecasts, and what of that is more than noise: by hand."""

from __future__ import annotations

import math

import msgspec
import pytest

from predictor.errors import UsageError
from services.notebook.forecast import forecast_of
from services.notebook.titles import titles_of
from tests.published.small_document import event, small_document


def forecast(p_win, name="first", n_simulations=100):
    """A race of two drivers, of whom the first wins with a probability ."""
    plain = event(name, n_simulations=n_simulations)
    rows = [
        msgspec.structs.replace(row, p_win=p, expected_position=2.0 - p, p_position=(p, 1.0 - p))
        for row, p in zip(plain.predictions, (p_win, 1.0 - p_win), strict=True)
    ]
    changed = msgspec.structs.replace(plain, predictions=tuple(rows))
    return forecast_of(2025, f"{name} Grand Prix", changed)


def change(difference, subject, number):
    return next(
        one for one in difference.changes if one.subject_id == subject and one.number == number
    )


def test_noise__of_a_mean_place_is_that_of_its_spread():
    # A place is 1 or 2: its standard deviation is that of winning.
    found = change(forecast(0.9).diff(forecast(0.8)), "aaa", "expected_position")
    assert found.noise == pytest.approx(2 * math.sqrt(0.9 * 0.1 / 100 + 0.8 * 0.2 / 100))


def test_noise__without_simulations_is_without_bound():
    assert math.isinf(
        forecast(0.9, n_simulations=msgspec.UNSET).diff(forecast(0.8)).of("p_win")[0].noise
    )


def test_diff__holds_a_change_against_two_errors_of_the_difference():
    found = change(forecast(0.9).diff(forecast(0.8)), "aaa", "p_win")
    noise = 2 * math.sqrt(0.9 * 0.1 / 100 + 0.8 * 0.2 / 100)  # 0.1
    assert found.change == pytest.approx(0.1)
    assert found.noise == pytest.approx(noise)
    assert not forecast(0.89).diff(forecast(0.8)).of("p_win")[0].is_beyond_noise
    assert forecast(0.92).diff(forecast(0.8)).of("p_win")[0].is_beyond_noise


def test_diff__of_a_forecast_from_itself_is_nothing():
    one = forecast(0.8)
    frame = one.diff(one).to_frame()
    assert set(frame["change"]) == {0.0}
    assert not frame["beyond_noise"].any()


def test_diff__names_who_stands_in_one_alone():
    one = forecast(0.8)
    fewer = type(one)(
        one.season, one.event, one.metadata, one.session, one.horizon,
        one.rows[:1], one.by_scenario, one.result,
    )  # fmt: skip
    found = fewer.diff(one)
    assert found.without == ("bbb",)
    assert "bbb" in found._repr_html_()


def test_diff__of_two_races_is_refused():
    with pytest.raises(UsageError, match="two races"):
        forecast(0.8, "second").diff(forecast(0.8))
    whole = forecast(0.8)
    with pytest.raises(UsageError, match="two races"):
        whole.diff(whole.sprint)


def test_of__another_number_names_those_that_there_are():
    with pytest.raises(UsageError, match="no such number") as caught:
        forecast(0.8).diff(forecast(0.8)).of("speed")
    assert "p_win or p_podium" in caught.value.expected


def test_titles__are_held_against_the_simulated_seasons():
    document = small_document()
    titles = titles_of(document, "drivers")
    found = titles.diff(titles).changes[0]
    assert found.noise == pytest.approx(2 * math.sqrt(2 * 0.75 * 0.25 / 100))
    with pytest.raises(UsageError, match="two championships"):
        titles.diff(titles_of(document, "constructors"))


def test_html__counts_what_is_no_more_than_noise():
    html = forecast(0.95).diff(forecast(0.8))._repr_html_()
    # Win and expected place of both are beyond it; podium, points and retirement are equal.
    assert "6 of 10 numbers differ by no more than noise" in html
    assert "+15.0" in html
