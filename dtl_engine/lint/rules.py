"""The ordered table of lints."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.errors import Problem
from dtl_engine.lint.leakage import leakage
from dtl_engine.lint.unknown_labels import unknown_labels
from dtl_engine.lint.unread import unread

Rule = Callable[[CompiledGraph], Iterable[Problem]]

RULES: tuple[Rule, ...] = (leakage, unknown_labels, unread)


def lint(graph: CompiledGraph) -> tuple[Problem, ...]:
    """Return all warnings about ``graph``, those of its compilation first, by place."""
    found = [*graph.warnings, *(problem for rule in RULES for problem in rule(graph))]
    return tuple(sorted(found, key=lambda problem: (*graph.spec.order(problem), problem.code)))
