"""The example of settings in a node's docstring."""

from __future__ import annotations

import inspect
import json
from typing import Any

from dtl_engine.node.base import Node


def documented_example(node: type[Node[Any]]) -> Any:
    """Return the settings in the section ``Example:`` of the docstring of ``node``.

    Raises:
        AssertionError: there is no docstring, no such section, or no JSON in it.
    """
    lines = (inspect.getdoc(node) or "").splitlines() if node.__doc__ else []
    assert lines, f"{node.__name__} has no docstring"
    assert "Example:" in lines, f"the docstring of {node.__name__} has no section 'Example:'"
    section: list[str] = []
    for line in lines[lines.index("Example:") + 1 :]:
        if line and not line.startswith(" "):
            break
        section.append(line)
    text = "\n".join(section)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise AssertionError(
            f"the example of {node.__name__} is not JSON: {error}\n{text}"
        ) from error
