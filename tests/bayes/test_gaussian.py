import numpy as np

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
