"""Pictures refuse what cannot be drawn."""

from __future__ import annotations

import pytest

from dtl_engine.errors import UsageError
from dtl_visualizer import EdgePicture, GraphPicture, NodePicture


def test_two_nodes_with_one_id_are_refused() -> None:
    with pytest.raises(UsageError, match="two nodes of the picture have the id 'a'"):
        GraphPicture("", (NodePicture("a", "x"), NodePicture("a", "y")))


@pytest.mark.parametrize(("source", "target"), [("a", "b"), ("b", "a")])
def test_an_edge_to_nowhere_is_refused(source: str, target: str) -> None:
    with pytest.raises(UsageError, match=r"edge '\$x' names the unknown node 'b'"):
        GraphPicture("", (NodePicture("a", "x"),), (EdgePicture(source, target, "$x"),))


def test_problems_without_a_severity_are_errors() -> None:
    assert NodePicture("a", "x").severity == ""
    assert NodePicture("a", "x", problems=("bad",)).severity == "error"
    assert NodePicture("a", "x", problems=("odd",), problem_severity="warning").severity == (
        "warning"
    )


def test_arcs_are_indices_in_the_order_of_the_edges() -> None:
    nodes = (NodePicture("b", "x"), NodePicture("a", "y"))
    edges = (EdgePicture("a", "b", "$1"), EdgePicture("b", "a", "$2"))
    assert GraphPicture("", nodes, edges).arcs() == ((1, 0), (0, 1))
