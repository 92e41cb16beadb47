"""Whether all libraries are there that a run needs, before it begins."""

from __future__ import annotations

from dtl_engine.errors import UsageError
from dtl_engine.plan.plan import Plan


def check_installed(plan: Plan) -> None:
    """Ask all nodes that a run works with.

    Raises:
        UsageError: a library is missing; it names the first layer that needs it.
    """
    graph = plan.graph
    for node in graph.nodes:
        schemas = graph.port_schemas(node) if node.node.signature.inputs else {}
        try:
            node.node.check_installed(schemas, graph.opened.get(node.id))
        except UsageError as error:
            raise UsageError(f"{node.location}: {error}") from error
