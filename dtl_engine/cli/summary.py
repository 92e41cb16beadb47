"""The summary at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator

from dtl_engine.execute.failed import FAILED
from dtl_engine.execute.outputs import kept_previous
from dtl_engine.execute.reports import NodeCounts, RunReport
from dtl_engine.node.models import FitNode, ValueSinkNode
from dtl_engine.plan.plan import Plan


def summary_lines(plan: Plan, report: RunReport) -> Iterator[str]:
    """Yield the lines of the summary: every layer, every output, and what was set aside."""
    width = max((len(_name(plan, id)) for id in plan.graph.by_id), default=0)
    yield f"{'layer':<{width}}  {'in':>8}  {'out':>8}  {'seconds':>8}"
    for node in plan.graph.nodes:
        counts = report.nodes.get(node.id, NodeCounts())
        left = report.saved[node.id] if node.is_sink else counts.left
        yield (
            f"{_name(plan, node.id):<{width}}  {counts.entered:>8}  {left:>8}  "
            f"{counts.seconds:>8.2f}"
        )
    rate = report.samples / report.seconds if report.seconds else 0
    yield (
        f"{report.images} images read, {report.samples} samples saved "
        f"in {report.seconds:.2f} s ({rate:.0f} a second)"
    )
    for id, folder in plan.outputs.items():
        kind = plan.graph.by_id[id].node
        if isinstance(kind, FitNode):
            yield f"{plan.results[id]}: {_fitted(plan, report, id)}"
        elif isinstance(kind, ValueSinkNode) or not folder.exists():
            yield f"{folder}: {'written' if folder.exists() else 'not written'}"
        elif kind.family == "report":
            yield f"{folder}: a report on {report.nodes.get(id, NodeCounts()).entered} samples"
        else:
            yield f"{folder}: {report.saved[id]} samples"
        for reason, number in sorted(report.skipped.get(id, {}).items()):
            yield f"{folder}: {number} samples skipped: {reason}"
        for (label, what), number in sorted(report.losses.get(id, {}).items()):
            of = f" of '{label}'" if label else ""
            yield f"{folder}: {number} times not held{of}: {what}"
        extras = plan.extras.get(id, ())
        yield from (str(path) for path in extras if path.exists())
        replaced = () if id in plan.targets else (folder, *extras)
        yield from filter(None, map(kept_previous, replaced))
    for id, remarks in report.remarks.items():
        yield from (f"{_name(plan, id)}: {remark}" for remark in remarks)
    if report.removed:
        yield f"{report.removed} source images were moved: they are removed from their projects"
    elif report.leaving:
        yield f"{len(report.leaving)} source images stay: the run did not end well"
    for (level, code), tally in sorted(report.notes.items()):
        yield f"{level} while reading: {tally.count} ({code}), first {tally}"
    if report.failures:
        yield (f"{len(report.failures)} images set aside, with reasons, in {plan.out / FAILED}")
    if report.unmet:
        yield f"not as expected: {len(report.unmet)} of what the graph says about its streams"
    if report.gave_up:
        yield "given up: too many images were set aside"
    if report.interrupted:
        yield "interrupted: what is saved is complete"


def _fitted(plan: Plan, report: RunReport, id: str) -> str:
    if (id, 0) in plan.values:
        return f"a model fitted to {report.saved[id]} samples"
    if plan.results[id].exists():
        return "a model that is not complete; the same command goes on with it"
    return "not begun"


def _name(plan: Plan, id: str) -> str:
    node = plan.graph.by_id[id]
    return f"{node.action} {', '.join(name or 'null' for name in node.spec.dst)}"
