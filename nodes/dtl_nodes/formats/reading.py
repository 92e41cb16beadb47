"""The options of all formats that ``data`` takes, in one model."""

from dtl_nodes.formats.options import FormatOptions


class ReadingOptions(FormatOptions):
    """Derives from the reading options of every format that has some."""
