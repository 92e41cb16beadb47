"""Small Pascal VOC datasets, drawn by code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from tests.fixtures.datasets import write_picture

Box = tuple[object, object, object, object]


def xml_of(*objects: str, width: object = 80, height: object = 60, file: str = "a.png") -> str:
    """Return an XML file with these objects."""
    return (
        f"<annotation><filename>{file}</filename><size><width>{width}</width>"
        f"<height>{height}</height><depth>3</depth></size>{''.join(objects)}</annotation>"
    )


def object_of(name: str, box: Box, more: str = "") -> str:
    """Return an object with a box, xmin first."""
    edges = "".join(
        f"<{key}>{value}</{key}>"
        for key, value in zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True)
    )
    return f"<object><name>{name}</name><bndbox>{edges}</bndbox>{more}</object>"


def write_voc(
    root: Path, annotations: dict[str, str], *, lists: dict[str, str] | None = None
) -> Path:
    """Write images of 80 x 60 with these XML files by stem, and these lists by path."""
    for stem, text in annotations.items():
        write_picture(root / "JPEGImages" / f"{stem}.png", np.zeros((60, 80, 3), np.uint8))
        path = root / "Annotations" / f"{stem}.xml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, text in (lists or {}).items():
        path = root / "ImageSets" / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def write_values(path: Path, values: np.ndarray, *, mode: str = "P") -> None:
    """Write a picture of values: with the palette of the format, gray, or as colours."""
    from dtl_nodes.formats.voc.palette import PALETTE

    path.parent.mkdir(exist_ok=True)
    if mode == "RGB":
        Pillow.fromarray(np.array(PALETTE, np.uint8)[values]).save(path)
        return
    picture = Pillow.fromarray(values.astype(np.uint8))
    if mode == "P":
        picture.putpalette([channel for color in PALETTE for channel in color])
    picture.save(path)
