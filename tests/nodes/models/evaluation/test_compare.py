"""Several evaluations in one table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dtl_engine.sdk import UsageError
from dtl_nodes.models.evaluation.compare import compared, read_reports, write_comparison
from tests.nodes.models.evaluation.drawn import block, picture, report, schema


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Return the reports of a good and a bad model."""
    made = {}
    for name, width in (("good", 4), ("<bad>", 2)):
        made[name] = tmp_path / name
        sample = picture(block("a", 0, 0, 4, 4), block("a_m", 0, 0, width, 4))
        report(made[name], [sample], schema("bitmap", "a", "a_m"))
    return made


def test_lines_and_the_best(folders: dict[str, Path]) -> None:
    figures = compared(read_reports(folders))
    lines = {line["measure"]: line for line in figures["measures"]}
    assert lines["miou.mean"]["values"] == {"good": 1, "<bad>": 0.5}
    assert lines["miou.mean"]["best"] == ["good"]
    assert lines["dice.dice: a"]["values"]["<bad>"] == pytest.approx(2 / 3)
    assert figures["warnings"] == []
    assert [model["headline"]["value"] for model in figures["models"]] == [1, 0.5]


def test_files(folders: dict[str, Path], tmp_path: Path) -> None:
    write_comparison(read_reports(folders), tmp_path, "Which one?")
    assert json.loads((tmp_path / "comparison.json").read_bytes())["measures"]
    rows = (tmp_path / "comparison.csv").read_text().splitlines()
    assert rows[:2] == ["measure,good,<bad>", "miou.mean,1.0,0.5"]
    page = (tmp_path / "comparison.html").read_text()
    assert "&lt;bad&gt;" in page
    assert "<bad>" not in page
    assert "<b>good</b>" in page


def test_unequal_data_and_missing_measures_are_told(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    samples = [picture(block("a", 0, 0, 4, 4), file=f"{at}.png") for at in range(2)]
    report(other, samples, schema("bitmap", "a", "a_m"), metrics=["miou"], iou=0.7)
    figures = compared(read_reports({**folders, "other": other / "report.json"}))
    lines = {line["measure"]: line for line in figures["measures"]}
    assert lines["dice.mean"]["values"]["other"] is None
    assert figures["warnings"] == [
        "the models were not judged by the same samples: good 1, <bad> 1, other 2",
        "the models were not judged by the same ground truth objects: good 1, <bad> 1, other 2",
        "the models were judged with different 'iou': good 0.5, <bad> 0.5, other 0.7",
    ]


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        read_reports({"x": tmp_path})
    (tmp_path / "report.json").write_text('{"facts": []}')
    with pytest.raises(UsageError, match="no report of 'evaluate'"):
        read_reports({"x": tmp_path})
