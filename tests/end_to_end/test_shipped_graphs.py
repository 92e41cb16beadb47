"""The shipped graphs, and the original ones, through the real command line."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.fixtures.cli import run_cli
from tests.fixtures.small_graphs import tree
from tests.fixtures.windows import FLIPS, Mask, Picture, Pixels, masks, mirrored

GRAPHS = Path(__file__).resolve().parents[2] / "graphs"
DOCUMENTS = {path.stem: json.loads(path.read_bytes()) for path in sorted(GRAPHS.glob("*.json"))}
PARTS = [name for name, document in DOCUMENTS.items() if "inputs" in document]
SHIPPED = [name for name in DOCUMENTS if name not in PARTS and not name.endswith("_model")]
"""Those that train models are in ``test_model_graphs.py``."""
ORIGINAL = {"lemon": "lemon_train", "vessels": "vessels_train"}
JPEG_ERROR = 3.0
"""Mean difference of grey levels that encoding at quality 95 may leave; measured: below 2."""


@pytest.mark.parametrize("name", SHIPPED)
def test_runs_from_anywhere_without_options(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    by_path = run_cli("run", GRAPHS / f"{name}.json", "--out", "by_path")
    assert by_path.code == 0, by_path.err
    # The recipes of the original documentation split after they multiply; ours do not.
    assert ("leakage" in by_path.err) is (name in ORIGINAL)
    by_name = run_cli("run", name, "--out", "by_name", "--quiet")
    assert (by_name.code, by_name.out) == (0, "")
    assert tree(tmp_path / "by_path") == tree(tmp_path / "by_name")
    said = re.search(
        rf"`{name}\.json`.*?(\d+) images altogether", (GRAPHS / "README.md").read_text()
    )
    assert said is not None, "the table of README.md does not tell how many images it writes"
    assert len(images_in(tmp_path / "by_name")) == int(said[1])


def images_in(out: Path) -> list[Path]:
    """Return the images of all outputs: of projects those in ``img``, of exports all."""
    exports = [path.parent for path in out.glob("*/.dtl-export")]
    exported = (path for folder in exports for path in folder.rglob("*"))
    pictures = [path for path in exported if path.suffix in (".jpg", ".png")]
    return pictures + list(out.glob("*/*/img/*"))


@pytest.mark.parametrize("name", PARTS)
def test_a_part_says_that_it_is_one(name: str, tmp_path: Path) -> None:
    ran = run_cli("run", name, "--out", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "E129 this document is a part: it has inputs" in ran.err
    assert any(f'"{name}.json"' in path.read_text() for path in GRAPHS.glob("*.json"))


@pytest.fixture(scope="module")
def outputs(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the original documents make of the reference data."""
    out = tmp_path_factory.mktemp("out")
    for name in ORIGINAL:
        ran = run_original(shared, name, out)
        assert ran.code == 0, ran.err
        assert "264 samples saved" in ran.out
    return out


def run_original(shared: Path, name: str, out: Path, *options: str) -> Any:
    graph = shared / "graphs" / f"{name}.json"
    return run_cli("run", graph, "--data", shared / "data", "--out", out, *options)


@pytest.mark.parametrize("name", ORIGINAL)
def test_original_graph_gives_44_samples_per_photograph(
    name: str, shared: Path, outputs: Path
) -> None:
    files = sorted((outputs / ORIGINAL[name] / "ds1" / "img").iterdir())
    assert len({path.stem for path in files}) == len(files) == 264
    sizes = {source.stem: read(source).shape[:2] for source in photographs(shared, name)}
    assert len(sizes) == 6
    whole: Counter[str] = Counter()
    crops: Counter[str] = Counter()
    for path in files:
        source = source_of(path, sizes)
        annotation = annotation_of(path)
        size = (annotation["size"]["height"], annotation["size"]["width"])
        (whole if size == sizes[source] else crops)[source] += 1
        if size != sizes[source]:
            for side, full in zip(size, sizes[source], strict=True):
                assert int(0.7 * full) <= side <= 0.9 * full
        assert [tag["name"] for tag in annotation["tags"]] in (["train"], ["val"])
    assert set(whole.values()) == {4}
    assert set(crops.values()) == {40}


@pytest.mark.parametrize("name", ORIGINAL)
def test_every_sample_is_a_window_of_the_mirrored_photograph(
    name: str, shared: Path, outputs: Path
) -> None:
    found: Counter[tuple[str, int | None, bool]] = Counter()
    produced = sorted((outputs / ORIGINAL[name] / "ds1" / "img").iterdir())
    sources = {path.stem: path for path in photographs(shared, name)}
    for stem, source in sources.items():
        picture = Picture(read(source))
        truth = {
            flip: [(t, mirrored(mask.astype(np.uint8), flip) > 0) for t, mask in given]
            for given in [masks(annotation_of(source))]
            for flip in FLIPS
        }
        for path in produced:
            if source_of(path, sources) != stem:
                continue
            pixels = read(path)
            place = picture.find(pixels)
            found[stem, place.flip, pixels.shape == picture.full[None].shape] += 1
            window = picture.full[place.flip][place.top :, place.left :]
            window = window[: pixels.shape[0], : pixels.shape[1]]
            assert cv2.absdiff(window, pixels).mean() < JPEG_ERROR, path
            check_masks(path, truth[place.flip], place.left, place.top)
    assert all(times == (1 if whole else 10) for (_, _, whole), times in found.items())
    assert len(found) == 6 * 4 * 2


def check_masks(path: Path, truth: list[tuple[str, Mask]], left: int, top: int) -> None:
    annotation = annotation_of(path)
    height, width = annotation["size"]["height"], annotation["size"]["width"]
    expected = []
    for title, mask in truth:
        part = mask[top : top + height, left : left + width]
        if part.any():
            expected.append((title, part))
    written = masks(annotation)
    assert [title for title, _ in written] == [title for title, _ in expected], path
    for (_, mask), (_, part) in zip(written, expected, strict=True):
        assert np.array_equal(mask, part), path


def test_the_background_lies_below_everything(outputs: Path) -> None:
    folder = outputs / ORIGINAL["vessels"] / "ds1" / "img"
    for path in folder.iterdir():
        annotation = annotation_of(path)
        first, *rest = annotation["objects"]
        assert (first["classTitle"], first["geometryType"]) == ("bg", "rectangle")
        assert all(entry["classTitle"] == "vessel" for entry in rest)
        corners = np.array(first["points"]["exterior"])
        size = annotation["size"]
        assert corners.min(axis=0).tolist() == [0, 0]
        # The file counts pixels: the far corner is the last one, or the edge behind it.
        assert np.abs(corners.max(axis=0) - [size["width"], size["height"]]).max() <= 1


@pytest.mark.parametrize("name", ORIGINAL)
def test_second_run_writes_the_same_bytes(
    name: str, shared: Path, outputs: Path, tmp_path: Path
) -> None:
    only = sorted(photographs(shared, name))[-1].name
    again = run_original(shared, name, tmp_path, "--workers", "1", "--only", f"{name}/ds1/{only}")
    assert again.code == 0, again.err
    first = tree(outputs / ORIGINAL[name])
    second = tree(tmp_path / ORIGINAL[name])
    assert len(second) == 2 * 44 + 1
    assert {file: first[file] for file in second} == second


def test_settings_and_seeds(tmp_path: Path) -> None:
    """``--set`` and ``--seed`` change what is written; a seed that was drawn can be given."""

    def run(name: str, *options: str) -> dict[str, bytes]:
        outcome = run_cli("run", "lemon", "--out", tmp_path / name, *options)
        assert outcome.code == 0, outcome.err
        words.append(outcome.err)
        return tree(tmp_path / name / "lemon_train")

    words: list[str] = []
    few = ["--only", "*/fruit_2.jpg", "--set", "$data2.multiply=2"]
    plain = run("plain", *few)
    assert len(plain) == 2 * 12 + 1
    assert run("seeded", *few, "--seed", "7") == plain
    assert run("other", *few, "--seed", "8") != plain
    drawn = run("drawn", *few, "--seed", "random")
    said = re.search(r"^seed (\d+)$", words[-1], re.MULTILINE)
    assert said is not None
    assert run("again", *few, "--seed", said[1]) == drawn
    all_train = run("all", *few, "--set", "$totrain.condition.probability=1")
    tags = [json.loads(data)["tags"] for path, data in all_train.items() if "/ann/" in path]
    names = [{tag["name"] for tag in each} for each in tags]
    assert all("train" in each and "val" not in each for each in names)


def photographs(shared: Path, project: str) -> list[Path]:
    return sorted((shared / "data" / project / "ds1" / "img").iterdir())


def source_of(path: Path, stems: Iterable[str]) -> str:
    """Return the photograph whose name ``path`` carries, perhaps with a number behind it."""
    return next(stem for stem in stems if re.fullmatch(rf"{re.escape(stem)}(_\d+)?", path.stem))


def annotation_of(image: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        (image.parents[1] / "ann" / f"{image.name}.json").read_bytes()
    )
    return content


def read(path: Path) -> Pixels:
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)
