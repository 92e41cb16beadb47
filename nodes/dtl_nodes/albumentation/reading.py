"""Read a pipeline from JSON; every mistake becomes a problem at its place."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import InitErrorDetails

from dtl_engine.sdk import did_you_mean
from dtl_nodes.albumentation.arguments import (
    check_arguments,
    default_probability,
    wrong_probability,
)
from dtl_nodes.albumentation.names import COMPOSITIONS, FIXED, REFUSED, offered
from dtl_nodes.albumentation.steps import Group, Leaf, Step
from dtl_nodes.settings.mistakes import At, mistake, refuse

Mistakes = list[InitErrorDetails]

_GROUP_KEYS = ("name", "p", "transforms")
_COUNTED = ("SomeOf", "RandomOrder")


def read_step(value: Any) -> Step:
    """Return the checked pipeline.

    Raises:
        ValidationError: with all mistakes, each at its place.
    """
    if isinstance(value, (Leaf, Group)):
        return value
    mistakes: Mistakes = []
    step = _read(value, (), mistakes)
    if mistakes or step is None:
        refuse(mistakes)
    return step


def step_json(step: Step) -> dict[str, Any]:
    """Return the pipeline as JSON that reads as the same one."""
    return step.as_json()


def _read(value: Any, at: At, mistakes: Mistakes) -> Step | None:
    if not isinstance(value, dict):
        mistakes.append(mistake(at, value, "a transform is an object with a 'name'"))
        return None
    name = value.get("name")
    if not isinstance(name, str):
        reason = "a transform needs a 'name'" if name is None else "'name' is a string"
        mistakes.append(mistake(at, value, reason))
        return None
    if name in COMPOSITIONS:
        return _read_group(name, value, at, mistakes)
    if name in REFUSED:
        mistakes.append(mistake((*at, "name"), name, f"'{name}' {REFUSED[name]}"))
        return None
    if name not in offered():
        known = (*COMPOSITIONS, *offered())
        help = did_you_mean(name, known) or "albumentations 2.0.8 has the transforms offered here"
        reason = "there is no such transform"
        mistakes.append(mistake((*at, "name"), name, reason, help=help, allowed=known))
        _check_probability(value, at, mistakes)
        return None
    arguments = {key: part for key, part in value.items() if key != "name"}
    found = check_arguments(name, arguments, at)
    if found:
        mistakes.extend(found)
        return None
    p = arguments.pop("p", default_probability(name))
    return Leaf(name, float(p), json.dumps(arguments, sort_keys=True), name in FIXED)


def _read_group(name: str, value: dict[str, Any], at: At, mistakes: Mistakes) -> Group | None:
    before = len(mistakes)
    known = (*_GROUP_KEYS, *(("n", "replace") if name in _COUNTED else ()))
    if name == "OneOrOther" and "transforms" not in value:
        known = ("name", "p", "first", "second")
    for key in [key for key in value if key not in known]:
        reason = f"'{name}' has no argument '{key}'"
        help = did_you_mean(key, known) or f"it has {', '.join(known[1:])}"
        mistakes.append(mistake((*at, key), value[key], reason, help=help, allowed=known))
    if "transforms" in known:
        members = value.get("transforms")
        if not isinstance(members, list) or not members:
            place = (*at, "transforms") if "transforms" in value else at
            reason = f"'{name}' needs 'transforms', a list that is not empty"
            mistakes.append(mistake(place, members, reason))
            members = []
        places: list[tuple[At, Any]] = [
            ((*at, "transforms", number), member) for number, member in enumerate(members)
        ]
    else:
        places = [((*at, key), value[key]) for key in ("first", "second") if key in value]
    if name == "OneOrOther" and len(places) != 2 and (places or "transforms" not in known):
        reason = "'OneOrOther' needs 'first' and 'second', or 'transforms' with two entries"
        mistakes.append(mistake(at, value, reason))
    steps = [_read(member, place, mistakes) for place, member in places]
    _check_probability(value, at, mistakes)
    count, replace = _read_count(name, value, len(steps), at, mistakes)
    kept = tuple(step for step in steps if step is not None)
    if len(mistakes) > before:
        return None
    if name == "OneOf" and not any(step.p > 0 for step in kept):
        reason = "no transform of 'OneOf' has a probability 'p' above 0"
        mistakes.append(mistake((*at, "transforms"), None, reason))
        return None
    p = value.get("p", COMPOSITIONS[name])
    return Group(name, float(p), kept, count, replace)


def _check_probability(value: dict[str, Any], at: At, mistakes: Mistakes) -> None:
    if "p" in value and (reason := wrong_probability(value["p"])):
        mistakes.append(mistake((*at, "p"), value["p"], reason))


def _read_count(
    name: str, value: dict[str, Any], members: int, at: At, mistakes: Mistakes
) -> tuple[int | None, bool]:
    """Return how many members are taken, and whether one may be taken twice."""
    if name not in _COUNTED:
        return None, False
    count, replace = value.get("n", 1), value.get("replace", False)
    if not isinstance(replace, bool):
        mistakes.append(mistake((*at, "replace"), replace, "must be true or false"))
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        mistakes.append(mistake((*at, "n"), count, "must be a whole number, at least 1"))
    elif count > members > 0 and replace is False:
        help = 'take fewer, or add "replace": true to take one several times'
        reason = f"'{name}' cannot take {count} of {members} transforms"
        mistakes.append(mistake((*at, "n"), count, reason, help=help))
    return count, replace
