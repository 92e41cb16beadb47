"""The built-in nodes of dtl-engine: one file per action, found through the catalogue below."""

import os

# At its import albumentations asks the network for a newer version unless it is told not to.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

CATALOGUE = {
    "background": "dtl_nodes.background:Background",
    "crop": "dtl_nodes.crop:Crop",
    "data": "dtl_nodes.data:Data",
    "dataset": "dtl_nodes.dataset:ChooseDataset",
    "dummy": "dtl_nodes.dummy:Dummy",
    "flip": "dtl_nodes.flip:Flip",
    "if": "dtl_nodes.if_:If",
    "multiply": "dtl_nodes.multiply:Multiply",
    "supervisely": "dtl_nodes.supervisely:Supervisely",
    "tag": "dtl_nodes.tag:TagImages",
}
