"""The built-in nodes of dtl-engine: one file per action, found through the catalogue below."""

import os

# At its import albumentations asks the network for a newer version unless it is told not to.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

CATALOGUE = {
    "anonymize": "dtl_nodes.anonymize:Anonymize",
    "background": "dtl_nodes.background:Background",
    "blur": "dtl_nodes.blur:Blur",
    "contrast_brightness": "dtl_nodes.contrast_brightness:ContrastBrightness",
    "crop": "dtl_nodes.crop:Crop",
    "data": "dtl_nodes.data:Data",
    "dataset": "dtl_nodes.dataset:ChooseDataset",
    "dummy": "dtl_nodes.dummy:Dummy",
    "expect": "dtl_nodes.expect:Expect",
    "flip": "dtl_nodes.flip:Flip",
    "if": "dtl_nodes.if_:If",
    "multiply": "dtl_nodes.multiply:Multiply",
    "noise": "dtl_nodes.noise:Noise",
    "random_color": "dtl_nodes.random_color:RandomColor",
    "stats": "dtl_nodes.stats:Stats",
    "supervisely": "dtl_nodes.supervisely:Supervisely",
    "tag": "dtl_nodes.tag:TagImages",
}
