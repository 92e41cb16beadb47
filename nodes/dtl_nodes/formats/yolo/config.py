"""What a YOLO dataset says of itself: in ``data.yaml``, in Darknet's ``obj.data``, or barely.

Source: Ultralytics, ``ultralytics/data/utils.py`` (``check_det_dataset``); Darknet.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dtl_nodes.formats.yolo.config_file import parsed, refused, text_of
from dtl_nodes.formats.yolo.layout import IMAGES, RESERVED, TASKS, Task

MOST_NODES = 1000
_DATA_LINE = re.compile(r"^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Config:
    """What a dataset says of itself.

    ``folder`` is where its paths count from, as parts from the root; ``splits`` tells them by the
    names of the splits. ``dimensions`` are the 2 or 3 numbers of each of ``nodes``, 0 without
    keypoints; ``flips`` says which node each one is in a mirrored picture. In
    ``is_darknet`` labels lie beside the paths of the images. ``task`` is what rows are, where it is
    told.
    """

    names: tuple[str, ...]
    splits: Mapping[str, tuple[str, ...]]
    folder: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    dimensions: int = 0
    flips: tuple[int, ...] = ()
    is_darknet: bool = False
    task: Task | None = None
    notes: tuple[str, ...] = field(default=())


def read_config(root: Path, path: Path) -> Config:
    """Read the file that ``find_config`` found.

    Raises:
        SchemaError: E403, it is malformed or contradicts itself.
    """
    text = text_of(path)
    if path.suffix == ".data":
        return _darknet(root, path, text)
    if path.suffix == ".txt":
        names = tuple(line.strip() for line in text.splitlines() if line.strip())
        return Config(_distinct(path, names), _folders_of(root))
    return _ultralytics(root, path, parsed(path, text))


def _ultralytics(root: Path, path: Path, value: Any) -> Config:
    if not isinstance(value, dict):
        raise refused(path, "it is no mapping")
    names = _names(path, value)
    nodes, dimensions = _keypoints(path, value)
    notes: list[str] = []
    folder = _base(root, path, value.get("path"), notes)
    return Config(
        _distinct(path, names),
        _splits(root, path, value),
        folder,
        nodes,
        dimensions,
        _flips(path, value.get("flip_idx"), len(nodes)),
        task=next((task for task in TASKS if task == value.get("task")), None),
        notes=tuple(notes),
    )


def _names(path: Path, value: dict[Any, Any]) -> tuple[str, ...]:
    """Return the classes by their numbers."""
    names, count = value.get("names"), value.get("nc")
    if count is not None and (type(count) is not int or count < 0):
        raise refused(path, "'nc' is no number of classes")
    if names is None:
        if count is None:
            raise refused(path, "it has neither 'names' nor 'nc'")
        return tuple(f"class_{number}" for number in range(min(count, 1_000_000)))
    if isinstance(names, dict):
        try:
            by_number = {int(key): name for key, name in names.items()}
        except (TypeError, ValueError) as error:
            raise refused(path, "a key of 'names' is no number") from error
        if sorted(by_number) != list(range(len(names))):
            raise refused(path, f"the keys of 'names' are not 0 to {len(names) - 1}")
        names = [by_number[number] for number in range(len(names))]
    if not isinstance(names, list) or not all(
        isinstance(name, str | int | float) for name in names
    ):
        raise refused(path, "'names' is neither a list nor a mapping of names")
    if count is not None and count != len(names):
        raise refused(path, f"'nc' says {count} classes, 'names' has {len(names)}")
    return tuple(str(name) for name in names)


def _distinct(path: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    seen: set[str] = set()
    for name in names:
        if not name.strip():
            raise refused(path, "a class has no name")
        if name in seen:
            raise refused(path, f"class '{name}' is named twice")
        seen.add(name)
    return names


def _keypoints(path: Path, value: dict[Any, Any]) -> tuple[tuple[str, ...], int]:
    shape = value.get("kpt_shape")
    if shape is None:
        return (), 0
    if not isinstance(shape, list) or len(shape) != 2 or {type(part) for part in shape} != {int}:
        raise refused(path, "'kpt_shape' is no pair of numbers")
    count, dimensions = shape
    if not 1 <= count <= MOST_NODES or dimensions not in (2, 3):
        raise refused(path, f"'kpt_shape' is {shape}, not [number of nodes, 2 or 3]")
    told = value.get("kpt_names")
    lists = list(told.values()) if isinstance(told, dict) else [told]
    for names in lists:
        if isinstance(names, list) and len(set(map(str, names))) == len(names) == count:
            return tuple(map(str, names)), dimensions
    return tuple(map(str, range(count))), dimensions


def _flips(path: Path, value: Any, count: int) -> tuple[int, ...]:
    if value is None or not count:
        return ()
    if not isinstance(value, list) or sorted(map(str, value)) != sorted(map(str, range(count))):
        raise refused(path, f"'flip_idx' does not say for each of {count} nodes which one it is")
    return tuple(map(int, value))


def _splits(root: Path, path: Path, value: dict[Any, Any]) -> Mapping[str, tuple[str, ...]]:
    """Return the paths of the splits: train, val and test, and folders under other keys."""
    found: dict[str, tuple[str, ...]] = {}
    for key, told in value.items():
        name = {"validation": "val", "valid": "val"}.get(str(key), str(key))
        paths = told if isinstance(told, list) else [told]
        is_paths = bool(paths) and all(isinstance(each, str) and each for each in paths)
        if key in RESERVED or told is None or told == []:
            continue
        is_split = is_paths and all(each.startswith(f"{IMAGES}/") for each in paths)
        if key in ("train", "val", "test", "validation", "valid", "minival"):
            if not is_paths:
                raise refused(path, f"'{key}' is neither a path nor a list of paths")
        elif not is_split or not name.isprintable() or any(mark in name for mark in "/\\:"):
            continue
        found[name] = (*found.get(name, ()), *paths)
    if not found:
        raise refused(path, "it names no images: 'train', 'val' or 'test' would")
    return found


def _base(root: Path, path: Path, told: Any, notes: list[str]) -> tuple[str, ...]:
    """Return the folder that ``path`` of the file tells, or that of the file where it is elsewhere.

    Files move, and the folder that they were made in is told as often as not.
    """
    own = path.parent.relative_to(root).parts
    if told is None or told in (".", "./", ""):
        return own
    if not isinstance(told, str):
        raise refused(path, "'path' is no text")
    plain = [part for part in told.replace("\\", "/").split("/") if part not in ("", ".")]
    is_inside = not told.startswith(("/", "\\")) and ".." not in plain and ":" not in told
    if is_inside and (found := root.joinpath(*own, *plain)).is_dir() and not found.is_symlink():
        return (*own, *plain)
    notes.append(f"{path.name}: 'path' is not in the dataset; paths count from {path.name}")
    return own


def _darknet(root: Path, path: Path, text: str) -> Config:
    members = dict(_DATA_LINE.findall(text))
    names_file = path.parent / members.get("names", "").replace("\\", "/").rpartition("/")[2]
    if not names_file.is_file():
        raise refused(path, "the file of its 'names' is not beside it")
    names = tuple(line.strip() for line in text_of(names_file).splitlines() if line.strip())
    if members.get("classes", "") not in ("", str(len(names))):
        raise refused(path, f"'classes' says {members['classes']}, there are {len(names)} names")
    found = {
        {"valid": "val"}.get(key, key): (members[key],)
        for key in ("train", "valid", "test")
        if members.get(key)
    }
    if not found:
        raise refused(path, "it names no list of images: 'train' would")
    folder = path.parent.relative_to(root).parts
    return Config(_distinct(names_file, names), found, folder, is_darknet=True)


def _folders_of(root: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the splits of a dataset that says none: the folders in ``images``, or itself."""
    images = root / IMAGES
    if not images.is_dir():
        return {"all": (".",)}
    with os.scandir(images) as entries:
        folders = sorted(each.name for each in entries if each.is_dir(follow_symlinks=False))
    if not folders:
        return {"all": (IMAGES,)}
    return {name: (f"{IMAGES}/{name}",) for name in folders}
