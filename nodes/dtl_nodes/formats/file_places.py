"""Where the files of a dataset are, for formats that know one file of annotations."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from dtl_nodes.formats.options import FormatOptions

RelativePath = Annotated[str, Field(min_length=1)]


class FilePlaces(FormatOptions):
    """Where ``data`` finds annotations and images."""

    formats: ClassVar[tuple[str, ...]] = ("coco", "cvat")

    annotations: RelativePath | None = None
    """The file with the annotations, or of COCO a folder of such files, relative to the folder that
    is read. Not given: it is looked for, of COCO in ``annotations``, beside the images and one
    level below, of CVAT in the folder and in those in it, each of which may have one."""

    images: RelativePath | None = None
    """The folder that the names of images count from, relative to the folder that is read. Not
    given: it is looked for; of COCO images that are not there are looked for everywhere."""
