"""Write what a YOLO dataset says of itself.

Source: Ultralytics, ``ultralytics/data/utils.py`` (``check_det_dataset``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dtl_engine.sdk import Schema, replacing
from dtl_nodes.formats.yolo.layout import DATA, IMAGES, RESERVED, SPLITS
from dtl_nodes.formats.yolo.nodes import flips_of, node_names


def write_config(schema: Schema, folder: Path, settings: Any) -> None:
    """Write ``data.yaml``: splits, classes and keypoints.

    ``path`` is left out: then paths count from the file, wherever it is moved. ``task`` is there
    where the number of columns does not tell it; Ultralytics has it on the command line.
    """
    import yaml

    content: dict[str, Any] = _splits(folder)
    content["names"] = dict(enumerate(schema.label_names))
    if settings.task == "obb":
        content["task"] = settings.task
    if settings.task == "pose":
        found = node_names(schema, settings.keypoints)
        names = tuple(next(iter(ids.values())) for ids in found)
        content["kpt_shape"] = [len(names), 3]
        if (flips := flips_of(schema, names)) is not None:
            content["flip_idx"] = flips
        content["kpt_names"] = {at: list(names) for at in range(len(schema.labels))}
    with replacing(folder / DATA) as path:
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=10**9)
        path.write_text(text, encoding="utf-8", newline="\n")


def _splits(folder: Path) -> dict[str, Any]:
    """Return the folders of the splits.

    ``validation`` and ``valid`` are what the trainer has the key ``val`` for. Other names are keys
    of their own, which Ultralytics passes over; where there are no others, all are for training.
    """
    images = folder / IMAGES
    found = sorted(path.name for path in images.iterdir()) if images.is_dir() else []
    held_out = next((name for name in ("val", "validation", "valid") if name in found), None)
    keys = {name: f"{name}_split" if name in RESERVED else name for name in found}
    if held_out is not None:
        keys[held_out] = "val"
    own = [name for key in SPLITS for name in found if keys[name] == key]
    content: dict[str, Any] = {"train": None, "val": None}
    if not own:
        paths = [f"{IMAGES}/{name}" for name in found]
        content["train"] = paths[0] if len(paths) == 1 else paths or None
        return content
    for name in (*own, *(name for name in found if name not in own)):
        content[keys[name]] = f"{IMAGES}/{name}"
    return content
