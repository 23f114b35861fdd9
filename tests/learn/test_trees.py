from __future__ import annotations

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.learn.outcome.trees import read_trees, tree_scores

# One tree of three leaves and one of a single leaf, as LightGBM writes them. Feature 0 up to 0.5
# goes to a second split, of feature 1 at -1; an unknown feature 1 goes right.
TEXT = b"""tree
version=v4
num_class=1
max_feature_idx=1
feature_names=a b
tree_sizes=300 100

Tree=0
num_leaves=3
num_cat=0
split_feature=0 1
threshold=0.5 -1
decision_type=2 8
left_child=1 -1
right_child=-2 -3
leaf_value=0.25 2 -4
is_linear=0
shrinkage=1


Tree=1
num_leaves=1
num_cat=0
leaf_value=0.125
is_linear=0
shrinkage=1


end of trees

feature_importances:
"""


def test_tree_scores__walks_by_hand():
    values = np.array([[0.5, -1.0], [0.5, -0.9], [0.6, -1.0], [0.0, np.nan], [np.nan, -2.0]])
    # An unknown feature 0 counts as nought: training never saw it missing.
    expected = np.array([0.25, -4.0, 2.0, -4.0, 0.25]) + 0.125
    assert tree_scores(read_trees(TEXT, "t"), values) == pytest.approx(expected)


def test_tree_scores__takes_a_value_that_training_never_missed_for_nought():
    # Nought is not above 0.5, so it goes left, whichever way the text would send the unknown.
    text = TEXT.replace(b"decision_type=2 8", b"decision_type=0 8")
    assert tree_scores(read_trees(text, "t"), np.array([[np.nan, -2.0]])) == pytest.approx(0.375)
    below = text.replace(b"threshold=0.5 -1", b"threshold=-0.5 -1")
    assert tree_scores(read_trees(below, "t"), np.array([[np.nan, -2.0]])) == pytest.approx(2.125)


def test_read_trees__refuses_nodes_that_run_in_a_circle():
    # The root has two leaves; the other two nodes are each other's children.
    text = TEXT
    for old, new in (
        (b"num_leaves=3", b"num_leaves=4"),
        (b"split_feature=0 1", b"split_feature=0 1 1"),
        (b"threshold=0.5 -1", b"threshold=0.5 -1 2"),
        (b"decision_type=2 8", b"decision_type=2 8 8"),
        (b"left_child=1 -1", b"left_child=-1 2 1"),
        (b"right_child=-2 -3", b"right_child=-2 -3 -4"),
        (b"leaf_value=0.25 2 -4", b"leaf_value=0.25 2 -4 1"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(F1Error, match="above its parent"):
        read_trees(text, "t")
    tree = text.replace(b"left_child=-1 2 1", b"left_child=1 2 -1")
    read_trees(tree, "t")  # the same without the circle


def test_tree_scores__is_what_lightgbm_says():
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(1)
    x = rng.normal(size=(600, 6))
    x[rng.uniform(size=x.shape) < 0.2] = np.nan
    x[:, 0] = rng.integers(0, 3, size=600)  # never unknown
    y = np.nan_to_num(x[:, 1]) + x[:, 0] * np.isnan(x[:, 2])
    parameters = {"num_leaves": 7, "num_threads": 1, "verbosity": -1, "min_data_in_leaf": 5}
    booster = lightgbm.train(parameters, lightgbm.Dataset(x, y), 40)
    trees = read_trees(booster.model_to_string().encode(), "t")
    ahead = rng.normal(size=(50, 6))
    ahead[rng.uniform(size=ahead.shape) < 0.3] = np.nan
    assert tree_scores(trees, ahead) == pytest.approx(booster.predict(ahead), abs=1e-12)


def test_read_trees__refuses_a_text_that_is_cut():
    end = TEXT.index(b"end of trees") + len(b"end of trees\n")
    for stop in (*range(0, end, 7), end - 1):
        with pytest.raises(F1Error, match="damaged"):
            read_trees(TEXT[:stop], "t")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"version=v4", b"version=v5"),
        (b"tree_sizes=300 100", b"tree_sizes=300"),
        (b"split_feature=0 1", b"split_feature=0 2"),
        (b"split_feature=0 1", b"split_feature=0"),
        (b"right_child=-2 -3", b"right_child=-2 nan"),
        (b"threshold=0.5 -1", b"threshold=0.5 x"),
        (b"decision_type=2 8", b"decision_type=2 1"),  # a categorical split
        (b"left_child=1 -1", b"left_child=0 -1"),  # a loop
        (b"left_child=1 -1", b"left_child=1 -2"),  # a leaf twice
        (b"leaf_value=0.25 2 -4", b"leaf_value=0.25 2"),
        (b"leaf_value=0.25 2 -4", b"leaf_value=0.25 2 inf"),
        (b"num_leaves=3", b"num_leaves=4"),
        (b"num_leaves=1\n", b"num_leaves=0\n"),
        (b"max_feature_idx=1", b"max_feature_idx=?"),
        (b"is_linear=0\nshrinkage=1\n\n\nTree=1", b"is_linear=1\nshrinkage=1\n\n\nTree=1"),
        (b"feature_names", b"feature_n\xe4mes"),
    ],
)
def test_read_trees__refuses_what_makes_no_tree(old, new):
    assert old in TEXT
    with pytest.raises(F1Error, match="damaged"):
        read_trees(TEXT.replace(old, new, 1), "t")
