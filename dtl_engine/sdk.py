"""Everything that the author of a node imports; names in ``__all__`` are stable."""

from dtl_engine.errors import (
    AnnotationError,
    DataError,
    ImageError,
    ModelError,
    UsageError,
    did_you_mean,
)
from dtl_engine.model.affine import Affine, turned_size
from dtl_engine.model.annotation import Annotation, Instance, PendingInstances, Tag
from dtl_engine.model.codec import IMAGE_SUFFIXES
from dtl_engine.model.geometry import Axis, BBox, Size, Window
from dtl_engine.model.image import Image
from dtl_engine.model.imagefile.channels import Pixels
from dtl_engine.model.model_spec import ModelFamily, ModelSpec
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.schema import (
    ANY_SHAPE,
    LabelSpec,
    Schema,
    SchemaError,
    TagSpec,
    TagValueType,
    distinct_color,
    merge_schemas,
)
from dtl_engine.model.shapes import (
    Keypoints,
    Mask,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
    ShapeKind,
)
from dtl_engine.model.shapes import Node as KeypointNode
from dtl_engine.model.shapes.even_odd import clip_rings
from dtl_engine.node.base import (
    ExpandNode,
    MapNode,
    Node,
    RandomExpandNode,
    RandomMapNode,
    RandomRouteNode,
    RouteNode,
    SchemaMapNode,
)
from dtl_engine.node.count import Count
from dtl_engine.node.draws import Draws
from dtl_engine.node.ends import Place, SinkNode, SourceNode
from dtl_engine.node.formats import FormatInfo
from dtl_engine.node.models import (
    BatchNode,
    FitEvent,
    FitNode,
    FitTask,
    ModelSourceNode,
    OpenedModel,
    ValueSinkNode,
)
from dtl_engine.node.read_log import ReadLog, ReadPolicy
from dtl_engine.node.replacing import replacing
from dtl_engine.node.report import ReportNode, Tally
from dtl_engine.node.settings import NoSettings, Percent, Settings
from dtl_engine.node.signature import (
    FIT,
    MODEL,
    MODEL_SOURCE,
    REPORT,
    SAMPLES,
    SAMPLES_TO_SAMPLES,
    SAMPLES_TO_TRUE_FALSE,
    SINK,
    SOURCE,
    Kind,
    Port,
    Signature,
)
from dtl_engine.node.source import DataFolders, Dataset, Source
from dtl_engine.node.target import Target
from dtl_engine.node.variant import Variant

__all__ = [
    "ANY_SHAPE",
    "FIT",
    "IMAGE_SUFFIXES",
    "MODEL",
    "MODEL_SOURCE",
    "REPORT",
    "SAMPLES",
    "SAMPLES_TO_SAMPLES",
    "SAMPLES_TO_TRUE_FALSE",
    "SINK",
    "SOURCE",
    "Affine",
    "Annotation",
    "AnnotationError",
    "Axis",
    "BBox",
    "BatchNode",
    "Count",
    "DataError",
    "DataFolders",
    "Dataset",
    "Draws",
    "ExpandNode",
    "FitEvent",
    "FitNode",
    "FitTask",
    "FormatInfo",
    "Image",
    "ImageError",
    "Instance",
    "KeypointNode",
    "Keypoints",
    "Kind",
    "LabelSpec",
    "MapNode",
    "Mask",
    "ModelError",
    "ModelFamily",
    "ModelSourceNode",
    "ModelSpec",
    "NoSettings",
    "Node",
    "OpenedModel",
    "Origin",
    "PendingInstances",
    "Percent",
    "Pixels",
    "Place",
    "Point",
    "Polygon",
    "Polyline",
    "Port",
    "RandomExpandNode",
    "RandomMapNode",
    "RandomRouteNode",
    "ReadLog",
    "ReadPolicy",
    "Rectangle",
    "ReportNode",
    "RouteNode",
    "Sample",
    "Schema",
    "SchemaError",
    "SchemaMapNode",
    "Settings",
    "Shape",
    "ShapeKind",
    "Signature",
    "SinkNode",
    "Size",
    "Source",
    "SourceNode",
    "Tag",
    "TagSpec",
    "TagValueType",
    "Tally",
    "Target",
    "UsageError",
    "ValueSinkNode",
    "Variant",
    "Window",
    "clip_rings",
    "did_you_mean",
    "distinct_color",
    "merge_schemas",
    "replacing",
    "turned_size",
]
