"""The graph that converts a dataset, made of the words of a command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dtl_engine.cli.formats import FORMAT, READ, WRITE, End, Formats
from dtl_engine.errors import GraphInvalid, Problem, Severity, UsageError, did_you_mean
from dtl_engine.graph.overrides import parse_value

Json = dict[str, Any]

WIDTH = 100
STREAM = "$samples"
SIDES = ("from", "to")


def reading_layer(source: str, settings: Json) -> Json:
    """Return the layer that reads all of the dataset ``source``."""
    return {"action": READ, "src": [f"{source}/*"], "dst": STREAM, "settings": settings}


def conversion(source: str, reading: Json, target: str, writing: Json) -> Json:
    """Return the document of a conversion.

    Args:
        source: the name of the dataset to read.
        reading: the settings of the layer that reads.
        target: the name of the output.
        writing: the settings of the layer that writes.
    """
    write = {"action": WRITE, "src": [STREAM], "dst": target, "settings": writing}
    return document(reading_layer(source, reading), write)


def document(*layers: Json) -> Json:
    """Return a document of these layers."""
    return {"version": 1, "layers": list(layers)}


def put_settings(texts: Iterable[str], formats: Formats, reading: Json, writing: Json) -> None:
    """Put what ``--set KEY=VALUE`` says into the settings of both ends.

    ``from.`` or ``to.`` before a key says which end is meant; it is needed where both have it.

    Args:
        texts: as typed.
        formats: that are installed.
        reading: settings of the layer that reads; its format is there.
        writing: settings of the layer that writes; its format is there. Empty: there is none.

    Raises:
        UsageError: there is no such setting, or both ends have it.
    """
    ends = {SIDES[0]: (formats.reading, reading)}
    if writing:
        ends[SIDES[1]] = (formats.writing, writing)
    for text in texts:
        key, equals, value = text.partition("=")
        first, _, rest = key.strip().partition(".")
        named = first in ends and rest
        path = (rest if named else key.strip()).split(".")
        if not equals or not all(path):
            raise UsageError(f"--set '{text}': expected KEY=VALUE, for example 'min_area=20'")
        sides = [first] if named else _sides(path[0], ends)
        if len(sides) != 1:
            raise UsageError(f"--set '{text}': {_unclear(path[0], sides, ends)}")
        _put(ends[sides[0]][1], path, parse_value(text, value), text)


def plain(invalid: GraphInvalid) -> UsageError:
    """Return the mistakes of a graph that no person wrote, without their places in it."""
    errors = [found for found in invalid.problems if found.severity is Severity.ERROR]
    return UsageError("\n".join(map(plain_text, errors)))


def plain_text(problem: Problem) -> str:
    """Return a problem without its place."""
    help = f"\n  help: {problem.help}" if problem.help else ""
    return f"{problem.code} {problem.message}{help}"


def _sides(key: str, ends: dict[str, tuple[End, Json]]) -> list[str]:
    """Return the ends that have a setting: with their formats, else with any."""
    fits = [side for side, (end, chosen) in ends.items() if end.has(key, chosen[FORMAT])]
    return fits or [side for side, (end, _) in ends.items() if key in end.settings]


def _unclear(key: str, sides: list[str], ends: dict[str, tuple[End, Json]]) -> str:
    if sides:
        return f"both ends have it; write 'from.{key}' or 'to.{key}'"
    if key == FORMAT:
        return "--from and --to name the formats"
    known = [
        name
        for end, chosen in ends.values()
        for name in end.settings
        if end.has(name, chosen[FORMAT])
    ]
    hint = did_you_mean(key, known) or f"known are {', '.join(dict.fromkeys(known))}"
    return f"there is no setting '{key}'; {hint}"


def _put(settings: Json, path: list[str], value: Any, text: str) -> None:
    *outer, last = path
    here: Any = settings
    for name in outer:
        here = here.setdefault(name, {})
        if not isinstance(here, dict):
            raise UsageError(f"--set '{text}': '{name}' was given a value of its own")
    here[last] = value
