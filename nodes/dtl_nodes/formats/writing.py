"""The options of all formats that ``export`` takes, in one model."""

from dtl_nodes.formats.options import FormatOptions


class WritingOptions(FormatOptions):
    """Derives from the writing options of every format that has some."""
