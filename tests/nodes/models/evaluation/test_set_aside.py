"""A broken annotation sets its image aside, as anywhere else, and the report lists it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.broken_runs import READ, Bench, make_bench

EVALUATE = {
    "action": "evaluate",
    "src": {"samples": ["$in"], "ground_truth": ["$in"]},
    "dst": "$judged",
    "settings": {"classes_mapping": {"blob": "blob"}, "metrics": ["miou"]},
}
SAVE = {"action": "supervisely", "src": ["$in"], "dst": "result", "settings": {}}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    made = make_bench(tmp_path)
    layers = {"version": 1, "layers": [READ, EVALUATE, SAVE]}
    made.graph("judge").write_text(json.dumps(layers), encoding="utf-8")
    return made


def cut_off(annotation: dict[str, Any]) -> None:
    """Leave the head of a mask's PNG, which is all that reading looks at."""
    (blob,) = (each for each in annotation["objects"] if each["classTitle"] == "blob")
    blob["bitmap"]["data"] = blob["bitmap"]["data"][:-8]


@pytest.mark.parametrize("runner", ["serial", "threads", "processes"])
def test_an_image_with_a_broken_mask_is_set_aside_and_listed(runner: str, bench: Bench) -> None:
    bench.edit(cut_off)
    outcome = bench.run("judge", "--runner", runner, "--workers", 2 if runner != "serial" else 1)
    assert outcome.code == 3, outcome.err
    assert bench.saved() == ["a.png", "z.png"]
    record = bench.record("judge")
    assert (record["node"], record["action"], record["code"]) == ("judged", "evaluate", "F604")
    assert f"F604 {record['message']}" in outcome.err
    assert "1 images set aside, with reasons" in outcome.out
    report = json.loads((bench.out / "judged" / "report.json").read_bytes())
    assert (report["samples"], report["skipped"]) == (2, 1)
    assert report["skipped_samples"] == [{"sample": record["sample"], "reason": record["message"]}]
    assert "m.png" in (bench.out / "judged" / "report.html").read_text(encoding="utf-8")


def test_sound_images_alone_end_well(bench: Bench) -> None:
    outcome = bench.run("judge")
    assert outcome.code == 0, outcome.err
    report = json.loads((bench.out / "judged" / "report.json").read_bytes())
    assert (report["samples"], report["skipped"]) == (3, 0)
