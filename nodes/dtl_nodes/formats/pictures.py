"""The image of a sample among the files of an export."""

from __future__ import annotations

from pathlib import Path

from dtl_engine.sdk import Image, Place, Sample
from dtl_nodes.formats.image_tree import is_image_name


def image_name(sample: Sample, place: Place) -> str:
    """Return the file name that the image is written under: with the suffix that it came with."""
    suffix = sample.origin.suffix
    return f"{place.stem}{suffix if is_image_name(suffix) else sample.image.suffix}"


def write_image(image: Image, path: Path) -> None:
    """Write an image: the original bytes where nothing changed, else encoded as its suffix says.

    Raises:
        ImageError: it cannot be decoded or encoded.
    """
    if image.is_untouched and image.suffix == path.suffix.lower():
        image.copy_to(path)
    else:
        path.write_bytes(image.encode(path.suffix))
