"""``report.html``: what the page of a training shows, while it goes on and at its end."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from dtl_nodes.models.training.page import PAGE
from dtl_nodes.models.training.panels import panel, thinned
from dtl_nodes.models.training.setting_rows import setting_rows
from tests.nodes.models.training.running import files_of, run_fit
from tests.nodes.models.training.tiny import (
    MEMBERS,
    Diverging,
    open_samples,
    tiny_settings,
    write_samples,
)

pytest.importorskip("torch")
pytest.importorskip("lightning_fabric")

LR_TO_GET_WORSE = 1.0


def settings(**changes: Any) -> Any:
    chosen = {"batch_size": {"train": 2, "val": 2}, "val_every": 0.5, "lr": LR_TO_GET_WORSE}
    return tiny_settings(**{**chosen, "epochs": 3, **changes})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training of which the best checkpoint is not the last one."""
    base = tmp_path_factory.mktemp("page")
    write_samples(base / "p")
    roots = {f"ds/{number}.png": f"photo{number % 3}" for number in range(len(MEMBERS))}
    run_fit(open_samples(base / "p", roots), base / "m", settings(name="boxes <1>"))
    return base / "m"


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / PAGE).read_text()


def test_it_needs_nothing_else(page: str) -> None:
    assert page.startswith("<!doctype html>")
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert "http" not in page
    assert "<h1>boxes &lt;1&gt;</h1>" in page


def test_the_headline_of_the_best_and_of_the_last(page: str, folder: Path) -> None:
    index = json.loads((folder / "checkpoints.json").read_text())
    entries = index["checkpoints"]
    best = next(each for each in entries if index["best"].endswith(each["subdir"]))
    assert best is not entries[-1]
    for entry, name in ((best, "best"), (entries[-1], "last")):
        value = entry["metrics"]["accuracy"]
        assert f"<li><b>{value:.4f}</b>accuracy, {name} checkpoint</li>" in page
    assert f"<b>{best['metrics']['loss']:.4f}</b>smallest validation loss" in page
    for shown in ("3 of 3</b>epochs", "6</b>samples to train on", "3</b>samples to validate on"):
        assert shown in page


def test_the_table_of_checkpoints_marks_the_best(page: str, folder: Path) -> None:
    index = json.loads((folder / "checkpoints.json").read_text())
    rows = re.findall(r"<tr><td class=\"(?:best|mark)\">(.*?)</td><td>(\d{8})</td>(.*?)</tr>", page)
    assert [number for _, number, _ in rows] == [each["subdir"] for each in index["checkpoints"]]
    assert {mark: number for mark, number, _ in rows if mark} == {
        name: index[name].removeprefix("checkpoints/") for name in ("best", "last")
    }
    for (_, _, cells), entry in zip(rows, index["checkpoints"], strict=True):
        assert f"{entry['metrics']['loss']:.4f}" in cells


def test_curves_of_every_metric(page: str) -> None:
    shown = re.findall(r'<svg class="panel".*?aria-label="(.*?)">(.*?)</svg>', page)
    assert [name for name, _ in shown] == ["loss", "accuracy"]
    for _, svg in shown:
        assert svg.count("<polyline") == 2
        assert svg.count('<circle class="val"') == 6
        assert svg.count('<circle class="best"') == 1


def test_samples_of_the_best_and_of_the_last(page: str, folder: Path) -> None:
    pictures = re.findall(
        r"<figcaption>(\w+) checkpoint, (\d+)</figcaption><img [^>]*,(.*?)\"", page
    )
    assert [name for name, _, _ in pictures] == ["best", "last"]
    for _, number, data in pictures:
        found = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
        sheet = cv2.imread(str(folder / f"samples/{number}.png"))
        assert found is not None
        assert sheet is not None
        assert np.abs(found.astype(int) - sheet).mean() < 5


def test_a_leak_the_device_the_classes_and_the_settings(page: str) -> None:
    assert '<p class="warning">train and val share 3 source images of 3' in page
    assert "<td>3 in train, 3 in val, 3 in both</td>" in page
    for name, value in (("device", "cpu"), ("precision", "32"), ("seed", "3"), ("network", "tiny")):
        assert f"<td>{name}</td><td>{value}</td>" in page
    assert '</span>box</td><td class="n">1</td>' in page
    assert "<td>batch_size.train</td><td>2</td>" in page
    assert "<td class=same>batch_size.train</td>" not in page
    assert "<td class=same>dataset_tags.train</td>" in page


def test_the_same_training_gives_the_same_bytes_and_goes_on_to_them(
    folder: Path, tmp_path: Path, page: str
) -> None:
    roots = {f"ds/{number}.png": f"photo{number % 3}" for number in range(len(MEMBERS))}
    data = open_samples(folder.parent / "p", roots)
    chosen = settings(name="boxes <1>")
    run_fit(data, tmp_path / "again", chosen, stop_after=20)
    under_way = (tmp_path / "again" / PAGE).read_text()
    assert re.search(r"<b>\d(\.\d+)? of 3</b>epochs", under_way)
    assert under_way != page
    run_fit(data, tmp_path / "again", chosen)
    assert files_of(tmp_path / "again")[PAGE] == page.encode()


def test_it_lists_the_checkpoints_that_stay(tmp_path: Path) -> None:
    chosen = settings(keep_checkpoints="best_and_last")
    run_fit(write_samples(tmp_path / "p"), tmp_path / "m", chosen)
    listed = set(re.findall(r"<td>(\d{8})</td>", (tmp_path / "m" / PAGE).read_text()))
    assert listed == {path.name for path in (tmp_path / "m/checkpoints").iterdir()}


def test_before_the_first_checkpoint(tmp_path: Path) -> None:
    from dtl_engine.sdk import ModelError

    class AtOnce(Diverging):
        after = 1

    with pytest.raises(ModelError, match="diverged"):
        run_fit(write_samples(tmp_path / "p"), tmp_path / "m", settings(), AtOnce)
    page = (tmp_path / "m" / PAGE).read_text()
    assert "None yet: the first validation writes one." in page
    assert "none in both" not in page
    assert "0 of 3</b>epochs" in page


def test_panels_of_odd_curves() -> None:
    for train, val in (
        ((), ()),
        (((0.5, 3.0),), ()),
        ((), ((1.0, 0.0),)),
        (((0.1, -2.0), (1.0, -2.0)), ((1.0, 1e-12),)),
        (((0.1, 1e30), (1.0, 1e30)), ((1.0, 1e-300),)),
    ):
        svg = panel("a & b", train, val, 1.0)
        assert "a &amp; b" in svg
        assert "nan" not in svg
        assert "inf" not in svg


def test_the_first_steps_do_not_flatten_the_rest() -> None:
    train = [(0.01, 1000.0), *((0.01 * at, 1.0 + at / 100) for at in range(2, 101))]
    assert ">1000<" not in panel("loss", train, [(1.0, 1.5)], None)
    assert ">1000<" in panel("loss", train[:3], [(1.0, 1.5)], None)


@pytest.mark.parametrize(("length", "left"), [(0, 0), (7, 7), (10, 10), (11, 6), (1000, 10)])
def test_thinning_keeps_the_last_point(length: int, left: int) -> None:
    points = [(float(at), 0.0) for at in range(length)]
    found = thinned(points, 10)
    assert len(found) in (left, left + 1)
    assert found[-1:] == points[-1:]


def test_settings_without_effect_are_left_out() -> None:
    from dtl_nodes.models.architectures.unet_settings import UNetSettings

    given = {"architecture": "unet", "momentum": 0.5, "input_size": {"width": 64}}
    rows = {
        key: (value, same)
        for key, value, same in setting_rows(UNetSettings.model_validate_json(json.dumps(given)))
    }
    assert "momentum" not in rows
    assert rows["input_size.width"] == ("64", False)
    assert rows["input_size.height"] == ("128", True)
    assert rows["encoder"] == ('"vgg16_bn"', True)
