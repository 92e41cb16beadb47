"""Whether all libraries are there that a run needs, before it begins."""

from __future__ import annotations

from dtl_engine.errors import UsageError
from dtl_engine.plan.plan import Plan


def check_installed(plan: Plan) -> None:
    """Ask all nodes that a run works with.

    Raises:
        UsageError: a library is missing; it names the first layer that needs it.
    """
    for node in plan.graph.nodes:
        try:
            node.node.check_installed(plan.graph.opened.get(node.id))
        except UsageError as error:
            raise UsageError(f"{node.location}: {error}") from error
