"""The ``compare`` node: several evaluations in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dtl_engine.sdk import REPORT, ModelError, NoSettings, Signature, UsageError, ValueSinkNode
from dtl_nodes.models.evaluation.compare import read_reports, write_comparison


class Compare(ValueSinkNode[NoSettings]):
    """Write one table of several evaluations: which model is the best, and at what.

    ``src`` lists the reports of ``evaluate``, ``dst`` names the folder: ``comparison.html`` shows
    all figures in one page, ``comparison.csv`` and ``comparison.json`` hold them.

    Example:
        {}
    """

    action = "compare"
    family = "report"
    signature = Signature((REPORT,), ())
    marks = ("comparison.json",)

    def write_values(self, values: Mapping[str, Sequence[Path]], target: Path) -> None:
        """Compare the reports."""
        try:
            reports = read_reports({path.name: path for path in values[REPORT.name]})
        except UsageError as error:
            raise ModelError(str(error)) from error
        target.mkdir(parents=True, exist_ok=True)
        write_comparison(reports, target)
