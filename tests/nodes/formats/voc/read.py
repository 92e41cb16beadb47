"""Reading small Pascal VOC datasets, for tests."""

from __future__ import annotations

from pathlib import Path

from dtl_engine.sdk import Sample
from tests.fixtures.datasets import open_dataset, read_all
from tests.nodes.formats.voc.drawn import object_of, write_voc


def reads(folder: Path, text: str, **options: object) -> Sample:
    """Read the only image of a dataset, with this XML file."""
    place = write_voc(folder / "set", {"a": text})
    (sample,) = read_all(open_dataset(place, "voc", **options))
    return sample


def boxes(sample: Sample) -> list[tuple[str, tuple[float, ...]]]:
    return [(each.label, tuple(each.shape.bbox)) for each in sample.instances]


BOX = (3, 3, 7, 6)
LEMON = object_of("lemon", BOX)
LISTS = {
    "Main/train": "a\nb\n",
    "Main/val": "c\n\n",
    "Main/trainval": "a\nb\nc\n",
    "Main/lemon_train": "a  1\nb -1\n",
    "Segmentation/train": "a\n",
}
