"""YOLO among the formats."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, SchemaError, Source
from dtl_nodes.formats.base import Loss, Subsets, WritableFormat
from dtl_nodes.formats.yolo.config_file import find_config, is_config
from dtl_nodes.formats.yolo.config_writer import write_config
from dtl_nodes.formats.yolo.opening import open_yolo
from dtl_nodes.formats.yolo.writer import check_nodes, losses, write_sample


class YoloFormat(WritableFormat):
    """A text file of rows for each image: boxes, polygons or poses, in shares of the image.

    ``data.yaml`` names the classes and the splits, which are the datasets. A pose is a graph and a
    rectangle, joined by the tag ``@label-group-id``.

    Source: Ultralytics, https://docs.ultralytics.com/datasets.
    """

    name = "yolo"
    title = "YOLO"

    @staticmethod
    def detect(place: Path) -> str:
        """A YAML file of classes and splits, Darknet's ``obj.data``, or ``classes.txt``."""
        try:
            if place.is_file():
                return "it names classes and images" if is_config(place) else ""
            found = find_config(place) if place.is_dir() else None
        except SchemaError:
            return "several files name classes and images"
        except OSError:
            return ""
        return f"{found.relative_to(place).as_posix()} names classes and images" if found else ""

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Open the dataset."""
        return open_yolo(place, project, subsets, settings)

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterable[Loss]:
        """Shapes that rows of the task do not hold."""
        return losses(schema, settings.task)

    @staticmethod
    def start(schema: Schema, folder: Path, settings: Any) -> None:
        """Make sure that the nodes of poses are known."""
        check_nodes(schema, settings)

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write image and rows."""
        write_sample(sample, schema, place, settings)

    @staticmethod
    def finish(schema: Schema, folder: Path, settings: Any) -> None:
        """Write ``data.yaml``."""
        write_config(schema, folder, settings)
