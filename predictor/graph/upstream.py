"""What a node rests on: for plans of something beside the document."""

from __future__ import annotations

from collections.abc import Mapping

from predictor.graph.plan import Node

__all__ = ["upstream_of"]


def upstream_of(last: Node, nodes: Mapping[str, Node]) -> list[Node]:
    """Return the nodes that one rests on, in the order of ``nodes``, without itself."""
    wanted, waiting = set(), list(last.upstream)
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in wanted:
            wanted.add(name)
            waiting += nodes[name].upstream
    return [node for name, node in nodes.items() if name in wanted]
