"""Where things lie in a YOLO dataset, and the words for what it cannot hold.

<dataset>/data.yaml
<dataset>/images/<split>/<image>
<dataset>/labels/<split>/<name>.txt

Source: Ultralytics, https://docs.ultralytics.com/datasets; Darknet for ``obj.data``.
"""

from __future__ import annotations

from typing import Literal

DATA = "data.yaml"
IMAGES = "images"
LABELS = "labels"
TXT = ".txt"

Task = Literal["detect", "segment", "obb", "pose"]

RESERVED = frozenset(
    ("path", "names", "nc", "download", "kpt_shape", "kpt_names", "flip_idx", "channels", "task")
)
"""Keys of the YAML file that are no splits."""

SPLITS = ("train", "val", "test")

CONFIDENCE = "confidence"
"""The tag of rows that end with a confidence."""

ONLY_BOX = "outline, only its box kept"
HOLE = "hole"
PARTS_APART = "parts, written as objects of their own"
NO_AREA = "no area, dropped"
NO_NODE = "node that is not among 'keypoints', dropped"
REPEATED = "equal to another object, merged with it"
OBJECT_TAG = "object tag"
IMAGE_TAG = "image tag"
DESCRIPTION = "description"


def label_parts(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path of the label file of an image by that of the image.

    The last folder ``images`` on the way becomes ``labels``; without one, the file lies beside the
    image.
    """
    *folders, name = parts
    for at in range(len(folders) - 1, -1, -1):
        if folders[at] == IMAGES:
            folders[at] = LABELS
            break
    return (*folders, f"{name.rpartition('.')[0] or name}{TXT}")
