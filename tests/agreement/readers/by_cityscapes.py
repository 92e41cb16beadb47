"""Read polygons by the scripts of Cityscapes, and paint them as they do: ``OUT FOLDER``.

An image has its polygons; ``<image>/instances`` has a mask for each value that the scripts paint.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from report import Objects, mask, points, tell
from stand_ins import stand_in

stand_in("pyquaternion")

from cityscapesscripts.helpers.annotation import Annotation
from cityscapesscripts.preparation.json2instanceImg import createInstanceImage


def read(folder: str) -> Objects:
    found: Objects = {}
    for path in sorted(Path(folder).rglob("*_gtFine_polygons.json")):
        name = path.name.removesuffix("_gtFine_polygons.json")
        annotation = Annotation()
        annotation.fromJsonFile(str(path))
        found[name] = [
            [each.label, *points("polygon", each.polygon)] for each in annotation.objects
        ]
        painted = np.asarray(createInstanceImage(annotation, "ids"))
        found[f"{name}/instances"] = [
            [str(value), *mask(painted == value)] for value in np.unique(painted)
        ]
    return found


tell(read)
