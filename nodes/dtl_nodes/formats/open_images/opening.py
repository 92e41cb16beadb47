"""Open a dataset of Open Images: go through its names and its tables once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Schema, SchemaError, TagSpec, TagValueType
from dtl_nodes.formats.found_labels import declare_labels
from dtl_nodes.formats.image_tree import ImageFolder, choose_datasets, dataset_names, image_folders
from dtl_nodes.formats.open_images.classes import EXTRA, ClassNames
from dtl_nodes.formats.open_images.index import (
    Chosen,
    Found,
    Indexer,
    MaskFiles,
    Scopes,
    index_names,
)
from dtl_nodes.formats.open_images.layout import (
    BOX_ID,
    FLAGS,
    PREDICTED_IOU,
    Role,
    Table,
    find_tables,
    is_mask_folder,
)
from dtl_nodes.formats.open_images.mask_places import MaskPlace, find_masks
from dtl_nodes.formats.open_images.objects import Rules
from dtl_nodes.formats.open_images.reader import Index, OpenedFolder, OpenImagesSource
from dtl_nodes.formats.open_images.tables import RowIndex

_GENERIC = ("images", "image", "data", "img")
"""Names of folders that are no part of the name of a dataset."""


def open_dataset(
    place: Path, project: str, subsets: tuple[str, ...], settings: Any
) -> OpenImagesSource:
    """Open the images, tables and masks below ``place`` for the datasets ``subsets``.

    Raises:
        SchemaError: E403, there is no table and no mask, or a table cannot be read; E404, there
            is no image.
    """
    if not place.is_dir():
        raise SchemaError("E403", f"'{project}' is no folder", at=(0,), value=project)
    folders = list(image_folders(place, skips=is_mask_folder))
    masks = find_masks(place)
    tables = tuple(find_tables(place))
    if not masks and all(each.role is Role.DESCRIPTIONS for each in tables):
        raise SchemaError(
            "E403",
            f"'{project}' is no Open Images dataset: looked for tables of boxes "
            "(ImageID, LabelName, XMin, ...) or masks (MaskPath, ...), and for a folder 'masks' or "
            "archives such as train-masks-0.zip",
            at=(0,),
            value=project,
        )
    names = ClassNames.read(tables)
    chosen = None if settings.classes is None else frozenset(settings.classes)
    index, found = _indexed(place, folders, masks, tables, names, chosen, settings)
    opened = _opened(folders, index, settings)
    what = "image with an object of these classes" if settings.skip_unannotated else "image"
    files = {name: each.files for name, each in opened.items()}
    datasets, notes = choose_datasets(files, project, subsets, what)
    rules = Rules(
        settings.threshold or 0,
        settings.boxes if settings.csv is not None else "none",
        settings.crop_to_box,
    )
    notes += (*found.notes, *_unknown(names))
    schema = _schema(found, names, chosen)
    kept = {each.name: opened[each.name] for each in datasets}
    return OpenImagesSource(place, schema, datasets, notes, kept, index, rules)


def _indexed(
    place: Path,
    folders: Sequence[ImageFolder],
    masks: Sequence[tuple[ImageFolder, MaskPlace]],
    tables: tuple[Table, ...],
    names: ClassNames,
    chosen: Chosen,
    settings: Any,
) -> tuple[Index, Found]:
    scopes = Scopes(folders)
    indexer = Indexer(tables, scopes, names, chosen)
    found = indexer.found
    mask_folders = [folder for folder, _ in masks]
    mask_names: tuple[str, ...] = ()
    mask_titles: tuple[str, ...] = ()
    goes_by_names = settings.csv is None or all(
        each.role not in (Role.MASKS, Role.BOXES) for each in tables
    )
    if goes_by_names:
        title_of = names.titles_by_part(settings.class_name)
        mask_names, mask_titles = index_names(found, mask_folders, scopes, title_of, chosen)
    else:
        indexer.masks(MaskFiles(mask_folders))
    if settings.csv is not None:
        indexer.boxes(settings.boxes)
        indexer.labels()
    tagged, tags = _by_image(found)
    index = Index(
        place,
        tables,
        names.titles,
        found.boxes.index(),
        found.masks.index(),
        tuple(where for _, where in masks),
        mask_names if goes_by_names else None,
        mask_titles,
        tagged,
        tags,
        tuple(found.image_tag_names),
    )
    return index, found


def _by_image(found: Found) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    images = np.array(found.labelled, np.int32)
    order = np.argsort(images, kind="stable")
    return images[order], np.array(found.image_tags, np.int32)[order]


def _opened(folders: Sequence[ImageFolder], index: Index, settings: Any) -> dict[str, OpenedFolder]:
    """Return the folders by the names of their datasets, with the numbers of their images."""
    parts = [tuple(p for p in each.parts if p.casefold() not in _GENERIC) for each in folders]
    annotated: NDArray[np.bool_] | None = None
    if settings.skip_unannotated:
        total = sum(len(each.files) for each in folders)
        annotated = _annotated(total, index.masks, index.boxes, settings.boxes)
    opened = {}
    first = 0
    for name, folder in zip(dataset_names(parts), folders, strict=True):
        numbers = np.arange(first, first + len(folder.files), dtype=np.int32)
        first += len(folder.files)
        files = folder.files
        if annotated is not None:
            kept = annotated[numbers]
            files = tuple(file for file, stays in zip(files, kept.tolist(), strict=True) if stays)
            numbers = numbers[kept]
        opened[name] = OpenedFolder(folder.parts, files, numbers)
    return opened


def _annotated(total: int, masks: RowIndex, boxes: RowIndex, mode: str) -> NDArray[np.bool_]:
    found = np.zeros(total, bool)
    found[masks.images] = True
    if mode != "none":
        found[boxes.images] = True
    return found


def _unknown(names: ClassNames) -> tuple[str, ...]:
    if not names.unknown:
        return ()
    first = next(iter(names.unknown))
    return (
        f"{len(names.unknown)} labels have no description, such as '{first[:80]}': "
        "they are classes of that name",
    )


def _schema(found: Found, names: ClassNames, chosen: Chosen) -> Schema:
    """Declare what was met; of classes asked for, those that are described too."""
    by_title = {title: label for label, title in names.titles.items()}
    order = [title for title in by_title if title in found.kinds or title in (chosen or ())]
    order += [title for title in found.kinds if title not in by_title]
    kinds = {title: found.kinds.get(title, set()) for title in order}
    extra = {title: {EXTRA: by_title[title]} for title in order if title in by_title}
    tags = [TagSpec(flag) for flag in FLAGS if flag in found.tags]
    if BOX_ID in found.tags:
        tags.append(TagSpec(BOX_ID, TagValueType.STRING))
    if PREDICTED_IOU in found.tags:
        tags.append(TagSpec(PREDICTED_IOU, TagValueType.NUMBER))
    taken = {tag.name for tag in tags}
    tags += [TagSpec(title) for title in found.image_tag_names if title not in taken]
    return Schema(declare_labels(kinds, extra=extra), tuple(tags))
