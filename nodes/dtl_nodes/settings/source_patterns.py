"""Source patterns of ``data``: ``project/dataset``, ``project/*`` or just ``project``.

A dataset that is nested in others is ``project/outer/inner``, as in the second generation.
"""

from __future__ import annotations

from dtl_engine.sdk import SchemaError

ALL = "*"


def parse_patterns(patterns: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the one project that all patterns name, and the datasets (``*`` for all).

    A nested dataset keeps the ``/`` of its path.

    Raises:
        SchemaError: a pattern is malformed, or the patterns name several projects.
    """
    project = ""
    datasets: list[str] = []
    for at, pattern in enumerate(patterns):
        parts = pattern.strip("/").split("/")
        if not all(parts):
            raise SchemaError(
                "E405",
                f"'{pattern}' is no source: write 'project/dataset' or 'project/*'",
                at=(at,),
                value=pattern,
            )
        if parts[0] == ALL:
            raise SchemaError(
                "E405",
                "the project of a source cannot be '*'",
                at=(at,),
                value=pattern,
                help="use one 'data' layer for each project",
            )
        if project and parts[0] != project:
            raise SchemaError(
                "E406",
                f"one 'data' layer reads one project; here are '{project}' and '{parts[0]}'",
                at=(at,),
                value=pattern,
                help="use one 'data' layer for each project",
            )
        project = parts[0]
        datasets.append("/".join(parts[1:]) or ALL)
    return project, tuple(dict.fromkeys(datasets))
