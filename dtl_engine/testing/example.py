"""The example of settings in a node's docstring."""

from __future__ import annotations

import json
from typing import Any

from dtl_engine.node.base import Node
from dtl_engine.node.docstring import read_docstring


def documented_example(node: type[Node[Any]]) -> Any:
    """Return the settings in the section ``Example:`` of the docstring of ``node``.

    Raises:
        AssertionError: there is no docstring, no such section, or no JSON in it.
    """
    documentation = read_docstring(vars(node).get("__doc__"))
    assert documentation.summary, f"{node.__name__} has no docstring"
    assert documentation.example, f"the docstring of {node.__name__} has no section 'Example:'"
    try:
        return documentation.example_settings()
    except json.JSONDecodeError as error:
        text = f"the example of {node.__name__} is not JSON: {error}\n{documentation.example}"
        raise AssertionError(text) from error
