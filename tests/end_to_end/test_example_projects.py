"""The example projects that start from other formats, on the samples and on real data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco_masks
from pycocotools.coco import COCO

from tests.fixtures.cli import run_cli
from tests.fixtures.projects import decode_mask

SAMPLES = Path(__file__).resolve().parents[2] / "graphs" / "samples"


def run(name: str, data: Path, out: Path, *options: str) -> Path:
    ran = run_cli("run", name, "--data", data, "--out", out, *options)
    assert ran.code == 0, ran.err
    return out


def nails_of(place: Path) -> dict[str, list[np.ndarray]]:
    """Return the masks of the nails of each image, by its name without suffix."""
    found = {}
    for path in sorted(place.glob("Masks/*/*")):
        mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        assert mask is not None
        count, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 100).view(np.uint8))
        found[path.stem] = [
            labels == number
            for number in range(1, count)
            if (stats[number, 2] - 1) * (stats[number, 3] - 1) >= 20
        ]
    return found


def check_nails(place: Path, out: Path, images: int, nails: int) -> None:
    expected = nails_of(place)
    assert (len(expected), sum(map(len, expected.values()))) == (images, nails)
    ids = []
    for split in ("train", "val"):
        coco = COCO(out / "nails_coco" / "annotations" / f"instances_{split}.json")
        assert [category["name"] for category in coco.loadCats(coco.getCatIds())] == ["nail"]
        for image in coco.loadImgs(coco.getImgIds()):
            assert (out / "nails_coco" / "images" / split / image["file_name"]).is_file()
            told = coco.loadAnns(coco.getAnnIds(image["id"]))
            masks = [np.asarray(coco.annToMask(each), bool) for each in told]
            truth = expected.pop(Path(image["file_name"]).stem)
            assert {mask.tobytes() for mask in masks} == {mask.tobytes() for mask in truth}
            for each, mask in zip(told, masks, strict=True):
                assert each["area"] == mask.sum()
                runs = coco_masks.encode(np.asfortranarray(mask, np.uint8))
                assert each["bbox"] == coco_masks.toBbox(runs).tolist()
        numbers = sorted(each["id"] for each in coco.loadAnns(coco.getAnnIds()))
        assert numbers[0] == 1
        assert numbers == list(range(1, len(numbers) + 1))
        crops = list((out / "nails_crops" / split).iterdir())
        assert len(crops) == len(numbers)
        ids += numbers
    assert not expected, "images are in neither file"
    assert len(ids) == nails


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nails_of_the_samples(tmp_path: Path) -> None:
    check_nails(SAMPLES / "nails", run("nails", SAMPLES, tmp_path), 8, 27)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_real_nails(shared: Path, tmp_path: Path) -> None:
    data = shared / "data"
    out = run("nails", data, tmp_path, "--set", "source=nails", "--set", "share_of_val=0.3")
    check_nails(data / "nails", out, 10, 48)
    assert len(list((out / "nails_coco" / "images" / "val").iterdir())) == 3
    padded = [cv2.imread(str(path)).shape for path in out.glob("nails_crops/*/*")]  # type: ignore[union-attr]
    assert len(padded) == 48


@pytest.mark.parametrize(
    ("source", "label", "images", "objects"),
    [("pumpkins", "Pumpkin", 5, 9), ("pumpkins", "Lemon", 4, 5),
     ("open_images", "Umbrella", 1, 1), ("open_images", "Person", 3, 16)],
)  # fmt: skip
def test_pumpkins(
    source: str, label: str, images: int, objects: int, tmp_path: Path, request: Any
) -> None:
    data = SAMPLES if source == "pumpkins" else request.getfixturevalue("shared") / "data"
    run("pumpkins", data, tmp_path, "--set", f"source={source}", "--set", f"label={label}")
    project = tmp_path / "pumpkins_train"
    (declared,) = json.loads((project / "meta.json").read_bytes())["classes"]
    assert (declared["title"], declared["shape"]) == (label, "bitmap")
    annotations = {
        path.name.partition(".")[0]: json.loads(path.read_bytes())
        for path in project.glob("*/ann/*")
    }
    assert len(annotations) == images
    found = 0
    for id, annotation in annotations.items():
        for entry in annotation["objects"]:
            (box_id,) = (path.stem for path in (data / source / "masks").rglob(f"{id}_*.png")
                         if is_same(path, entry, annotation["size"]))  # fmt: skip
            assert box_id.startswith(id)
            found += 1
        (tag,) = annotation["tags"]
        split = {"train": "train", "val": "validation"}[tag["name"]]
        assert (data / source / "images" / split / f"{id}.jpg").is_file()
    assert found == objects


def is_same(path: Path, entry: dict[str, Any], size: dict[str, int]) -> bool:
    """Whether an object is the mask of a file, brought to the size of the image."""
    stored = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert stored is not None
    across = ((np.arange(size["width"]) + 0.5) * stored.shape[1] / size["width"]).astype(int)
    down = ((np.arange(size["height"]) + 0.5) * stored.shape[0] / size["height"]).astype(int)
    part = decode_mask(entry["bitmap"]["data"])
    left, top = entry["bitmap"]["origin"]
    painted = np.zeros((size["height"], size["width"]), bool)
    painted[top : top + part.shape[0], left : left + part.shape[1]] = part
    return bool(np.array_equal(painted, stored[np.ix_(down, across)] > 0))
