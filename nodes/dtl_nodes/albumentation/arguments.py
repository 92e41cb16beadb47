"""Check the arguments of one transform against albumentations' own model of them."""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails

from dtl_engine.sdk import did_you_mean
from dtl_nodes.albumentation.names import offered
from dtl_nodes.albumentation.prototypes import build, with_numbers
from dtl_nodes.settings.mistakes import At, mistake

WITHOUT_EFFECT = {
    "fill_mask": "masks end where the image does",
    "ignore_channels": "the masks here have no channels",
    "ignore_values": "the masks here have no values",
    "keypoint_remapping_method": "points follow the pixels exactly",
    "mask": "transforms do not get the masks",
    "mask_interpolation": "masks are carried along by the nearest pixel",
    "mask_params": "transforms do not get the masks",
    "rotate_method": "rectangles become the boxes around their corners",
}
"""Arguments for annotations, which are carried along in one way only."""

_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "an object",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "none_required": "null",
    "string_type": "a string",
    "tuple_type": "a list",
}
_LENGTH = ("missing", "too_long", "too_short")


def default_probability(name: str) -> float:
    """Return the probability of a transform where none is written."""
    return float(_parameters(name)["p"].default)


def wrong_probability(p: Any) -> str:
    """Return why ``p`` is no probability, or ``""``."""
    is_number = isinstance(p, (int, float)) and not isinstance(p, bool)
    return "" if is_number and 0 <= p <= 1 else "must be a number from 0 to 1"


def check_arguments(name: str, arguments: dict[str, Any], at: At) -> list[InitErrorDetails]:
    """Return what is wrong with the arguments of an offered transform.

    Args:
        name: of the transform.
        arguments: all but the name, as they stand in the graph.
        at: where the transform stands.
    """
    parameters = _parameters(name)
    found = [
        _unknown(name, key, arguments[key], parameters, at)
        for key in arguments
        if key not in parameters
    ]
    found += [
        mistake(at, arguments, f"'{name}' needs '{key}'")
        for key, parameter in parameters.items()
        if parameter.default is inspect.Parameter.empty and key not in arguments
    ]
    found += _without_effect(name, arguments, parameters, at)
    if not found:
        return _invalid(name, arguments, parameters, at)
    told = {error["loc"] for error in found}
    rest = {key: value for key, value in arguments.items() if (*at, key) not in told}
    places = {(*at, key) for key in rest}
    # What is said of anything else may be for want of what is wrong already.
    return found + [e for e in _invalid(name, rest, parameters, at) if e["loc"] in places]


@cache
def _parameters(name: str) -> Mapping[str, inspect.Parameter]:
    parameters = inspect.signature(offered()[name].__init__).parameters
    return {key: part for key, part in parameters.items() if key != "self"}


def _unknown(name: str, key: str, value: Any, known: Iterable[str], at: At) -> InitErrorDetails:
    help = did_you_mean(key, known) or f"it has {', '.join(known)}"
    return mistake((*at, key), value, f"'{name}' has no argument '{key}'", help=help, allowed=known)


def _without_effect(
    name: str,
    arguments: dict[str, Any],
    parameters: Mapping[str, inspect.Parameter],
    at: At,
) -> list[InitErrorDetails]:
    """Refuse values that would be ignored; what albumentations has by default may be written."""
    found = []
    for key in arguments.keys() & WITHOUT_EFFECT.keys() & parameters.keys():
        default = parameters[key].default
        if arguments[key] != default and with_numbers(arguments)[key] != default:
            reason = f"has no effect: {WITHOUT_EFFECT[key]}"
            found.append(mistake((*at, key), arguments[key], reason, help="leave it out"))
    if arguments.get("area_for_downscale") == "image_mask":
        reason = f"has no effect on masks: {WITHOUT_EFFECT['mask_interpolation']}"
        place = (*at, "area_for_downscale")
        found.append(mistake(place, "image_mask", reason, help="use 'image'"))
    if name == "ToGray" and arguments.get("num_output_channels", 3) != 3:
        value = arguments["num_output_channels"]
        found.append(mistake((*at, "num_output_channels"), value, "images here have 3 channels"))
    return found


def _invalid(
    name: str,
    arguments: dict[str, Any],
    parameters: Mapping[str, inspect.Parameter],
    at: At,
) -> list[InitErrorDetails]:
    """Return what albumentations has against the values."""
    defaults = {key: parameter.default for key, parameter in parameters.items()}
    text = json.dumps({**defaults, "strict": True, **with_numbers(arguments)}, default=str)
    with warnings.catch_warnings():
        # It warns of values that it would replace by others.
        warnings.simplefilter("error")
        try:
            offered()[name].InitSchema.model_validate_json(text, strict=True)
            build(name, json.dumps(arguments, sort_keys=True))
        except ValidationError as error:
            return _worded(error.errors(include_url=False), arguments, at)
        except (ValueError, TypeError, UserWarning, ArithmeticError) as error:
            return [_about(str(error), arguments, at)]
    return []


def _about(text: str, arguments: dict[str, Any], at: At) -> InitErrorDetails:
    """Return a mistake at the argument that the text begins with, else at the transform."""
    key, colon, rest = text.partition(": ")
    if colon and key in arguments:
        return mistake((*at, key), arguments[key], _first_line(rest))
    return mistake(at, arguments, _first_line(text))


def _worded(
    errors: Iterable[ErrorDetails], arguments: dict[str, Any], at: At
) -> list[InitErrorDetails]:
    """Return one mistake for each argument; unions yield an error for each of their members."""
    by_key: dict[str | int | None, list[ErrorDetails]] = {}
    for error in errors:
        by_key.setdefault(error["loc"][0] if error["loc"] else None, []).append(error)
    found = []
    for key, group in by_key.items():
        others = [e for e in group if e["type"] not in _EXPECTED and e["type"] not in _LENGTH]
        missing = [e for e in group if e["type"] == "missing"]
        # A list that is too short lacks entries one by one; the last one tells its length.
        group = [e for e in group if e["type"] != "missing" or e is missing[-1]]
        reasons = [_reason(error) for error in others or group]
        text = " or ".join(dict.fromkeys(reasons))
        reason = text if others else f"must be {text}"
        place = at if key is None else (*at, key)
        value = arguments if key is None else arguments.get(str(key))
        found.append(mistake(place, value, reason, help=_help(str(key))))
    return found


def _reason(error: ErrorDetails) -> str:
    if error["type"] in _EXPECTED:
        return _EXPECTED[error["type"]]
    if error["type"] in _LENGTH:
        return f"a list of {_length(error)}"
    return _first_line(error["msg"])


def _length(error: ErrorDetails) -> int:
    """Return how many entries a list must have that is too short or too long."""
    kinds = [str(part) for part in error["loc"] if str(part).startswith("tuple[")]
    if kinds:
        return kinds[0].count(",") + 1
    if error["type"] == "missing":
        return int(error["loc"][-1]) + 1
    context = error["ctx"]
    return int(context.get("max_length") or context.get("min_length") or 1)


def _help(key: str) -> str:
    if key.endswith("interpolation"):
        return "a number or a name of OpenCV, such as 'INTER_LINEAR'"
    if key == "border_mode":
        return "a number or a name of OpenCV, such as 'BORDER_REFLECT_101'"
    return ""


def _first_line(text: str) -> str:
    line = text.strip().split("\n")[0].removeprefix("Value error, ").rstrip(".")
    return f"{line[:1].lower()}{line[1:]}"
