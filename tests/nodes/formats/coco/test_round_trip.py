"""COCO that was written and is read again, by one worker or several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dtl_engine.sdk import Instance, Polygon, Rectangle, Sample, Size, Tag
from tests.nodes.formats.coco.drawn import content_of, draw, image, thing, write_coco
from tests.nodes.formats.coco.written import SCHEMA, back, lemon, mask_of, written
from tests.nodes.formats.exporting import (
    SHAPES,
    SIZE,
    convert,
    export,
    files_of,
    open_dataset,
    read_all,
    sample_with,
)

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Of pycocotools with NumPy 2."""
_tags = st.lists(
    st.sampled_from(
        [
            Tag("count", 3),
            Tag("count", 2.5),
            Tag("kind", "a\n\u00e9"),
            Tag("ripe"),
            Tag("confidence", 1),
        ]
    ),
    max_size=3,
    unique_by=lambda tag: tag.name,
).map(lambda tags: tuple(sorted(tags, key=lambda tag: tag.name)))
_areas = st.one_of(SHAPES["box"], SHAPES["patch"], SHAPES["blob"])
_lemons = st.builds(Instance, st.just("lemon"), _areas, _tags)


def _kept(instances: Sequence[Instance]) -> list[Instance]:
    return [each for each in instances if each.shape.kind != "rectangle" or each.shape.area]


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(found=st.lists(_lemons, max_size=6))
def test_samples_come_back(tmp_path_factory: pytest.TempPathFactory, found: list[Instance]) -> None:
    folder = tmp_path_factory.mktemp("coco")
    tools = pytest.importorskip("pycocotools.mask")
    content = written(folder, *found)
    read = back(folder)
    kept = _kept(found)
    assert [(each.label, each.shape) for each in read] == [("lemon", each.shape) for each in kept]
    assert [sorted(map(repr, each.tags)) for each in read] == [
        sorted(map(repr, each.tags)) for each in kept
    ]
    # Read, written and read again, whether plain polygons were asked for or not.
    (sample,) = read_all(open_dataset("coco", folder)).values()
    schema = open_dataset("coco", folder).schema
    for name, touched in (("untouched", False), ("touched", True)):
        again = folder / name
        copy: Sample = sample.replace(instances=sample.instances) if touched else sample
        export("coco", [copy], schema, again)
        assert back(again) == read
        other = content_of(again)["annotations"]
        for one, two in zip(content["annotations"], other, strict=True):
            assert one["bbox"] == two["bbox"]
            assert one["area"] == pytest.approx(two["area"], abs=1e-5)
    for each, instance in zip(content["annotations"], kept, strict=True):
        segmentation = each["segmentation"]
        if isinstance(segmentation, dict):
            assert (tools.decode(segmentation).astype(bool) == instance.shape.paint(SIZE)).all()
            assert each["area"] == instance.shape.area


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_workers_change_nothing(runner: str, tmp_path: Path) -> None:
    samples = [
        sample_with(
            [lemon(Rectangle(n, 1, n + 2, 5)), lemon(Polygon([(n, 2), (n + 5, 3), (n, 9)]))],
            file=f"{n}.png",
        )
        for n in range(6)
    ]
    export("coco", samples, SCHEMA, tmp_path / "data/set")
    made = [
        files_of(
            convert(
                tmp_path / "data",
                "set",
                tmp_path / f"{workers}",
                {"format": "coco"},
                "--runner",
                runner,
                "--workers",
                workers,
            )
        )
        for workers in ("1", "2")
    ]
    assert made[0] == made[1]
    assert set(made[0]) == {
        ".dtl-export",
        "annotations/instances_ds.json",
        *(f"images/ds/{n}.png" for n in range(6)),
    }
    # The fields of objects come in another order where text is passed on.
    assert content_of(tmp_path / "data/set", "ds") == content_of(tmp_path / "1/out/made", "ds")


def test_sizes_of_odd_images(tmp_path: Path) -> None:
    size = Size(1, 1)
    whole = sample_with([lemon(mask_of(np.ones((1, 1), bool)))], size=size, dataset="train")
    export("coco", [whole], SCHEMA, tmp_path)
    (found,) = content_of(tmp_path)["annotations"]
    assert found["segmentation"] == {"size": [1, 1], "counts": "01"}
    assert back(tmp_path) == whole.instances


def test_what_nobody_touched_is_passed_on_as_it_is(tmp_path: Path) -> None:
    """Rings stay rings; once somebody looks at them they are the bitmap that they are read as."""
    rings = [[1, 1, 9.5, 1, 9.5, 5], [12, 8, 20, 8, 20, 16.25, 12, 16]]
    folder = write_coco(
        tmp_path / "data",
        [thing(segmentation=rings, area=1, bbox=[0, 0, 1, 1])],
        images=[image(size=SIZE)],
        draws=False,
    )
    draw(folder / "images/train/a.png", SIZE)
    source = open_dataset("coco", folder)
    (sample,) = read_all(source).values()
    seen = sample.replace(instances=sample.instances)
    export("coco", [sample], source.schema, tmp_path / "1")
    export("coco", [seen], source.schema, tmp_path / "2")
    (untouched,) = content_of(tmp_path / "1")["annotations"]
    (touched,) = content_of(tmp_path / "2")["annotations"]
    assert untouched["segmentation"] == rings
    assert (untouched["area"], untouched["bbox"]) == (17 + 65, [1, 1, 19, 15.25])
    assert isinstance(touched["segmentation"], dict)
    assert back(tmp_path / "1") == back(tmp_path / "2") == sample.instances
