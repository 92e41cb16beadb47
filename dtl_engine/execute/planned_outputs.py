"""What a plan writes: checked before a run, made when its phase begins, finished at the end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dtl_engine.compile.graph import CompiledNode
from dtl_engine.errors import DtlError
from dtl_engine.execute.outputs import (
    abandon_output,
    check_distinct,
    check_extra,
    check_output,
    check_result,
    check_target,
    check_written,
    finish_output,
    kept_previous,
    make_fresh,
    make_output,
    make_room,
)
from dtl_engine.execute.staging import clear_staging
from dtl_engine.node.models import ValueSinkNode
from dtl_engine.plan.plan import Plan


class PlannedOutputs:
    """All folders and files that a plan writes."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        sinks = plan.graph.sinks
        self._values: dict[str, ValueSinkNode[Any]] = {
            sink.id: sink.node for sink in sinks if isinstance(sink.node, ValueSinkNode)
        }
        apart = {*plan.targets, *plan.results, *self._values}
        self._new = [folder for id, folder in plan.outputs.items() if id not in apart]
        self._streams = [plan.outputs[id] for id in plan.results]
        """The folders of samples that models are fitted to."""
        self._files = [plan.outputs[id] for id in self._values]
        self._extras = [path for paths in plan.extras.values() for path in paths]

    def check(self, *, overwrite: bool) -> None:
        """Refuse whatever is in the way; nothing is touched.

        Raises:
            UsageError: an output is in the way.
        """
        graph, plan = self._plan.graph, self._plan
        inputs = {source.location for source in graph.sources.values()}
        inputs |= {model.path for model in graph.opened.values()}
        check_distinct((*plan.outputs.values(), *plan.results.values(), *self._extras))
        for output in self._new:
            check_output(output, overwrite=overwrite, inputs=inputs)
        for path in self._extras:
            check_extra(path, overwrite=overwrite, inputs=inputs)
        for id, node in self._values.items():
            path = plan.outputs[id]
            check_written(path, node.marks, overwrite=overwrite, inputs=inputs)
        for folder in plan.results.values():
            check_result(folder, inputs=inputs)
        for id in plan.targets:
            check_target(plan.outputs[id], inputs=inputs)

    def make(self, phase: Plan, start: Callable[[CompiledNode], None]) -> None:
        """Make and start what a phase writes; outputs of later ones stay as they are until then.

        Args:
            phase: the plan of the phase.
            start: starts the output of one of its nodes.

        Raises:
            DtlError: one cannot be made; those of the phase are as they were before.
        """
        made: list[Path] = []
        try:
            for sink in phase.graph.sinks:
                for make, path in self._to_make(sink.id):
                    make(path)
                    made.append(path)
            # What is added to comes last: its start cannot be undone.
            for sink in sorted(phase.graph.sinks, key=lambda sink: sink.id in phase.targets):
                if sink.id not in self._values:
                    start(sink)
        except DtlError:
            for path in made:
                abandon_output(path)
            raise

    def clean(self) -> None:
        """Remove what serves the run alone."""
        added_to = [self._plan.outputs[id] for id in self._plan.targets]
        for output in (*self._new, *self._streams, *added_to):
            clear_staging(output)
        for output in self._streams:
            shutil.rmtree(output, ignore_errors=True)

    def finish(self) -> None:
        """Remove what was replaced."""
        for output in (*self._new, *self._extras, *self._files):
            finish_output(output)

    def kept(self) -> Iterator[str]:
        """Say where former outputs are kept whose replacements are not complete."""
        return filter(None, map(kept_previous, (*self._new, *self._extras, *self._files)))

    def _to_make(self, id: str) -> Iterator[tuple[Callable[[Path], None], Path]]:
        """Yield what a node writes, each with how room is made for it."""
        output = self._plan.outputs[id]
        if id in self._plan.results:
            yield make_fresh, output
        elif id in self._values:
            yield make_room, output
        elif id not in self._plan.targets:
            yield make_output, output
        for path in self._plan.extras.get(id, ()):
            yield make_room, path
