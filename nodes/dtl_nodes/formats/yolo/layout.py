"""Where things lie in a YOLO dataset.

<dataset>/data.yaml
<dataset>/images/<split>/<image>
<dataset>/labels/<split>/<name>.txt

Source: Ultralytics, https://docs.ultralytics.com/datasets; Darknet for ``obj.data``.
"""

from __future__ import annotations

from typing import Literal, get_args

DATA = "data.yaml"
IMAGES = "images"
LABELS = "labels"
TXT = ".txt"

Task = Literal["detect", "segment", "obb", "pose"]
TASKS: tuple[Task, ...] = get_args(Task)

RESERVED = frozenset(
    ("path", "names", "nc", "download", "kpt_shape", "kpt_names", "flip_idx", "channels", "task")
)
"""Keys of the YAML file that are no splits."""

SPLITS = ("train", "val", "test")

CONFIDENCE = "confidence"
"""The tag of rows that end with a confidence."""


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
