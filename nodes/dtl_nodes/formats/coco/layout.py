"""Where things lie in a COCO dataset, and what its splits are called.

<dataset>/annotations/<task>_<split>.json   one JSON file for each split
<dataset>/images/<split>/<image>            or <dataset>/<split>/<image>
<dataset>/<split>/<any name>.json           or a JSON file next to its images
"""

from __future__ import annotations

ANNOTATIONS = "annotations"
IMAGES = "images"
JSON_SUFFIX = ".json"

TASKS = {
    "instances_": "instances",
    "person_keypoints_": "keypoints",
    "keypoints_": "keypoints",
    "panoptic_": "panoptic",
    "stuff_": "stuff",
    "captions_": "captions",
    "image_info_": "images",
}
"""What file names start with, and what is in such files."""

UNNAMED = ("_annotations.coco", "annotations", "coco", "labels", "_annotations", "result")
"""File names that say nothing about the split: the folder does."""


def task_of(stem: str) -> str:
    """Return what a file is about by its name without suffix; ``instances`` unless it says."""
    return next((task for start, task in TASKS.items() if stem.startswith(start)), "instances")


def split_of(stem: str, folder: str) -> str:
    """Return the name of the split in a JSON file.

    Args:
        stem: the name of the file without suffix.
        folder: the name of the folder of the file; ``""`` if it is the whole dataset's.
    """
    if stem in UNNAMED:
        return folder or stem.strip("_")
    start = next((start for start in TASKS if stem.startswith(start)), "")
    return stem.removeprefix(start) or stem


def written_annotations(split: str) -> str:
    """Return the name of the JSON file that is written for a split."""
    return f"instances_{split}{JSON_SUFFIX}"
