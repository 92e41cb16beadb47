"""Reads what a command line sets: ``--set '$data2.multiply=3'``, ``--set crop_min=60``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dtl_engine.errors import GraphInvalid, UsageError
from dtl_engine.graph.json_reader import read_json
from dtl_engine.graph.scanner import MAX_DEPTH

_FORM = (
    "expected LAYER.SETTING=VALUE, for example '$data2.multiply=3', or PARAMETER=VALUE, "
    "for example 'crop_min=60'"
)


@dataclass(frozen=True, slots=True)
class Override:
    """One setting of one layer that a command line replaces.

    ``text`` is the override as typed; ``layer`` an output such as ``$data2``, or the name of a
    save layer; ``path`` the names that lead to the value inside the layer's settings, list indices
    as digits; ``value`` plain JSON data.
    """

    text: str
    layer: str
    path: tuple[str, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class SetParameter:
    """One parameter of the document that a command line sets; ``text`` is as typed."""

    text: str
    name: str
    value: Any


def parse_override(text: str) -> Override | SetParameter:
    """Read one override.

    The value starts after the first ``=``. Before it, a layer ends at the first dot; what has no
    dot is a parameter.

    Args:
        text: the override, for example ``$crop.random_part.width.min_percent=80``. The value is
            JSON; what is not JSON stands for itself, so that text needs no quotes.

    Returns:
        The override with its value parsed.

    Raises:
        UsageError: the text has another form, leads too deep, or its value is JSON that no graph
            may hold (a name twice in one object, a number that is not finite, too deep, too large).
    """
    target, equals, value = text.partition("=")
    layer, *path = target.strip().split(".")
    if not equals:
        raise UsageError(f"override '{text}' has no '=': {_FORM}")
    if layer and not path and not layer.startswith("$"):
        return SetParameter(text, layer, parse_value(text, value))
    if not layer or not path:
        missing = "layer" if not layer else "setting"
        raise UsageError(f"override '{text}' names no {missing}: {_FORM}")
    if not all(path):
        raise UsageError(f"override '{text}' has an empty name between dots: {_FORM}")
    if len(path) > MAX_DEPTH:
        raise UsageError(f"override of '{layer}' leads deeper than {MAX_DEPTH} names: {_FORM}")
    return Override(text, layer, tuple(path), parse_value(text, value))


def parse_value(text: str, value: str) -> Any:
    """Return the JSON value, or the text itself where it is not JSON at all.

    Args:
        text: what was typed, for messages.
        value: the part of it behind the ``=``.

    Raises:
        UsageError: it is JSON that no graph may hold.
    """
    try:
        # Command lines may hold bytes that are no text; the reader refuses what they become.
        return read_json(value.encode(errors="surrogatepass"), "--set").value
    except GraphInvalid as error:
        problem = error.problems[-1]
        if problem.code == "E002":
            return value
        raise UsageError(f"override '{text}': {problem.message}; {problem.help}") from error
