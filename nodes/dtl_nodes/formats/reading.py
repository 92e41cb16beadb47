"""The options of all formats that ``data`` takes, in one model."""

from dtl_nodes.formats.bad_objects import BadObjects
from dtl_nodes.formats.cityscapes.options import CityscapesReading
from dtl_nodes.formats.coco.options import CocoReading
from dtl_nodes.formats.file_places import FilePlaces
from dtl_nodes.formats.groups import GroupReading
from dtl_nodes.formats.mask_pairs.options import MaskPairsReading
from dtl_nodes.formats.open_images.options import OpenImagesReading
from dtl_nodes.formats.supervisely.options import SuperviselyReading
from dtl_nodes.formats.table.options import TableReading
from dtl_nodes.formats.task_choice import TaskReading
from dtl_nodes.formats.video.options import VideoReading
from dtl_nodes.formats.voc.options import VocReading


class ReadingOptions(
    BadObjects,
    CityscapesReading,
    CocoReading,
    FilePlaces,
    GroupReading,
    MaskPairsReading,
    OpenImagesReading,
    SuperviselyReading,
    TableReading,
    TaskReading,
    VideoReading,
    VocReading,
):
    """Derives from the reading options of every format that has some."""
