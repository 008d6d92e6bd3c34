"""A small decision tree: the space of the factors split in two a few times, by scikit-learn.

Boxes look for the one part where most cases lie; a tree parts the whole space. It is kept small enough to
read, and its leaves large enough to be more than chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from experiments.arrays import Flags, Numbers
from experiments.sweeps.boxes import Limit
from experiments.sweeps.cells import is_arrangement
from experiments.sweeps.factors import Factor
from model.codes import Support

LEAST_LEAF = 10
LEAST_LEAF_SHARE = 0.05
"""A leaf holds at least so many points, and at least this share of them."""


@dataclass(frozen=True)
class Branch:
    """A node of the tree, and what hangs on it.

    Attributes:
        question: what is asked of a point, in words; empty at a leaf.
        points: that come here, of those from which the tree was grown.
        share: of them at which the expression holds.
        yes: the node for points of which it is true; None at a leaf.
        no: the node for the others.
    """

    question: str
    points: int
    share: float
    yes: "Branch | None" = None
    no: "Branch | None" = None

    @property
    def holds(self) -> bool:
        """What the tree says of points that end here."""
        return self.share > 0.5


@dataclass(frozen=True)
class Tree:
    """A tree.

    Attributes:
        root: its first node.
        fitted: the classifier.
        factors: in the order of the columns of points.
        weights: of the factors, by how much each parts cases from others; their sum is 1, or 0 when nothing
            could be parted.
    """

    root: Branch
    fitted: DecisionTreeClassifier
    factors: tuple[Factor, ...]
    weights: dict[str, float]

    def says(self, values: Numbers) -> Flags:
        """What it says of points, shape (points, factors)."""
        said: Flags = self.fitted.predict(_features(values, self.factors)[0]).astype(bool)
        return said


def grow_tree(values: Numbers, holds: Flags, factors: Sequence[Factor], depth: int, seed: int) -> Tree:
    """Grow a tree of some depth; of splits that are equally good the seed decides.

    Args:
        values: of the factors, shape (points, factors).
        holds: at which points the expression holds.
        factors: in the order of the columns.
        depth: questions on the way to a leaf, at most.
        seed: of ties.
    """
    features, asked = _features(values, factors)
    leaf = max(LEAST_LEAF, int(LEAST_LEAF_SHARE * len(holds)))
    fitted = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaf, random_state=seed)
    fitted.fit(features, holds)
    weights = dict.fromkeys((factor.name for factor in factors), 0.0)
    for (factor, _), weight in zip(asked, fitted.feature_importances_, strict=True):
        weights[factor.name] += float(weight)
    return Tree(_branch(fitted, asked, 0), fitted, tuple(factors), weights)


def _features(values: Numbers, factors: Sequence[Factor]) -> tuple[Numbers, list[tuple[Factor, int | None]]]:
    """Columns that a tree can split, each with its factor; an arrangement has one a kind, 0 or 1."""
    columns, asked = [], []
    for i, factor in enumerate(factors):
        kinds: Iterator[int | None] = (
            (int(kind) for kind in factor.values) if is_arrangement(factor) else iter([None])
        )
        for kind in kinds:
            columns.append(values[:, i] if kind is None else (values[:, i] == kind).astype(np.float64))
            asked.append((factor, kind))
    return np.column_stack(columns), asked


def _branch(fitted: DecisionTreeClassifier, asked: Sequence[tuple[Factor, int | None]], node: int) -> Branch:
    tree = fitted.tree_
    points = int(tree.n_node_samples[node])
    classes = [bool(name) for name in fitted.classes_]
    share = float(tree.value[node][0][classes.index(True)]) if True in classes else 0.0
    if tree.children_left[node] < 0:
        return Branch("", points, share)
    factor, kind = asked[tree.feature[node]]
    least = float(tree.threshold[node])
    low = _branch(fitted, asked, int(tree.children_left[node]))
    high = _branch(fitted, asked, int(tree.children_right[node]))
    if kind is not None:
        question = f"{factor.meaning} ({factor.name}) is {Support(kind).name.lower()}"
    else:
        # Left are values up to the threshold, which lies halfway between two that occurred.
        least = float(np.ceil(least)) if factor.whole else least
        question = Limit(factor, least, np.inf, (), 0.0).words()
    return Branch(question, points, share, high, low)
