from __future__ import annotations

import subprocess
import sys

from dtl_engine.model import shapes
from dtl_engine.model.shapes import Keypoints, Mask, Point, Polygon, Polyline, Rectangle


def test_kinds_have_the_names_of_the_annotation_format() -> None:
    kinds = [shape.kind for shape in (Point, Rectangle, Polyline, Polygon, Mask, Keypoints)]
    assert kinds == ["point", "rectangle", "line", "polygon", "bitmap", "graph"]
    assert set(kinds) == set(shapes.ShapeKind)


def test_importing_the_shapes_is_cheap() -> None:
    code = (
        "import sys, dtl_engine.model.shapes;"
        "sys.exit(' '.join({'cv2', 'shapely'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stderr.strip() == ""
