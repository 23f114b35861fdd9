import numpy as np
import pytest

from predictor.bayes.gaussian import NamedGaussian


def test_with_names__new_names_are_independent_and_old_ones_unchanged():
    belief = NamedGaussian(("driver:a",), np.array([0.7]), np.array([[0.2]]))
    wider = belief.with_names({"driver:a": (9.0, 9.0), "team:x": (0.5, 2.0)})
    assert wider.names == ("driver:a", "team:x")
    assert wider.mean.tolist() == [0.7, 0.5]
    assert wider.cov.tolist() == [[0.2, 0.0], [0.0, 4.0]]


def test_with_names__nothing_new_gives_the_same_belief():
    belief = NamedGaussian(("driver:a",), np.array([0.7]), np.array([[0.2]]))
    assert belief.with_names({"driver:a": (0.0, 1.0)}) is belief


def test_variance_where__squares_the_value_of_each_kind():
    belief = NamedGaussian.empty().with_names(
        {"driver:a": (0, 1), "team:x": (0, 1), "beta:g": (0, 1)}
    )
    assert belief.variance_where({"driver": 3.0, "team": 2.0}).tolist() == [0.0, 9.0, 4.0]


def test_with_newcomers__stand_beside_the_mean_of_those_who_are_known():
    belief = NamedGaussian(("driver:a", "driver:b"), np.array([1.0, 3.0]), np.diag([0.4, 0.8]))
    after = belief.with_newcomers("driver", ["a", "b", "new"], -0.5, 0.3)
    assert after.names == ("driver:a", "driver:b", "driver:new")
    assert after.mean.tolist() == [1.0, 3.0, 1.5]
    assert after.cov[2] == pytest.approx([0.2, 0.4, 0.3 + 0.09])
    # Who is named twice, as a team by its two cars, counts once.
    twice = belief.with_newcomers("driver", ["a", "a", "b", "new", "new"], -0.5, 0.3)
    assert twice.names == after.names
    assert twice.mean.tolist() == after.mean.tolist()
    assert belief.with_newcomers("driver", ["a"], -0.5, 0.3) is belief
    assert belief.with_newcomers("driver", ["new"], -0.5, 0.3) is belief  # nobody to compare with


def test_faded__keeps_a_share_and_adds_anew():
    belief = NamedGaussian(("x", "y"), np.array([2.0, 4.0]), np.array([[1.0, 0.5], [0.5, 1.0]]))
    after = belief.faded(np.array([0.5, 1.0]), np.array([0.75, 0.0]))
    assert after.mean.tolist() == [1.0, 4.0]
    assert after.cov.tolist() == [[1.0, 0.25], [0.25, 1.0]]
