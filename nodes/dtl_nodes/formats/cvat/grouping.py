"""Which dataset the images of a file belong to: their subset, their task or their folder."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from dtl_nodes.formats.data_paths import file_name_of, free_name

Key = tuple[str, ...]
"""The parts of the name of a dataset."""


@dataclass(slots=True)
class Images:
    """The images of one dataset, in the order of the file: names, and where each one lies."""

    names: dict[str, None] = field(default_factory=dict)
    starts: array[int] = field(default_factory=lambda: array("Q"))
    ends: array[int] = field(default_factory=lambda: array("Q"))

    def name(self, file: str) -> str:
        """Add the name of an image, with a number if it is taken, and return it."""
        free = free_name(file, self.names)
        self.names[free] = None
        return free


def dataset_of(name: str, subset: str) -> tuple[Key, str]:
    """Return the key of an image's dataset, and its file name there.

    The dataset is the subset, else the folder; further folders are joined to the name by ``_``.
    """
    folders = [part for part in name.replace("\\", "/").split("/")[:-1] if part.strip(".")]
    file = file_name_of(name) or "unnamed"
    if not subset:
        return tuple(folders), file
    if folders and folders[0] == subset:
        folders = folders[1:]
    return (subset,), "_".join((*folders, file))


def by_dataset(
    found: Mapping[tuple[str, Key], Images], titles: Mapping[str, str], repeated: list[str]
) -> dict[Key, Images]:
    """Return the images of a file by their datasets.

    Those of a project have a task too. Its subsets are the datasets; if there is only one, as
    where nobody made any, its tasks are.

    Args:
        found: by the id of the task, empty for none, and the key of the subset or folder.
        titles: of the tasks by their ids.
        repeated: takes the names of images that are numbered, as another one has the name.
    """
    tasks = {task for task, _ in found}
    if len(tasks) < 2:
        return {key: images for (_, key), images in found.items()}
    if len({key for _, key in found}) == 1:
        shared = [titles.get(task, "") for task in tasks]
        return {
            _task_key(task, titles.get(task, ""), shared): images
            for (task, _), images in found.items()
        }
    merged: dict[Key, Images] = {}
    for (_, key), images in found.items():
        dataset = merged.setdefault(key, Images())
        repeated.extend(name for name in images.names if dataset.name(name) != name)
        dataset.starts.extend(images.starts)
        dataset.ends.extend(images.ends)
    return merged


def _task_key(task: str, title: str, titles: list[str]) -> Key:
    """Return the title of a task, with its id where another one has it too."""
    if not title:
        return (f"task_{task}",)
    return (title if titles.count(title) == 1 else f"{title}_{task}",)
