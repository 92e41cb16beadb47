"""Files of CVAT, drawn by code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture

from dtl_engine.sdk import Size
from tests.nodes.formats.exporting import SIZE, only_sample, open_dataset

LABELS = """<labels>
<label><name>a</name><color>#f5d327</color><attributes>
<attribute><name>ripe</name><mutable>False</mutable><input_type>select</input_type>
<default_value>no</default_value><values>no
yes</values></attribute>
<attribute><name>weight</name><input_type>number</input_type><values>0
100
1</values></attribute>
<attribute><name>hard</name><input_type>checkbox</input_type><default_value>true</default_value>
<values>true</values></attribute>
<attribute><name>note</name><input_type>text</input_type><values></values></attribute>
</attributes></label>
<label><name>kitchen</name><type>tag</type><attributes></attributes></label>
</labels>"""
MASK = np.array([[0, 1, 1, 0], [1, 1, 1, 1], [0, 1, 0, 1]], bool)


def document(*images: str, labels: str = LABELS, head: str = "") -> str:
    body = "\n".join(images)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}\n<annotations>\n<version>1.1</version>\n'
        f"<meta><task><name>t</name>{labels}</task></meta>\n{body}\n</annotations>\n"
    )


def image(*shapes: str, name: str = "one.png", size: Size = SIZE, **attributes: str) -> str:
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    inner = "\n".join(shapes)
    return (
        f'<image id="0" name="{name}" width="{size.width}" height="{size.height}"{more}>'
        f"{inner}</image>"
    )


def write(folder: Path, text: str, *names: str) -> Path:
    for name in names or ("one.png",):
        path = folder / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Picture.new("RGB", SIZE, (9, 9, 200)).save(path)
    (folder / "annotations.xml").write_text(text, encoding="utf-8")
    return folder


def shapes_of(folder: Path, **options: Any) -> list[Any]:
    return [each.shape for each in only_sample(open_dataset("cvat", folder, **options)).instances]
