"""``dtl nodes``: list the actions, or explain one."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
import orjson

from dtl_engine.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from dtl_engine.node.base import Node
    from dtl_engine.node.catalogue import Catalogue


@click.command("nodes")
@click.argument("action", required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)
def command(action: str | None, format_: str) -> None:
    """List the actions of all installed node libraries, or explain ACTION."""
    from dtl_engine.node.catalogue import installed_catalogue

    catalogue = installed_catalogue()
    if action is None:
        _list(catalogue, format_)
        return
    if action not in catalogue.entries:
        hint = did_you_mean(action, catalogue.actions)
        raise UsageError(f"no action '{action}'" + (f"; {hint}" if hint else ""))
    node_class = catalogue.node_class(action)
    if format_ == "json":
        click.echo(orjson.dumps(node_json(node_class), option=orjson.OPT_INDENT_2).decode())
    else:
        for line in explain(node_class):
            click.echo(line)


def node_json(node_class: type[Node[Any]]) -> dict[str, Any]:
    """Return what is known about a node as JSON data."""
    signature = node_class.signature
    return {
        "action": node_class.action,
        "family": node_class.family,
        "documentation": inspect.getdoc(node_class) or "",
        "inputs": [{"name": port.name, "kind": port.kind.value} for port in signature.inputs],
        "outputs": [{"name": port.name, "kind": port.kind.value} for port in signature.outputs],
        "settings": node_class.settings_model.model_json_schema(by_alias=True),
    }


def explain(node_class: type[Node[Any]]) -> Iterator[str]:
    """Yield the lines that explain a node: its docstring, its ports and its settings."""
    content = node_json(node_class)
    yield f"{content['action']} ({content['family']})"
    yield ""
    yield content["documentation"]
    yield ""
    for end in ("inputs", "outputs"):
        ports = ", ".join(f"{port['name']} ({port['kind']})" for port in content[end])
        yield f"{end}: {ports or 'none'}"
    yield ""
    yield "settings:"
    schema = content["settings"]
    yield from (
        _properties(schema, schema.get("$defs", {}), "  ")
        if _shapes(schema, schema.get("$defs", {}))
        else ("  none",)
    )


def _list(catalogue: Catalogue, format_: str) -> None:
    from dtl_engine.node.catalogue import NodeUnavailable

    rows = []
    for action in catalogue.actions:
        entry = catalogue.entries[action]
        try:
            found = catalogue.node_class(action)
            family, summary = found.family, (inspect.getdoc(found) or "").split("\n")[0]
        except NodeUnavailable as unavailable:
            family, summary = "broken", str(unavailable)
        rows.append(
            {"action": action, "family": family, "library": entry.library, "summary": summary}
        )
    if format_ == "json":
        content = {"actions": rows, "broken_libraries": dict(catalogue.broken_libraries)}
        click.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())
        return
    width = max((len(row["action"]) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['action']:<{width}}  {row['family']:<10}  {row['summary']}")
    for text in catalogue.broken_libraries.values():
        click.echo(text, err=True)


def _shapes(schema: dict[str, Any], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the objects that a settings schema allows, through references and unions."""
    if "$ref" in schema:
        return _shapes(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    inner = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    found = [shape for part in inner for shape in _shapes(part, definitions)]
    return [*found, schema] if schema.get("properties") else found


def _properties(schema: dict[str, Any], definitions: dict[str, Any], indent: str) -> Iterator[str]:
    for shape in _shapes(schema, definitions):
        required = shape.get("required", ())
        for name, value in shape["properties"].items():
            facts = [_type(value, definitions)]
            if name in required:
                facts.append("required")
            elif value.get("default") is not None:
                facts.append(f"default {orjson.dumps(value['default']).decode()}")
            yield f"{indent}{name}: {', '.join(facts)}"
            if text := value.get("description"):
                yield f"{indent}    {' '.join(text.split())}"
            yield from _properties(value, definitions, f"{indent}    ")


def _type(value: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in value:
        return _type(definitions[value["$ref"].rsplit("/", 1)[1]], definitions)
    if "const" in value:
        return orjson.dumps(value["const"]).decode()
    if "enum" in value:
        return " or ".join(orjson.dumps(choice).decode() for choice in value["enum"])
    for key in ("anyOf", "oneOf"):
        if key in value:
            kinds = (_type(part, definitions) for part in value[key])
            return " or ".join(dict.fromkeys(kind for kind in kinds if kind != "null"))
    if value.get("type") == "array":
        item = value.get("items") or (value.get("prefixItems") or [{}])[0]
        return f"list of {_type(item, definitions)}"
    bounds = [
        f"{sign} {value[key]}"
        for key, sign in (("minimum", ">="), ("maximum", "<="))
        if key in value
    ]
    return " ".join([str(value.get("type", "any")), *bounds])
