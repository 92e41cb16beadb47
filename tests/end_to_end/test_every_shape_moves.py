"""All six shapes through every layer that moves content, followed by the colours of the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fixtures.cli import run_cli
from tests.fixtures.photographs.runs import Case, Photo, Run, geometry, run_case, steps
from tests.fixtures.positions import check_objects
from tests.fixtures.projects import CLASSES, write_project

PICTURE = ("ds", "grid.png", 120, 90)


def _rotate(low: float, high: float, mode: str) -> dict[str, Any]:
    return {
        "rotate_angles": {"min_degrees": low, "max_degrees": high},
        "black_regions": {"mode": mode},
    }


def _size(width: int, height: int, *, keep: bool) -> dict[str, Any]:
    return {"width": width, "height": height, "aspect_ratio": {"keep": keep}}


def _perspective(*, keep: bool, fit: bool) -> dict[str, Any]:
    return {
        "scale": {"min": 0.05, "max": 0.15},
        "size_box": {"keep": keep, "fit": fit},
        "classes_mapping": {},
    }


def _studio(name: str, **params: object) -> dict[str, Any]:
    step = {"category": "geometric", "name": name, "params": params, "sometimes": None}
    return {"shuffle": False, "classes_to_convert": {}, "pipeline": [step]}


PART = {"min_percent": 40, "max_percent": 70}
SIDES = {"left": "20px", "top": "15%", "right": "9px"}
SHRINK = _size(50, 50, keep=True)

SETTINGS: dict[str, list[dict[str, Any]]] = {
    "flip": [{"axis": "vertical"}, {"axis": "horizontal"}],
    "crop": [{"sides": SIDES}, {"random_part": {"width": PART, "height": PART}}],
    "crop_annotation": [{"sides": SIDES}],
    "sliding_window": [
        {"window": {"width": 50, "height": 40}, "min_overlap": {"x": 7, "y": 0}},
    ],
    "instances_crop": [
        {
            "classes": [title, *others],
            "save_classes": [each for each in CLASSES if each not in (title, *others)],
            "pad": {"sides": {"left": "10px", "bottom": "20%"}},
        }
        for title, others in (("patch", ()), ("blob", ()), ("path", ("hand",)), ("box", ("dot",)))
    ],
    "resize": [_size(170, 60, keep=False), _size(200, 200, keep=True), _size(71, -1, keep=True)],
    "resize_annotation": [SHRINK],
    "restore_annotation_scale": [{}],
    "rotate": [
        _rotate(90, 90, "keep"),
        _rotate(-90, -90, "preserve_size"),
        *(_rotate(-170, 170, mode) for mode in ("keep", "crop", "preserve_size")),
    ],
    "elastic_transformation": [
        {
            "alpha": {"min": 100, "max": 150},
            "sigma": {"min": 8, "max": 10},
            "classes_mapping": {},
        }
    ],
    "perspective_transform": [
        _perspective(keep=keep, fit=fit) for keep in (False, True) for fit in (False, True)
    ],
    "augment": [
        {"transform": {"name": "Affine", "rotate": [-40, 40], "scale": [0.7, 1.3], "p": 1}},
        {"transform": {"name": "GridDistortion", "p": 1}},
        {"transform": {"name": "D4", "p": 1}},
    ],
    "imgaug_studio": [
        _studio("PiecewiseAffine", scale=[0.02, 0.03]),
        _studio("Rotate", rotate=[-30, 30], fit_output=True),
    ],
}
COPIES = {"crop": 4, "rotate": 3, "perspective_transform": 2, "augment": 3, "imgaug_studio": 2}
"""How often those that draw by chance are looked at."""

COMBINED = {
    "turned, cut and scaled": (
        ("rotate", _rotate(-40, 40, "crop")),
        ("crop", {"random_part": {"width": PART, "height": PART}}),
        ("resize", _size(150, 150, keep=True)),
    ),
    "scaled, turned and mirrored": (
        ("resize", _size(170, 100, keep=False)),
        ("rotate", _rotate(100, 130, "preserve_size")),
        ("flip", {"axis": "vertical"}),
    ),
    "seen from aside, bent and cut into windows": (
        ("perspective_transform", _perspective(keep=True, fit=True)),
        ("imgaug_studio", _studio("PiecewiseAffine", scale=[0.02, 0.03])),
        (
            "sliding_window",
            {"window": {"width": 70, "height": 60}, "min_overlap": {"x": 0, "y": 0}},
        ),
    ),
}


def _run(folder: Path, *layers: tuple[str, dict[str, Any]]) -> Run:
    dataset, *image = PICTURE
    write_project(folder / "data", datasets={dataset: [tuple(image)]})  # type: ignore[list-item]
    case = Case("", f"mini/{dataset}/{image[0]}", steps(*layers), lambda run: None)
    return run_case(case, folder / "data", folder)


def test_every_layer_that_moves_content_is_here() -> None:
    lines = [line.split() for line in run_cli("nodes").out.splitlines() if line.strip()]
    assert {words[0] for words in lines if words[1] == "geometry"} == SETTINGS.keys()


@pytest.mark.parametrize(
    ("action", "settings"),
    [(action, each) for action, settings in SETTINGS.items() for each in settings],
)
def test_shapes_follow_their_content(action: str, settings: dict[str, Any], tmp_path: Path) -> None:
    copies = {"multiply": COPIES.get(action, 1)}
    made = _run(tmp_path, ("multiply", copies), (action, settings))
    photos = made.photos()
    assert len(photos) >= copies["multiply"]
    for photo in photos:
        _check(action, made.source, photo)


def _check(action: str, source: Photo, photo: Photo) -> None:
    if action.endswith("annotation") or action.endswith("scale"):
        assert photo.path.read_bytes() == source.path.read_bytes()
        if action == "crop_annotation":
            _check_clipped(source, photo)
        else:
            assert list(map(geometry, photo.objects)) == list(map(geometry, source.objects))
        return
    if action == "instances_crop":
        assert set(photo.titles) <= CLASSES.keys()
    else:
        assert _in_order(photo.titles, list(CLASSES))
    wanted = source if action != "instances_crop" else _with_classes(source, photo)
    check_objects(wanted, photo, grown=action == "rotate")


def _check_clipped(source: Photo, photo: Photo) -> None:
    """Fail unless nothing is left outside of the window, and everything inside."""
    width, height = source.size
    inside = np.zeros((height, width), bool)
    inside[int(0.15 * height) :, 20 : width - 9] = True
    for title in ("box", "patch", "blob"):
        expected = source.mask(title) & inside
        assert (photo.mask(title) ^ expected).sum() <= 0.03 * expected.sum(), title
    for entry in photo.objects:
        if entry["geometryType"] in ("point", "line"):
            x, y = np.array(entry["points"]["exterior"], float).T
            assert x.min() >= 20 and x.max() <= width - 9 and y.min() >= int(0.15 * height)
    assert {"dot", "path", "hand"} <= set(photo.titles)


def _in_order(titles: list[str], order: list[str]) -> bool:
    places = [order.index(title) for title in titles]
    return places == sorted(places)


def _with_classes(source: Photo, photo: Photo) -> Photo:
    """Return the source with the objects of those classes alone that a picture has."""
    chosen = Photo(source.path)
    kept = [entry for entry in source.objects if entry["classTitle"] in photo.titles]
    chosen.annotation = {**source.annotation, "objects": kept}
    return chosen


@pytest.mark.parametrize("name", COMBINED)
def test_shapes_follow_their_content_through_several_layers(name: str, tmp_path: Path) -> None:
    made = _run(tmp_path, ("multiply", {"multiply": 4}), *COMBINED[name])
    assert len(made.photos()) >= 4
    for photo in made.photos():
        check_objects(made.source, photo, grown=True)
