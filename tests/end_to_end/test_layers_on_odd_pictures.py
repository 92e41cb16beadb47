"""Layers on pictures of every format, depth and orientation: what comes out is of that format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tests.fixtures.photographs.runs import Case, Run, run_case, steps
from tests.fixtures.projects import annotation, project_meta
from tests.fixtures.small_graphs import Json

SHAPES = ("dot", "box", "patch")
Colours = NDArray[np.int32]
"""(H, W, 3) RGB."""

FORMATS = {
    ".jpg": "JPEG", ".png": "PNG", ".bmp": "BMP", ".tiff": "TIFF", ".webp": "WEBP",
}  # fmt: skip
LOSSLESS = (".png", ".bmp", ".tiff")


def _upright(path: Path) -> Colours:
    """Return the colours of a file as people see it, read by Pillow alone."""
    with Image.open(path) as image:
        if image.mode == "I;16":
            return np.repeat(np.asarray(image, np.int32)[..., None] >> 8, 3, axis=2)
        shown: Any = ImageOps.exif_transpose(image)
        if shown.mode in ("LA", "RGBA"):
            shown = shown.convert("RGBA")  # Pillow would lay it on black.
            return np.asarray(shown, np.int32)[..., :3]
        return np.asarray(shown.convert("RGB"), np.int32)


def _format(path: Path) -> tuple[str | None, str]:
    with Image.open(path) as image:
        return image.format, image.mode


@pytest.fixture(scope="module")
def odd(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of pictures of all kinds that can be decoded."""
    folder = tmp_path_factory.mktemp("data")
    dataset = folder / "odd" / "ds"
    for part in ("img", "ann"):
        (dataset / part).mkdir(parents=True)
    meta = json.dumps(project_meta(SHAPES, tagged=False, legacy=False))
    (folder / "odd" / "meta.json").write_text(meta, encoding="utf-8")
    for kind in ("modes", "exif"):
        for path in sorted((shared / "data" / "images" / kind).iterdir()):
            # Names have to differ without their suffix.
            name = f"{path.stem}_{path.suffix[1:].lower()}{path.suffix}"
            (dataset / "img" / name).write_bytes(path.read_bytes())
            height, width = _upright(path).shape[:2]
            described = _annotation(width, height)
            (dataset / "ann" / f"{name}.json").write_text(json.dumps(described), encoding="utf-8")
    return folder


def _annotation(width: int, height: int) -> Json:
    if min(width, height) < 16:
        return {"size": {"width": width, "height": height}, "tags": [], "objects": []}
    return annotation(width, height, SHAPES, tagged=False, legacy=False)


def _run(odd: Path, folder: Path, action: str, settings: Json) -> Run:
    case = Case(action, "odd/ds/*", steps((action, settings)), lambda run: None)
    made = run_case(case, odd, folder)
    assert len(made.photos()) == len(list((odd / "odd" / "ds" / "img").iterdir())) > 20
    return made


HALF_TURN = {
    "rotate_angles": {"min_degrees": 180, "max_degrees": 180},
    "black_regions": {"mode": "keep"},
}
SAME_LIGHT = {"contrast": {"min": 1, "max": 1}, "brightness": {"min": 0, "max": 0}}


@pytest.mark.parametrize(
    ("action", "settings", "turn"),
    [
        ("rotate", HALF_TURN, (-1, -1)),
        ("flip", {"axis": "vertical"}, (1, -1)),
        ("contrast_brightness", SAME_LIGHT, (1, 1)),
    ],
)
def test_colours_stay_and_files_too(
    action: str, settings: Json, turn: tuple[int, int], odd: Path, tmp_path: Path
) -> None:
    run = _run(odd, tmp_path, action, settings)
    for photo in run.photos():
        source = odd / "odd" / "ds" / "img" / photo.path.name
        assert _format(photo.path)[0] == FORMATS[photo.path.suffix.lower()], photo.path.name
        made, given = _upright(photo.path), _upright(source)[:: turn[0], :: turn[1]]
        assert made.shape == given.shape, photo.path.name
        if photo.path.suffix in LOSSLESS:
            assert np.array_equal(made, given), photo.path.name
        else:
            assert np.abs(made - given).mean() < 4, photo.path.name
            assert np.abs((made - given).mean(axis=(0, 1))).max() < 1.5, "colours are not shifted"


def test_a_mirrored_picture_keeps_its_channels(odd: Path, tmp_path: Path) -> None:
    run = _run(odd, tmp_path, "flip", {"axis": "horizontal"})
    for photo in run.photos():
        given = _format(odd / "odd" / "ds" / "img" / photo.path.name)
        # JPEG data under the name of a PNG becomes one, and inks become colours.
        mode = {"CMYK": "RGB"}.get(given[1], given[1])
        assert _format(photo.path) == (FORMATS[photo.path.suffix.lower()], mode), photo.path.name


@pytest.mark.parametrize(
    ("action", "settings"),
    [
        ("resize", {"width": 40, "height": -1, "aspect_ratio": {"keep": True}}),
        ("blur", {"name": "gaussian", "sigma": {"min": 1, "max": 1}}),
        ("noise", {"mean": 0, "std": 1}),
    ],
)
def test_the_mean_colour_stays(action: str, settings: Json, odd: Path, tmp_path: Path) -> None:
    for photo in _run(odd, tmp_path, action, settings).photos():
        made = _upright(photo.path).mean(axis=(0, 1))
        given = _upright(odd / "odd" / "ds" / "img" / photo.path.name).mean(axis=(0, 1))
        assert np.abs(made - given).max() < 3, photo.path.name
        assert _format(photo.path)[0] == FORMATS[photo.path.suffix.lower()]
