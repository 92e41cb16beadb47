"""The DOT text, and what the ``dot`` program makes of it."""

from __future__ import annotations

import re

import pytest

from dtl_visualizer.dot import write_dot
from dtl_visualizer.dot_layout import dot_layout
from dtl_visualizer.drawing import draw
from dtl_visualizer.geometry import Extent
from dtl_visualizer.picture import EdgePicture, GraphPicture
from dtl_visualizer.program import DotFailed, has_dot, run_dot
from tests.visualizer import pictures

needs_dot = pytest.mark.skipif(not has_dot(), reason="the program 'dot' is not installed")


def test_nodes_and_edges_in_order() -> None:
    lines = write_dot(pictures.branch()).decode().splitlines()
    assert [line.split(" [")[0].strip() for line in lines[4:-1]] == [
        *("n0", "n1", "n2", "n3"),
        *("n0 -> n1", "n1 -> n2", "n1 -> n3"),
    ]


def test_kinds_and_links() -> None:
    text = write_dot(pictures.training()).decode()
    assert text.count('style="dashed"') == 2
    assert text.count("#b93a0e:#b93a0e") == 2
    assert 'URL="graphs/lemon.json#L2"' in write_dot(pictures.lemon()).decode()


def test_texts_cannot_leave_their_place() -> None:
    text = write_dot(pictures.hostile()).decode()
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    assert "<script" not in outside
    assert '"' not in outside
    assert "javascript" not in text
    assert "\\\\N" in text
    assert "&lt;script&gt;" in text


@needs_dot
@pytest.mark.parametrize("name", pictures.ALL)
def test_dot_accepts_every_picture(name: str) -> None:
    assert run_dot(write_dot(pictures.ALL[name]).decode(), "json")


@needs_dot
def test_dot_refuses_what_is_no_graph() -> None:
    with pytest.raises(DotFailed, match="could not draw"):
        run_dot("digraph {", "json")


@needs_dot
@pytest.mark.parametrize("name", pictures.ALL)
def test_the_layout_of_dot_keeps_boxes_apart(name: str) -> None:
    picture = pictures.ALL[name]
    drawn: list[Extent] = [Extent(120.0, 40.0)] * len(picture.nodes)
    labels = [Extent(60.0, 24.0)] * len(picture.edges)
    layout = dot_layout(drawn, picture.arcs(), labels)
    things = [*layout.boxes, *(route.label for route in layout.routes)]
    for number, one in enumerate(things):
        for other in things[number + 1 :]:
            assert (
                one.right <= other.left + 0.1
                or other.right <= one.left + 0.1
                or one.bottom <= other.top + 0.1
                or other.bottom <= one.top + 0.1
            )
    assert all(len(route.points) % 3 == 1 for route in layout.routes)


@needs_dot
def test_parallel_edges_have_their_own_ways() -> None:
    branch = pictures.branch()
    twice = GraphPicture(
        "", branch.nodes, (*branch.edges, EdgePicture("b", "c", ""), EdgePicture("b", "c", ""))
    )
    drawing = draw(twice, dot_layout)
    assert drawing.width > 0
