"""Dataset formats: one folder each, found by name or by what they look like."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from pydantic import AfterValidator
from pydantic_core import PydanticKnownError

from dtl_engine.sdk import FormatInfo, SchemaError, Settings
from dtl_nodes.formats.archives import refuse_archive
from dtl_nodes.formats.base import DatasetFormat, WritableFormat
from dtl_nodes.formats.options import options_of

FORMATS = {
    "cityscapes": "dtl_nodes.formats.cityscapes.format:CityscapesFormat",
    "coco": "dtl_nodes.formats.coco.format:CocoFormat",
    "cvat": "dtl_nodes.formats.cvat.format:CvatFormat",
    "images": "dtl_nodes.formats.images.format:ImagesFormat",
    "labelme": "dtl_nodes.formats.labelme.format:LabelMeFormat",
    "mask_pairs": "dtl_nodes.formats.mask_pairs.format:MaskPairsFormat",
    "open_images": "dtl_nodes.formats.open_images.format:OpenImagesFormat",
    "supervisely": "dtl_nodes.formats.supervisely.format:SuperviselyFormat",
    "table": "dtl_nodes.formats.table.format:TableFormat",
    "video": "dtl_nodes.formats.video.format:VideoFormat",
    "voc": "dtl_nodes.formats.voc.format:VocFormat",
    "yolo": "dtl_nodes.formats.yolo.format:YoloFormat",
}
"""Name of each format -> where its class is; a module is imported when it is needed."""

ORIGINAL = "supervisely"
"""The format of the original language."""

WRITABLE = (
    "cityscapes",
    "coco",
    "cvat",
    "images",
    "labelme",
    "mask_pairs",
    "open_images",
    "supervisely",
    "table",
    "voc",
    "yolo",
)
"""The formats that can be written, sorted."""


def load_format(name: str) -> type[DatasetFormat]:
    """Import the format of a known name."""
    module, _, attribute = FORMATS[name].partition(":")
    found: type[DatasetFormat] = getattr(import_module(module), attribute)
    return found


def format_choice(names: Iterable[str]) -> AfterValidator:
    """Return what refuses a format that is none of ``names``, and lists them in schemas."""
    known = tuple(sorted(names))

    def check(name: str) -> str:
        if name not in known:
            raise PydanticKnownError("literal_error", {"expected": ", ".join(known)})
        return name

    return AfterValidator(check)


def format_infos(names: Iterable[str], model: type[Settings]) -> tuple[FormatInfo, ...]:
    """Return what is known of formats whose options are in the settings ``model``."""
    return tuple(
        FormatInfo(name, load_format(name).title, options_of(model, name)) for name in names
    )


def load_writable(name: str) -> type[WritableFormat]:
    """Import a format that is known to be writable."""
    found = load_format(name)
    assert issubclass(found, WritableFormat)
    return found


def recognise(place: Path) -> tuple[tuple[type[DatasetFormat], str], ...]:
    """Return the formats that ``place`` looks like, each with what makes it so.

    A Supervisely project is nothing else, whatever lies beside ``meta.json``: graphs that were
    written before there were other formats stay what they are.
    """
    original = load_format(ORIGINAL)
    if reason := original.detect(place):
        return ((original, reason),)
    others = (load_format(name) for name in FORMATS if name != ORIGINAL)
    found = {each: reason for each in others if (reason := each.detect(place))}
    certain = {each: reason for each, reason in found.items() if not each.is_fallback}
    return tuple((certain or found).items())


def detect_format(place: Path) -> type[DatasetFormat]:
    """Return the one format that ``place`` looks like.

    Raises:
        SchemaError: E407, none does; E403, it is an archive of something that is read from folders;
            E408, several do.
    """
    found = recognise(place)
    if len(found) == 1:
        return found[0][0]
    if not found:
        refuse_archive(place)
        raise SchemaError(
            "E407",
            f"'{place.name}' looks like no dataset of any known format",
            at=(0,),
            value=place.name,
            allowed=sorted(FORMATS),
            help='name its format, as in "format": "supervisely", to learn what it lacks; '
            "'dtl inspect --formats' lists them all",
        )
    names = " or ".join(f"{each.name} ({reason})" for each, reason in found)
    raise SchemaError(
        "E408",
        f"'{place.name}' may be {names}",
        at=(0,),
        value=place.name,
        allowed=[each.name for each, _ in found],
        help=f'say which one, as in "format": "{found[0][0].name}"',
    )
