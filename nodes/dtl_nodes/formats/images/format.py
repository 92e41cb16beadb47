"""Plain folders of images among the formats."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, Source
from dtl_nodes.formats.base import Loss, Subsets, WritableFormat
from dtl_nodes.formats.image_tree import image_folders, is_image_name
from dtl_nodes.formats.images.annotations import looks_annotated
from dtl_nodes.formats.images.reader import open_images
from dtl_nodes.formats.losses import OBJECT_DROPPED, tell_image
from dtl_nodes.formats.pictures import image_name, write_image
from dtl_nodes.formats.split_tags import tags_to_write


class ImagesFormat(WritableFormat):
    """Pictures and nothing else; every folder is a dataset."""

    name = "images"
    title = "image folders"
    is_fallback = True

    @staticmethod
    def detect(place: Path) -> str:
        """An image, or a folder with images in it or in its folders, and nothing about them.

        What looks annotated is another format that is broken: it is named, or refused.
        """
        if place.is_file():
            return "it is an image" if is_image_name(place.name) else ""
        if not place.is_dir() or looks_annotated(place):
            return ""
        return "it holds images" if next(image_folders(place), None) else ""

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """List the images."""
        return open_images(place, project, subsets)

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterable[Loss]:
        """All objects."""
        for label in schema.labels:
            yield Loss(label.name, OBJECT_DROPPED)

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write the image."""
        write_image(sample.image, place.path(place.dataset, image_name(sample, place)))
        for instance in sample.instances:
            place.lose(instance.label, OBJECT_DROPPED)
        tell_image(sample, place.lose, tags_to_write(sample, place, settings))
