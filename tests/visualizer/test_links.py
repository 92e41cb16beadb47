"""Only harmless addresses become links."""

from __future__ import annotations

import pytest

from dtl_visualizer.links import safe_href


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("", ""),
        ("graphs/lemon.json#L14", "graphs/lemon.json#L14"),
        ("#node-3", "#node-3"),
        ("/data/graph.json", "/data/graph.json"),
        ("../a b/graph.json", "../a%20b/graph.json"),
        ("a/b:c", "a/b:c"),
        ("graph.json?x=1&y=a:b", "graph.json?x=1&y=a:b"),
        ("https://example.org/x?q=1#f", "https://example.org/x?q=1#f"),
        ("HTTP://example.org", "HTTP://example.org"),
        ('x"onclick="y', "x%22onclick=%22y"),
        ("grafik/größe.json", "grafik/gr%C3%B6%C3%9Fe.json"),
    ],
)
def test_allowed(href: str, link: str) -> None:
    assert safe_href(href) == link


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " java\tscript\n:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/x",
        "\\\\example.org\\x",
        "mailto:a@b",
    ],
)
def test_refused(href: str) -> None:
    assert safe_href(href) == ""
