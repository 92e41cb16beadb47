"""Where images and their masks lie.

Four arrangements are known::

    Images/1/a.jpg          Masks/1/a.png           two roots, with or without sub-folders
    train/images/a.jpg      train/masks/a.png       two roots in each of several folders
    img/a.jpg               ann/a.png               two roots, as in the original import
    a.jpg                   a_mask.png              side by side, in any sub-folders

Names of roots are compared without case.

Source: sections 9 and 10 of the data formats reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dtl_engine.sdk import IMAGE_SUFFIXES
from dtl_nodes.formats.image_tree import ImageFolder, folder_names, image_folders, is_image_name

IMAGE_ROOTS = ("images", "image", "imgs", "img")
MASK_ROOTS = ("masks", "mask", "ann")
MASK_ENDING = "_mask"
VALUES = "mask_values.json"
"""Beside the roots: class -> value, written by ``export``."""

_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Roots:
    """Images below one folder and their masks below another; names of masks may end in more.

    ``parts`` lead to the folder that holds both, and name it among the datasets.
    """

    parts: tuple[str, ...]
    images: tuple[str, ...]
    masks: tuple[str, ...]
    ending: str = ""


def find_roots(place: Path) -> list[Roots]:
    """Return where images and masks lie below ``place``, sorted; nothing where it is no such."""
    if not place.is_dir():
        return []
    if roots := _pair_of_roots(place, ()):
        return [roots]
    folders = folder_names(place)
    found = [roots for name in folders if (roots := _pair_of_roots(place, (name,)))]
    if found:
        return found
    for folder in islice(image_folders(place), _LOOKED_AT):
        if any(_is_side_by_side(name, folder) for name in islice(folder.files, _LOOKED_AT)):
            return [Roots((), (), (), MASK_ENDING)]
    return []


def has_pairs(place: Path, roots: Roots) -> bool:
    """Whether one of the first images has a mask: folders of other things have such names too."""
    if roots.ending:
        return True
    seen = 0
    for folder in image_folders(place.joinpath(*roots.parts, *roots.images)):
        masks = place.joinpath(*roots.parts, *roots.masks, *folder.parts)
        for name in islice(folder.files, _LOOKED_AT - seen):
            stem = name[: name.rfind(".")]
            if any((masks / f"{stem}{suffix}").is_file() for suffix in _suffixes()):
                return True
            seen += 1
        if seen >= _LOOKED_AT:
            break
    return False


def _pair_of_roots(place: Path, parts: tuple[str, ...]) -> Roots | None:
    by_fold = {name.casefold(): name for name in folder_names(place.joinpath(*parts))}
    images = next((by_fold[name] for name in IMAGE_ROOTS if name in by_fold), None)
    masks = next((by_fold[name] for name in MASK_ROOTS if name in by_fold), None)
    if images is None or masks is None:
        return None
    if not any(image_folders(place.joinpath(*parts, masks))):
        return None
    return Roots(parts, (images,), (masks,))


def _is_side_by_side(name: str, folder: ImageFolder) -> bool:
    stem = name[: name.rfind(".")]
    if not stem.endswith(MASK_ENDING):
        return False
    image = stem.removesuffix(MASK_ENDING)
    return any(f"{image}{suffix}" in folder.files for suffix in IMAGE_SUFFIXES)


def _suffixes() -> Iterator[str]:
    for suffix in IMAGE_SUFFIXES:
        yield suffix
        yield suffix.upper()


def is_mask_name(name: str, roots: Roots) -> bool:
    """Whether a file of that name, side by side with images, is a mask."""
    return is_image_name(name) and name[: name.rfind(".")].endswith(roots.ending)
