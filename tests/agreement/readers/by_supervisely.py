"""Read a project by the SDK of Supervisely: ``OUT FOLDER``."""

from __future__ import annotations

from typing import Any

import numpy as np
from report import Objects, box, mask, points, tell
from stand_ins import stand_in

stand_in(
    *("SimpleITK", "aiofiles", "anyio", "async_asgi_testclient", "bs4", "cacheout", "debugpy"),
    *("distinctipy", "dotenv", "fastapi", "ffmpeg", "git", "giturlparse", "h11", "httpcore"),
    *("httpx", "imutils", "jinja2", "jsonpatch", "jsonpointer", "jsonschema", "jwt", "magic"),
    *("markupsafe", "multidict", "nrrd", "numerize", "pandas", "patchdiff", "prettytable"),
    *("psutil", "pydantic", "pydicom", "pythonjsonlogger", "requests", "requests_toolbelt"),
    *("scipy", "sniffio", "starlette", "stringcase", "trimesh", "urllib3", "uvicorn", "varname"),
    *("websocket", "websockets", "zstd"),
)

import supervisely as sly


def read(folder: str) -> Objects:
    project = sly.Project(folder, sly.OpenMode.READ)
    found: Objects = {}
    for dataset in project.datasets:
        for name, _, path in dataset.items():
            annotation = sly.Annotation.load_json_file(path, project.meta)
            found[name.partition(".")[0]] = [
                [each.obj_class.name, *_values(each.geometry, annotation.img_size)]
                for each in annotation.labels
            ]
    return found


def _values(shape: Any, size: tuple[int, int]) -> list[Any]:
    """Return the numbers of a shape as they stand, which name pixels; of a bitmap, its pixels."""
    if isinstance(shape, sly.Rectangle):
        return box(shape.left, shape.top, shape.right, shape.bottom)
    if isinstance(shape, sly.Bitmap):
        pixels = np.zeros(size, bool)
        x, y = shape.origin.col, shape.origin.row
        rows, columns = shape.data.shape
        pixels[y : y + rows, x : x + columns] = shape.data
        return mask(pixels)
    if isinstance(shape, sly.Polygon):
        return [
            "rings",
            [points("", _pairs(ring))[1] for ring in (shape.exterior, *shape.interior)],
        ]
    if isinstance(shape, sly.Polyline):
        return points("polyline", _pairs(shape.exterior))
    if isinstance(shape, sly.Point):
        return points("points", [[shape.col, shape.row]])
    return points("points", [[at.location.col, at.location.row] for at in shape.nodes.values()])


def _pairs(ring: Any) -> list[list[float]]:
    return [[each.col, each.row] for each in ring]


tell(read)
