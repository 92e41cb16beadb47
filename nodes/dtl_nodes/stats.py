"""The ``stats`` node: report what a stream holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson

from dtl_engine.sdk import ReportNode, Sample, Schema, Settings
from dtl_nodes.statistics.page import stats_page
from dtl_nodes.statistics.tally import StreamTally

SAMPLES = "samples"


class StatsSettings(Settings):
    """Settings of ``stats``."""

    title: str = "Statistics"
    """The heading of the page."""

    decode: bool = False
    """Whether every image is decoded, so that one with damaged pixels is set aside; else its header
    is all that is looked at."""


class Stats(ReportNode[StatsSettings, StreamTally]):
    """Report the classes, objects, sizes, areas and tags of a stream.

    ``dst`` names a folder: ``report.json`` holds the figures and histograms, ``report.html``
    shows them in one page that needs nothing else. An area is that of the original engine: holes
    of polygons are not subtracted, lines and points have none.

    Example:
        {"title": "What goes into training"}

    Source: new in dtl-engine.
    """

    action = "stats"

    def tally(self, schemas: Mapping[str, Schema]) -> StreamTally:
        """Return the tally of nothing."""
        return StreamTally.of(schemas[SAMPLES])

    def observe(self, tally: StreamTally, sample: Sample, port: str) -> None:
        """Count the sample."""
        if self.settings.decode:
            sample.image.raster()
        tally.see(sample)

    def conclude(
        self, tally: StreamTally, schemas: Mapping[str, Schema], folder: Path
    ) -> tuple[str, ...]:
        """Write both forms of the report; nothing is expected of it."""
        figures = tally.as_json(schemas[SAMPLES])
        page = stats_page(self.settings.title, figures)
        (folder / "report.html").write_text(page, encoding="utf-8")
        (folder / "report.json").write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))
        return ()
