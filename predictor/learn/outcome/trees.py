"""Boosted trees as LightGBM writes them, read and walked with NumPy alone.

LightGBM's own reader trusts its input and can bring the process down; this one refuses a damaged
file with words, and needs nothing installed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error

__all__ = ["Trees", "read_trees", "tree_scores"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_DEFAULT_LEFT, _MISSING_NONE, _MISSING_NAN = 2, 0, 2  # bits of a decision_type
_MOST_TREES, _MOST_LEAVES = 10_000, 256


@dataclass(frozen=True, slots=True)
class Trees:
    """T trees of at most M inner nodes; of what a tree does not have, noughts.

    Attributes
    ----------
    n_features : int
    root : int64[T]
        0, or -1 for a tree that is a single leaf.
    feature, left, right : int64[T, M]
        Children below nought are leaves, ~child of them.
    threshold : float64[T, M]
        A value goes left if it is not above; none is at or below NaN.
    unknown_left : bool[T, M]
        Where a value that is not known goes.
    leaf : float64[T, L]
    depth : int
    """

    n_features: int
    root: Integers
    feature: Integers
    left: Integers
    right: Integers
    threshold: Floats
    unknown_left: NDArray[np.bool_]
    leaf: Floats
    depth: int


def tree_scores(trees: Trees, values: Floats) -> Floats:
    """Give the sum of the leaves that each row comes to.

    Parameters
    ----------
    values : float64[D, trees.n_features]
        NaN is unknown.

    Returns
    -------
    float64[D]
    """
    at = np.arange(len(trees.root))
    node = np.broadcast_to(trees.root, (len(values), len(at))).copy()
    rows = np.arange(len(values))[:, None]
    for _ in range(trees.depth):
        inner = np.maximum(node, 0)  # leaves stay where they are, below
        value = values[rows, trees.feature[at, inner]]
        unknown = np.isnan(value)
        goes_left = np.where(
            unknown, trees.unknown_left[at, inner], value <= trees.threshold[at, inner]
        )
        child = np.where(goes_left, trees.left[at, inner], trees.right[at, inner])
        node = np.where(node >= 0, child, node)
    score: Floats = trees.leaf[at, ~node].sum(axis=1)
    return score


def read_trees(payload: bytes, where: str) -> Trees:
    """Read LightGBM's text.

    Raises
    ------
    F1Error
        If it is cut or holds anything but trees of numeric splits.
    """
    try:
        text = payload.decode("ascii")
    except UnicodeDecodeError as error:
        raise _damaged(where, str(error), "plain text") from error
    head, *blocks = text.partition("\nend of trees\n")[0].split("\nTree=")
    if "\nend of trees\n" not in text or not head.startswith("tree\nversion=v4\n"):
        raise _damaged(where, "no end of trees, or another version", "LightGBM's text, version v4")
    header = _fields(head)
    if len(header.get("tree_sizes", "").split()) != len(blocks) or len(blocks) > _MOST_TREES:
        raise _damaged(where, f"{len(blocks)} trees", "as many as its head says")
    try:
        n_features = int(header["max_feature_idx"]) + 1
        found = [_tree(_fields(block), n_features) for block in blocks]
    except (KeyError, ValueError, IndexError) as error:
        raise _damaged(where, f"{type(error).__name__}: {error}", "numeric splits") from error
    return _stacked(found, n_features)


def _fields(block: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in block.splitlines() if "=" in line)


def _tree(fields: dict[str, str], n_features: int) -> dict[str, NDArray[np.float64]]:
    """Give one tree's columns as floats, checked; ValueError if they make no tree."""
    n_leaves = int(fields["num_leaves"])
    names = ("split_feature", "threshold", "decision_type", "left_child", "right_child")
    tree = {
        name: np.array([float(word) for word in fields[name].split()] if n_leaves > 1 else [])
        for name in names
    }
    tree["leaf_value"] = np.array([float(word) for word in fields["leaf_value"].split()])
    sizes = [len(tree[name]) for name in names]
    if not 1 <= n_leaves <= _MOST_LEAVES or sizes != [n_leaves - 1] * len(names):
        raise ValueError(f"{n_leaves} leaves and {sizes} splits")
    if len(tree["leaf_value"]) != n_leaves or fields.get("is_linear", "0") != "0":
        raise ValueError("leaves that are no numbers of their own")
    # A threshold may be NaN: all known values go right there.
    columns = [column for name, column in tree.items() if name != "threshold"]
    if not all(np.isfinite(column).all() for column in columns):
        raise ValueError("values not finite")
    kind = tree["decision_type"].astype(np.int64)
    if not np.isin(kind & ~_DEFAULT_LEFT, (_MISSING_NONE << 2, _MISSING_NAN << 2)).all():
        raise ValueError("splits that are not numeric")
    if ((tree["split_feature"] < 0) | (tree["split_feature"] >= n_features)).any():
        raise ValueError("a feature that there is not")
    children = np.sort(np.concatenate([tree["left_child"], tree["right_child"]]))
    if n_leaves > 1 and not np.array_equal(children, _every_child(n_leaves)):
        raise ValueError("nodes that make no tree")
    parents = np.arange(n_leaves - 1)
    for side in ("left_child", "right_child"):
        if ((tree[side] >= 0) & (tree[side] <= parents)).any():  # a loop, else
            raise ValueError("a node above its parent")
    return tree


def _every_child(n_leaves: int) -> Floats:
    """Give what the children of a tree are, sorted: every leaf once, every node but the root."""
    return np.array([*range(-n_leaves, 0), *range(1, n_leaves - 1)], dtype=np.float64)


def _stacked(trees: list[dict[str, Floats]], n_features: int) -> Trees:
    most = max((len(tree["threshold"]) for tree in trees), default=0) or 1

    def padded(name: str, size: int) -> Floats:
        table = np.zeros((len(trees), size))
        for row, tree in zip(table, trees, strict=True):
            row[: len(tree[name])] = tree[name]
        return table

    kind, threshold = padded("decision_type", most).astype(np.int64), padded("threshold", most)
    # Where training knew every value, LightGBM takes an unknown one for nought.
    as_nought = (kind >> 2) == _MISSING_NONE
    unknown_left = np.where(as_nought, threshold >= 0.0, (kind & _DEFAULT_LEFT) > 0)
    left, right = (padded(name, most).astype(np.int64) for name in ("left_child", "right_child"))
    return Trees(
        n_features=n_features,
        root=np.array([0 if len(tree["threshold"]) else -1 for tree in trees], dtype=np.int64),
        feature=padded("split_feature", most).astype(np.int64),
        left=left,
        right=right,
        threshold=threshold,
        unknown_left=unknown_left,
        leaf=padded("leaf_value", most + 1),
        depth=most,
    )


def _damaged(where: str, got: str, expected: str) -> F1Error:
    return F1Error(
        "trees of a model are damaged",
        where=where,
        got=got,
        expected=expected,
        do="use another version of the model, or train it anew",
    )
