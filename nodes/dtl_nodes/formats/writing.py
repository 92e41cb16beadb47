"""The options of all formats that ``export`` takes, in one model."""

from dtl_nodes.formats.coco.options import CocoWriting
from dtl_nodes.formats.labelme.options import LabelMeWriting
from dtl_nodes.formats.mask_pairs.options import MaskPairsWriting
from dtl_nodes.formats.open_images.options import OpenImagesWriting
from dtl_nodes.formats.supervisely.options import SuperviselyWriting
from dtl_nodes.formats.table.options import TableWriting
from dtl_nodes.formats.voc.options import VocWriting
from dtl_nodes.formats.yolo.options import YoloWriting


class WritingOptions(
    CocoWriting,
    LabelMeWriting,
    MaskPairsWriting,
    OpenImagesWriting,
    SuperviselyWriting,
    TableWriting,
    VocWriting,
    YoloWriting,
):
    """Derives from the writing options of every format that has some."""
