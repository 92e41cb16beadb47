"""Every layer at work on real photographs, through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures.cli import run_cli
from tests.fixtures.photographs import (
    classes,
    ends,
    flow,
    lines,
    models,
    moved,
    pixels,
    shapes,
    turned,
)
from tests.fixtures.photographs.runs import BIKE, Case, run_case
from tests.fixtures.small_graphs import Json, document, layer, reading, saving, tree

CASES: tuple[Case, ...] = tuple(
    case
    for part in (ends, flow, classes, shapes, lines, moved, turned, pixels, models)
    for case in part.CASES
)


def test_every_layer_has_a_photograph() -> None:
    listed = {line.split()[0] for line in run_cli("nodes").out.splitlines() if line.strip()}
    assert len(listed) > 60
    assert listed == {case.action for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_layer(case: Case, shared: Path, tmp_path: Path) -> None:
    case.check(run_case(case, shared / "data", tmp_path))


def test_runners_write_the_same_bytes_of_all_that_is_drawn(shared: Path, tmp_path: Path) -> None:
    cases = [case for case in (*moved.CASES, *turned.CASES, *pixels.CASES) if case.photo == BIKE]
    graph = tmp_path / "graph.json"
    graph.write_text(json.dumps(document(*_together(cases), seed=5)), encoding="utf-8")
    written = []
    for at, options in enumerate(
        (("threads", "1"), ("threads", "4"), ("processes", "1"), ("processes", "2"))
    ):
        out = tmp_path / str(at)
        words = ("--runner", options[0], "--workers", options[1], "--only", "*/image_0[12].jpeg")
        ran = run_cli("run", graph, "--data", shared / "data", "--out", out, "--quiet", *words)
        assert (ran.code, ran.err) == (0, "")
        written.append(tree(out))
    assert len(written[0]) > 4 * len(cases)
    assert all(files == written[0] for files in written)


def _together(cases: list[Case]) -> list[Json]:
    """Return one document in which all cases work on small copies of the photographs."""
    small = {"width": 240, "height": -1, "aspect_ratio": {"keep": True}}
    made = [reading("tutorial/dataset_01", "$whole"), layer("resize", "$whole", "$small", **small)]
    for at, case in enumerate(cases):
        for entry in case.layers[:-1]:
            src, dst = (_renamed(name, at) for name in (entry["src"][0], entry["dst"]))
            made.append({**entry, "src": [src], "dst": dst})
        made.append(saving(_renamed(case.layers[-1]["src"][0], at), f"out_{at}"))
    return made


def _renamed(name: str, at: int) -> str:
    return "$small" if name == "$in" else f"{name}_{at}"
