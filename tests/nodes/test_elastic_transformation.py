"""The ``elastic_transformation`` node."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.geometry import Size
from dtl_engine.model.schema import SchemaError
from dtl_engine.model.shapes import Keypoints, Mask, Node, Point, Polygon, Polyline, Rectangle
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.elastic_transformation import ElasticTransformation
from dtl_nodes.kernels.bending import elastic_maps
from dtl_nodes.kernels.noise import seeded
from tests.fixtures.nodes import infer, make, refuses, run, shapes_of, size_of, with_shapes

SIZE = Size(90, 70)
POLYGON = Polygon([(20, 15), (70, 12), (75, 50), (30, 60)])


def settings(
    alpha: Any = (40, 40), sigma: Any = (5, 5), **mapping: str
) -> dict[str, dict[str, Any]]:
    def span(pair: Any) -> dict[str, Any]:
        return {"min": pair[0], "max": pair[1]}

    return {"alpha": span(alpha), "sigma": span(sigma), "classes_mapping": mapping}


def test_size_stays_and_pixels_move() -> None:
    sample = make_sample(*SIZE)
    (result,) = run(ElasticTransformation, settings(), sample)
    assert size_of(result) == (SIZE, SIZE)
    assert (result.image.pixels() != sample.image.pixels()).any()


def test_no_strength_is_no_change() -> None:
    maps = elastic_maps(SIZE, 0, 5, seeded(1))
    assert (maps[0][0] == np.arange(SIZE.width)).all()
    assert (maps[1][:, 0] == np.arange(SIZE.height)).all()


@pytest.mark.parametrize("sigma", [0, 2, 50])
def test_displacement_is_within_alpha(sigma: float) -> None:
    map_x, map_y = elastic_maps(SIZE, 30, sigma, seeded(1))
    rows, columns = np.indices((SIZE.height, SIZE.width))
    assert np.abs(map_x - columns).max() <= 30.001
    assert np.abs(map_y - rows).max() <= 30.001


def test_all_shapes_move() -> None:
    hand = Keypoints((Node("a", 40.5, 30.5),))
    line = Polyline([(40.5, 30.5), (50, 30)])
    mask = Mask.tight(np.ones((20, 20), bool), 30, 20)
    assert mask is not None
    shapes = (Point(40.5, 30.5), hand, line, mask, POLYGON, Rectangle(20, 20, 60, 50))
    (result,) = run(ElasticTransformation, settings(), with_shapes(SIZE, *shapes))
    moved = shapes_of(result)
    assert [one.kind for one in moved] == [one.kind for one in shapes]
    assert all(one != other for one, other in zip(moved, shapes, strict=True))


def test_mapped_polygons_become_masks_and_bend_likewise() -> None:
    sample = with_shapes(SIZE, POLYGON)
    (plain,) = run(ElasticTransformation, settings(), sample)
    (converted,) = run(ElasticTransformation, settings(thing="mask"), sample)
    assert converted.instances[0].label == "mask"
    mask, polygon = converted.instances[0].shape, plain.instances[0].shape
    assert isinstance(mask, Mask)
    difference = (mask.paint(SIZE) != polygon.paint(SIZE)).sum()
    # Drawing includes the border: about half a pixel around.
    assert difference < 0.12 * mask.area
    assert (converted.image.pixels() == plain.image.pixels()).all()


def test_each_image_has_its_own_draw() -> None:
    samples = (make_sample(*SIZE, file=name) for name in ("a.png", "b.png"))
    one, other = (run(ElasticTransformation, settings(), sample)[0] for sample in samples)
    assert (one.image.pixels() != other.image.pixels()).any()


def test_ranges_are_drawn_from() -> None:
    from dtl_engine.node.draws import Draws

    node = make(ElasticTransformation, settings((10, 40), (4, 6)))
    sample = make_sample(3, 3)
    drawn = [node.draw(sample, Draws(seed, "n", sample)) for seed in range(50)]  # type: ignore[attr-defined]
    assert all(10 <= d.alpha <= 40 and 4 <= d.sigma <= 6 for d in drawn)
    assert max(d.alpha for d in drawn) > 35


def test_schema() -> None:
    schema = infer(ElasticTransformation, settings(patch="patch_mask"), sample_schema())
    label = schema.label("patch_mask")
    assert label is not None
    assert label.kind == "bitmap"
    with pytest.raises(SchemaError, match="no class 'patchs'") as error:
        infer(ElasticTransformation, settings(patchs="x"), sample_schema())
    assert error.value.help == "did you mean 'patch'?"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (settings((50, 40)), "min 50 is above max 40"),
        (settings((-1, 40)), "greater than or equal to 0"),
        (settings((0, 0)), "greater than or equal to 1"),
        (settings((0, 201)), "less than or equal to 200"),
        (settings(sigma=(0, 51)), "less than or equal to 50"),
    ],
)
def test_wrong_settings(wrong: dict[str, Any], words: str) -> None:
    refuses(ElasticTransformation, wrong, words)
