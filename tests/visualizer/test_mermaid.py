"""The Mermaid text."""

from __future__ import annotations

from dtl_visualizer.mermaid import write_mermaid
from tests.visualizer import pictures


def test_a_branch() -> None:
    lines = write_mermaid(pictures.branch()).decode().splitlines()
    assert lines[:8] == [
        "flowchart TD",
        '  n0(["data<br/>street/#42;"]):::source',
        '  n1("if<br/>min_objects_count 1"):::flow',
        '  n2[["save<br/>full"]]:::sink',
        '  n3("drop"):::other',
        '  n0 -->|"#36;all 100"| n1',
        '  n1 -->|"#91;true#93; #36;full 0#8211;100"| n2',
        '  n1 -->|"#91;false#93; #36;empty 0#8211;100"| n3',
    ]


def test_kinds_of_edges_and_problems() -> None:
    text = write_mermaid(pictures.training()).decode()
    assert text.count("==>") == 2
    assert text.count("-.->") == 2
    problems = write_mermaid(pictures.with_problems()).decode()
    assert "  class n1 error" in problems
    assert "  class n2 warning" in problems
    assert '  click n1 href "broken.json#L14" "flip"' in problems


def test_texts_cannot_become_syntax() -> None:
    text = write_mermaid(pictures.hostile()).decode()
    assert "<script" not in text
    assert "javascript" not in text
    assert "click" not in text


def test_an_empty_graph() -> None:
    assert write_mermaid(pictures.EMPTY).decode() == ('---\ntitle: "nothing"\n---\nflowchart TD\n')
