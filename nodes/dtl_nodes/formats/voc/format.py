"""Pascal VOC among the formats."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, SchemaError, Source
from dtl_nodes.formats.base import Loss, Subsets, WritableFormat
from dtl_nodes.formats.voc.layout import find_layout
from dtl_nodes.formats.voc.lists import write_lists
from dtl_nodes.formats.voc.opening import open_voc
from dtl_nodes.formats.voc.palette import write_table
from dtl_nodes.formats.voc.writer import losses, write_sample


class VocFormat(WritableFormat):
    """Boxes in XML files, masks in pictures with a palette, splits in lists of names.

    Each list is a dataset. Of objects, the tags ``difficult``, ``truncated``, ``occluded`` and
    ``pose`` are kept, of images tags without value, as lists in ``ImageSets/Tags``.

    Source: Everingham et al., development kit of VOC2012.
    """

    name = "voc"
    title = "Pascal VOC"
    one_folder = True

    @staticmethod
    def detect(place: Path) -> str:
        """A folder of XML files whose root is ``annotation``, or of segmentation pictures."""
        try:
            layout = find_layout(place)
        except SchemaError:
            return "it holds several datasets of Pascal VOC"
        except OSError:
            return ""
        if layout is None:
            return ""
        if layout.annotations is None:
            return "it has segmentation pictures of Pascal VOC"
        return f"{'/'.join(layout.annotations) or 'it'} has XML files of Pascal VOC"

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Open the dataset."""
        return open_voc(place, project, subsets, settings)

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterable[Loss]:
        """Shapes of which only the pixels or the box are kept."""
        return losses(schema, settings)

    @staticmethod
    def start(schema: Schema, folder: Path, settings: Any) -> None:
        """Write the classes with their colours."""
        write_table(schema, folder)

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write image, XML file and pictures."""
        write_sample(sample, schema, place, settings)

    @staticmethod
    def finish(schema: Schema, folder: Path, settings: Any) -> None:
        """Write the lists."""
        write_lists(schema, folder, settings)
