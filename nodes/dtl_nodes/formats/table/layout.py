"""What tables look like: their files, and the names that their columns go by.

<folder>/annotations.csv
    path,split,width,height,label,x0,y0,x1,y1,tag:none:occluded,image_tag:any_number:stars
    train/a.jpg,train,640,480,lemon,12.5,20,60,71.25,true,4
    train/b.jpg,train,640,480,,,,,,,
<folder>/<split>/<image>

There is no standard: names are those that published tables use most.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

TABLE = "annotations"
TEXT_SUFFIXES = (".csv", ".tsv")
PARQUET = ".parquet"
SUFFIXES = (*TEXT_SUFFIXES, PARQUET)

COLUMNS = ("path", "split", "width", "height", "label", "x0", "y0", "x1", "y1")
"""What every table that ``export`` writes begins with; the numbers of its boxes are pixels."""

OBJECT_TAG, IMAGE_TAG = "tag", "image_tag"
"""First part of the names of columns of tags: ``tag:<type>:<name>``."""

SET = "true"
"""What stands in the column of a tag without a value."""

UNASSIGNED = "unassigned"
"""The dataset of images whose cell in the column of splits is empty."""

NO_LABEL = "object"
"""The label of boxes in tables without labels."""

Role = Literal[
    "path", "label", "split", "width", "height", "tags",
    "x0", "y0", "x1", "y1", "x", "y", "w", "h", "cx", "cy",
]  # fmt: skip
"""What a column says. ``x``, ``y`` are the first corner of a box of size ``w``, ``h``, and
``cx``, ``cy`` its middle; ``tags`` are names of tags of the image with ``;`` between them."""

NAMES: Mapping[Role, tuple[str, ...]] = MappingProxyType(
    {
        "path": (
            "path", "imagepath", "imgpath", "filepath", "filename", "image", "imagename",
            "imagefile", "img", "imgname", "file",
        ),
        "label": (
            "label", "labelname", "class", "classname", "category", "categoryname", "name",
            "title",
        ),
        "split": ("split", "dataset", "subset", "set", "fold", "partition"),
        "width": ("width", "imagewidth", "imgwidth"),
        "height": ("height", "imageheight", "imgheight"),
        "tags": ("tags", "imagetags"),
        "x0": ("x0", "xmin", "left", "xtl", "bboxx0", "bboxxmin"),
        "y0": ("y0", "ymin", "top", "ytl", "bboxy0", "bboxymin"),
        "x1": ("x1", "xmax", "right", "xbr", "bboxx1", "bboxxmax"),
        "y1": ("y1", "ymax", "bottom", "ybr", "bboxy1", "bboxymax"),
        "x": ("x", "bboxx", "boxx"),
        "y": ("y", "bboxy", "boxy"),
        "w": ("w", "bboxw", "bboxwidth", "boxw", "boxwidth"),
        "h": ("h", "bboxh", "bboxheight", "boxh", "boxheight"),
        "cx": ("cx", "xc", "xcenter", "xcentre", "centerx", "centrex"),
        "cy": ("cy", "yc", "ycenter", "ycentre", "centery", "centrey"),
    }
)  # fmt: skip
"""The names of the columns of each role, the likeliest first, without the spaces, ``_`` and ``-``
in them; case does not count."""

Corners = tuple[Role, Role, Role, Role]
BOXES: tuple[Corners, ...] = (
    ("x0", "y0", "x1", "y1"),
    ("cx", "cy", "w", "h"),
    ("x", "y", "w", "h"),
)
"""The forms of boxes; the first one whose columns are all there counts."""
