"""What is written of Pascal VOC, read by other means."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from dtl_engine.sdk import LabelSpec, Schema, TagSpec, TagValueType
from dtl_nodes.formats.voc.palette import PALETTE

TAGS = (
    TagSpec("difficult"),
    TagSpec("truncated"),
    TagSpec("occluded"),
    TagSpec("pose", TagValueType.STRING),
)
KINDS = Schema(
    tuple(
        LabelSpec(name, kind, "#112233")
        for name, kind in (
            ("box", "rectangle"),
            ("patch", "polygon"),
            ("path", "line"),
            ("dot", "point"),
            ("blob", "bitmap"),
            ("hand", "graph"),
        )
    ),
    TAGS,
)


def picture(folder: Path, kind: str, stem: str = "one") -> np.ndarray:
    with Pillow.open(folder / kind / f"{stem}.png") as found:
        assert found.mode == "P"
        assert found.getpalette() == [channel for color in PALETTE for channel in color]
        return np.asarray(found)
