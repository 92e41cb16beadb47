"""The ``evaluate`` node: compare predictions with the ground truth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dtl_engine.sdk import (
    REPORT,
    SAMPLES,
    Count,
    OpenedModel,
    Port,
    ReportNode,
    Sample,
    Schema,
    Signature,
)
from dtl_nodes.models.evaluation.pairing import resolve
from dtl_nodes.models.evaluation.report import write_report
from dtl_nodes.models.evaluation.settings import OF_COCO, EvaluateSettings
from dtl_nodes.models.evaluation.tally import EvaluationTally
from dtl_nodes.models.evaluation.task import Task
from dtl_nodes.models.extras import require_extra

GROUND_TRUTH = "ground_truth"


class Evaluate(ReportNode[EvaluateSettings, EvaluationTally]):
    """Compare predictions with the ground truth: COCO and VOC average precision, mIoU, Dice, more.

    Both are usually on the same samples, as after ``infer``, under different classes. The ground
    truth may also come by itself, ``"src": {"samples": ["$found"], "ground_truth": ["$test"]}``:
    then the samples made of one image are compared in their order.

    ``dst`` is a connection, whose name without ``$`` is that of the folder: ``report.json`` holds
    all figures, ``report.html`` shows them in one page that needs nothing else; tables are there as
    CSV, and the best and worst samples as pictures. An image with a broken annotation is set aside
    and listed in the report; samples that have no other side, or one of another size, fail the run.

    Example:
        {"classes_mapping": {"patch": "blob"}, "iou": 0.5}

    Source: the metric plugins of the original; see section 5 of the models reference.
    """

    action = "evaluate"
    signature = Signature(inputs=(SAMPLES, Port(GROUND_TRUTH)), outputs=(REPORT,))

    @staticmethod
    def infer_counts(settings: EvaluateSettings, count: Count) -> tuple[Count, ...]:
        """No sample leaves."""
        return (Count(),)

    @staticmethod
    def check_inputs(settings: EvaluateSettings, schemas: Mapping[str, Schema]) -> None:
        """Refuse classes, tags and metrics that cannot be compared."""
        _task(settings, schemas)

    def check_installed(self, schemas: Mapping[str, Schema], opened: OpenedModel | None) -> None:
        """Refuse COCO's metrics where its evaluator is missing."""
        if not OF_COCO.isdisjoint(_task(self.settings, schemas).metrics):
            require_extra("models", "COCO's average precision", "pycocotools")

    def tally(self, schemas: Mapping[str, Schema]) -> EvaluationTally:
        """Return the tally of nothing."""
        return EvaluationTally.of(_task(self.settings, schemas))

    def observe(self, tally: EvaluationTally, sample: Sample, port: str) -> None:
        """Compare the sample, as soon as both of its sides are there."""
        tally.see(sample, is_truth=port == GROUND_TRUTH)

    def leave_out(self, tally: EvaluationTally, sample: str, reason: str) -> None:
        """List a sample with a broken annotation."""
        tally.left_out[sample] = reason

    def conclude(
        self, tally: EvaluationTally, schemas: Mapping[str, Schema], folder: Path
    ) -> tuple[str, ...]:
        """Write the report; sides that do not match fail the run."""
        truth = schemas.get(GROUND_TRUTH, schemas[SAMPLES.name])
        return write_report(tally, truth, folder)


def _task(settings: EvaluateSettings, schemas: Mapping[str, Schema]) -> Task:
    return resolve(settings, schemas[SAMPLES.name], schemas.get(GROUND_TRUTH))
