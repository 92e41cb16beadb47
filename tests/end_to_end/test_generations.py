"""Both generations of the language through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dtl_engine.model.image import Image
from tests.fixtures.cli import run_cli
from tests.fixtures.small_graphs import layer, reading, saving

LAYERS = [reading(), layer("flip", "$in", "$out", axis="horizontal"), saving("$out")]


@pytest.mark.parametrize(
    ("document", "said", "turned"),
    [
        (LAYERS, "the original language: a bare list", np.s_[::-1]),
        (
            {"version": 1, "layers": LAYERS},
            "the original language: a document of version 1",
            np.s_[::-1],
        ),
        (
            {"version": 2, "layers": LAYERS},
            "the second generation of the language: a document of version 2",
            np.s_[:, ::-1],
        ),
    ],
)
def test_the_declared_version_decides(
    document: object, said: str, turned: tuple[slice, ...], mini: Path, tmp_path: Path
) -> None:
    graph = tmp_path / "graph.json"
    graph.write_text(json.dumps(document))
    checked = run_cli("check", graph, "--data", mini)
    assert f"read as {said}\n" in checked.out
    assert run_cli("run", graph, "--data", mini, "--out", tmp_path).code == 0
    before = Image.open(mini / "mini/ds1/img/one.png").pixels()
    after = Image.open(tmp_path / "out/ds1/img/one.png").pixels()
    assert (after == before[turned]).all()


def test_migrate_writes_what_runs_the_same(mini: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text(json.dumps(LAYERS))
    printed = run_cli("migrate", old, "--generation", "2")
    assert printed.code == 0
    assert json.loads(printed.out)["layers"][1]["settings"] == {"axis": "vertical"}
    new = tmp_path / "new.json"
    assert run_cli("migrate", old, "--generation", "2", "-o", new).out == ""
    assert new.read_text() == printed.out
    again = run_cli("migrate", old, "-o", new)
    assert (again.code, again.err) == (
        2,
        f"dtl: {new} exists; remove it first or choose another name\n",
    )
    assert run_cli("check", new, "--data", mini).code == 0


def test_nodes_tells_other_names_and_what_cannot_be_had() -> None:
    assert run_cli("nodes", "image_tag").out.startswith("tag (annotation), also written image_tag")
    refused = run_cli("nodes", "create_labeling_job")
    assert refused.code == 2
    assert "needs a labelling platform; save the samples" in refused.err
