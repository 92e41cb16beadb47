"""Where mask files lie: in folders, and in ZIP archives, which are read without unpacking them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, DataError, Image
from dtl_nodes.formats.data_paths import require_inside
from dtl_nodes.formats.image_tree import ImageFolder, image_folders, is_image_name
from dtl_nodes.formats.mask_picture import read_grey
from dtl_nodes.formats.open_images.layout import files_below, is_image_root, is_mask_folder
from dtl_nodes.formats.packed import Archive, open_archive

ARCHIVE = ".zip"
MAX_MASK_BYTES = 2**28


@dataclass(frozen=True, slots=True)
class MaskPlace:
    """A folder that holds masks, or an archive with the folder in it."""

    path: Path
    archive: Archive | None = None
    prefix: str = ""
    """Of names in the archive: empty, or the folder with a ``/`` behind it."""

    def read(self, root: Path, name: str) -> NDArray[np.uint8]:
        """Return the brightness of a mask, (H, W), 0 to 255.

        Args:
            root: of the dataset; no link leads out of it.
            name: of the file, without folders.

        Raises:
            AnnotationError: F606, it is not there; F602, it is damaged; F607, it is too large;
                F609, it is a link out.
            ImageError: F601 or F607, it cannot be decoded.
        """
        path = self.path / f"{self.prefix}{name}"
        try:
            return read_grey(self._image(root, path, f"{self.prefix}{name}"))
        except OSError as error:
            raise AnnotationError("F606", "the mask is missing", path=str(path)) from error
        except DataError as error:
            if self.archive is not None:
                error.path = str(path)
            raise

    def _image(self, root: Path, path: Path, name: str) -> Image:
        require_inside(root, self.path if self.archive is not None else path)
        if self.archive is not None:
            return Image.from_bytes(self.archive.read(name, MAX_MASK_BYTES), path.suffix)
        if not path.is_file():
            raise FileNotFoundError(name)
        return Image.open(path)


def find_masks(root: Path) -> list[tuple[ImageFolder, MaskPlace]]:
    """Return the places that hold masks and the names there, folders before archives.

    Raises:
        SchemaError: E403, an archive cannot be read, or has entries that lead out of it.
    """
    folders = [each for each in image_folders(root) if any(map(is_mask_folder, each.parts))]
    found = [(each, MaskPlace(root.joinpath(*each.parts))) for each in folders]
    for parts in files_below(root, ARCHIVE, is_image_root):
        if any(map(is_mask_folder, (*parts[:-1], Path(parts[-1]).stem))):
            found.extend(_packed(root.joinpath(*parts), parts))
    return found


def _packed(path: Path, parts: tuple[str, ...]) -> Iterator[tuple[ImageFolder, MaskPlace]]:
    archive = open_archive(path)
    names = (name.rpartition("/") for name in archive.names)
    pictures = sorted(
        (folder, name) for folder, _, name in names if name[0] != "." and is_image_name(name)
    )
    for folder, listed in groupby(pictures, key=lambda each: each[0]):
        inside = tuple(folder.split("/")) if folder else ()
        files = tuple(name for _, name in listed)
        prefix = f"{folder}/" if folder else ""
        yield ImageFolder((*parts, *inside), files), MaskPlace(path, archive, prefix)
