"""Source patterns of ``data``: ``project/dataset``, ``project/*`` or just ``project``."""

from __future__ import annotations

from dtl_engine.sdk import SchemaError

ALL = "*"


def parse_patterns(patterns: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the one project that all patterns name, and the datasets (``*`` for all).

    Raises:
        SchemaError: a pattern is malformed, or the patterns name several projects.
    """
    project = ""
    datasets: list[str] = []
    for at, pattern in enumerate(patterns):
        parts = pattern.strip("/").split("/")
        if len(parts) > 2 or not all(parts):
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
        datasets.append(parts[1] if len(parts) == 2 else ALL)
    return project, tuple(dict.fromkeys(datasets))
