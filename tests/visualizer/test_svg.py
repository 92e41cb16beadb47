"""The SVG: valid, self-contained, accessible, and deaf to what its texts try."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from dtl_visualizer.drawing import draw
from dtl_visualizer.layout import layered_layout
from dtl_visualizer.picture import GraphPicture, NodePicture
from dtl_visualizer.style import DARK, LIGHT
from dtl_visualizer.svg import write_svg
from tests.visualizer import pictures

SVG = "{http://www.w3.org/2000/svg}"


def svg_of(picture: GraphPicture) -> str:
    return write_svg(draw(picture, layered_layout)).decode()


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", pictures.ALL)
def test_every_picture_is_a_complete_document(name: str) -> None:
    root = ElementTree.fromstring(svg_of(pictures.ALL[name]))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text
    assert root[1].tag == f"{SVG}desc"
    assert f"{len(pictures.ALL[name].nodes)} layers" in (root[1].text or "")
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    assert width > 0
    assert height > 0
    for rectangle in root.iter(f"{SVG}rect"):
        x, y = float(rectangle.get("x", "0")), float(rectangle.get("y", "0"))
        assert 0 <= x <= x + float(rectangle.get("width", "")) <= width
        assert 0 <= y <= y + float(rectangle.get("height", "")) <= height


@pytest.mark.parametrize("name", pictures.ALL)
def test_nothing_is_run_or_loaded(name: str) -> None:
    svg = svg_of(pictures.ALL[name])
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()}
    assert tags <= {
        *("svg", "title", "desc", "style", "g", "a"),
        *("rect", "text", "polygon", "polyline", "path"),
    }
    assert not re.search(
        r"<script|javascript:|url\(|@import|\son\w+=", re.sub(r">[^<]*<", "><", svg)
    )


def test_colours_are_variables_with_a_plain_colour_beside() -> None:
    svg = svg_of(pictures.lemon())
    assert "prefers-color-scheme:dark" in svg
    assert set(LIGHT) == set(DARK)
    for name in LIGHT:
        assert f"--dtl-{name}:{LIGHT[name]};" in svg
        assert f"--dtl-{name}:{DARK[name]};" in svg
    assert f'class="f-geometry-tint s-geometry" fill="{LIGHT["geometry-tint"]}"' in svg


def test_links_surround_nodes_and_are_harmless() -> None:
    root = ElementTree.fromstring(svg_of(pictures.lemon()))
    links = [element.get("href") for element in root.iter(f"{SVG}a")]
    assert links == [node.href for node in pictures.lemon().nodes]
    assert not list(ElementTree.fromstring(svg_of(pictures.hostile())).iter(f"{SVG}a"))


def test_texts_are_shown_as_texts() -> None:
    assert any(text.startswith("<script>") for text in texts(svg_of(pictures.hostile())))


def test_long_texts_are_shortened_and_whole_in_the_tooltip() -> None:
    title = "a very long action with a name that no box could hold on one line"
    svg = svg_of(GraphPicture("", (NodePicture("0", title),)))
    assert title not in texts(svg)
    assert any(title.startswith(text[:-1]) and text.endswith("…") for text in texts(svg))
    root = ElementTree.fromstring(svg)
    assert [element.text for element in root.iter(f"{SVG}title")][1:] == [title]


def test_problems_are_marked_and_in_the_tooltip() -> None:
    svg = svg_of(pictures.with_problems())
    root = ElementTree.fromstring(svg)
    tooltips = [element.text or "" for element in root.iter(f"{SVG}title")]
    assert any(
        tooltip.startswith("error: E103 unknown setting 'axsi'\nerror: E104")
        for tooltip in tooltips
    )
    assert any(tooltip.startswith("warning: W201") for tooltip in tooltips)
    assert 's-error" fill="none"' in svg
    assert 's-warning" fill="none"' in svg
    assert "3 of them marked with problems" in svg


def test_an_empty_graph_says_so() -> None:
    assert texts(svg_of(pictures.EMPTY)) == ["nothing", "no layers"]
