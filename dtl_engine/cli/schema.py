"""``dtl schema``: print the JSON Schema of graph documents."""

from __future__ import annotations

import click
import orjson


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of graph documents, of all installed actions, for editors.

    Save it as a file and name it as "$schema" in a document.
    """
    from dtl_engine.compile.document_schema import document_schema
    from dtl_engine.node.catalogue import installed_catalogue

    content = document_schema(installed_catalogue())
    click.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())
