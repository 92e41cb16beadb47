"""A few validation images that stay with a model, to check exports of it on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from dtl_engine.sdk import DataError, Image, Origin, Pixels, Source

IMAGES = "images"
MOST = 3


def keep_images(source: Source, tag: str, folder: Path) -> None:
    """Copy the first images of a training's validation set into its folder.

    Args:
        source: of the samples.
        tag: that of the set.
        folder: of the training.
    """
    (folder / IMAGES).mkdir(exist_ok=True)
    for number, origin in enumerate(islice(_tagged(source, tag), MOST)):
        source.read(origin).image.copy_to(folder / IMAGES / f"{number}{origin.suffix}")


def _tagged(source: Source, tag: str) -> Iterator[Origin]:
    for dataset in source.datasets:
        for origin in dataset.origins():
            try:
                sample = source.read(origin)
            except DataError:
                continue  # it counted as corrupted where it was trained on
            if any(each.name == tag for each in sample.tags):
                yield origin


def example_images(model: Path) -> list[Pixels]:
    """Return the images that stay with a model, (H, W, 3) uint8; none where there are none.

    Args:
        model: a training folder, or one of its checkpoints.
    """
    for folder in (model, *model.parents[:2]):
        if (folder / IMAGES).is_dir():
            return [Image.open(path).pixels() for path in sorted((folder / IMAGES).iterdir())]
    return []
