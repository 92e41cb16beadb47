"""How Cityscapes lays out a dataset.

``leftImg8bit/<split>/<city>/<name>_leftImg8bit.png`` is annotated by
``gtFine/<split>/<city>/<name>_gtFine_polygons.json`` and pictures beside that.
"""

IMAGES = "leftImg8bit"
FINE = "gtFine"
KINDS = (FINE, "gtCoarse")
"""The folders of annotations; the first one that is there is read."""

POLYGONS = "polygons.json"
LABEL_IDS = "labelIds.png"
INSTANCE_IDS = "instanceIds.png"
COLOR = "color.png"

SPLITS = ("train", "val", "test", "train_extra")
PER_LABEL = 1000
"""Instances that a label can have in a picture: its id times this, plus their number."""

MAX_FILE_BYTES = 256 * 2**20
