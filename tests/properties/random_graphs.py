"""Hypothesis strategies for graphs over the project ``mini``: sound ones and mutilated ones."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from tests.fixtures.small_graphs import Json, document, layer, reading, saving

PERCENT = st.sampled_from([0, 30, 50, 80, 100])


def _crop(part: tuple[int, int, int, int]) -> Json:
    width, height = sorted(part[:2]), sorted(part[2:])
    ranges = {"min_percent": width[0], "max_percent": width[1]}
    return {
        "random_part": {
            "width": ranges,
            "height": {"min_percent": height[0], "max_percent": height[1]},
        }
    }


CONDITIONS = st.sampled_from(
    [
        {"probability": 0.5},
        {"probability": 0.5, "by": "source"},
        {"probability": 0},
        {"probability": 1},
        {"min_width": 30},
        {"min_objects_count": 4},
        {"tags": ["seen"]},
        {"include_classes": ["blob", "bg"]},
        {"project_datasets": ["*/ds1"]},
        {"regex_names": ["^o"]},
        {"name_in_range": ["a", "z"], "frame_step": 2},
    ]
)

STEPS: dict[str, st.SearchStrategy[Json]] = {
    "dummy": st.just({}),
    "flip": st.sampled_from([{"axis": "horizontal"}, {"axis": "vertical"}]),
    "multiply": st.integers(1, 3).map(lambda times: {"multiply": times}),
    "crop": st.tuples(PERCENT, PERCENT, PERCENT, PERCENT).map(_crop)
    | st.sampled_from([{"sides": {"left": "7px", "top": "10%"}}, {"sides": {"right": "30px"}}]),
    "if": CONDITIONS.map(lambda condition: {"condition": condition}),
    "tag": st.sampled_from([{"tag": "seen", "action": "add"}, {"tag": "seen", "action": "delete"}]),
    "background": st.just({"class": "bg"}),
    "dataset": st.sampled_from([{"name": "ds2"}, {"name": "new"}, {"rule": "save_original"}]),
}


@st.composite
def layers(draw: st.DrawFn, sinks: int = 2, pattern: str = "mini/*") -> list[Json]:
    """Draw sound layers: sources, up to five steps that read anything before them, sinks."""
    made = [reading(pattern)]
    if draw(st.booleans()):
        made.append(reading("mini/ds1", "$more", {"box": "__ignore__", "__other__": "__default__"}))
    names = [entry["dst"] for entry in made]
    for at in range(draw(st.integers(0, 5))):
        action = draw(st.sampled_from(sorted(STEPS)))
        dst: Any = f"$s{at}"
        if action == "if":
            ends = (f"$s{at}", f"$t{at}", None)
            dst = [draw(st.sampled_from(ends)), draw(st.sampled_from(ends))]
        made.append(layer(action, draw(_some(names)), dst, **draw(STEPS[action])))
        names += [name for name in (dst if isinstance(dst, list) else [dst]) if name]
        names = list(dict.fromkeys(names))
    for at in range(draw(st.integers(1, sinks))):
        made.append(saving(draw(_some(names)), f"out{at}"))
    return made


def _some(names: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)


SCRAPS: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, False, 0, -1, 1, 2.5, 1e300, 2**63, 10**40, "", "$", "$in", "$s0", "null"),
        *("out0", "a/b", "mini/*", "mini", "*/*", "..", "\ud800", "\0", "😀" * 9, "__other__"),
        *([], {}, [[]], ["$in"], [None], ["$a", "$b"], {"probability": 0.5}, {"a": {"a": {}}}),
        *("flip", "if", "data", "dataset", "supervisely", "crop", "default", "7px", "10%", "("),
    ]
)
"""JSON values that stand for anything that a hand may write in the wrong place."""


@st.composite
def mutilated(draw: st.DrawFn) -> Any:
    """Draw a document made of pieces of a sound one, some of them out of place."""
    made = draw(layers())
    value: Any = document(*made) if draw(st.booleans()) else made
    value = copy.deepcopy(value)
    for _ in range(draw(st.integers(1, 4))):
        value = draw(_mutation(value))
    return value


@st.composite
def _mutation(draw: st.DrawFn, value: Any) -> Any:
    """Walk to some place in ``value`` and change what is there."""
    holder: Any = None
    key: Any = None
    here = value
    while isinstance(here, (dict, list)) and here and draw(st.integers(0, 5)):
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        holder, key = here, draw(st.sampled_from(keys))
        here = holder[key]
    if holder is None:
        return value
    match draw(st.sampled_from(["scrap", "delete", "rename", "wrap", "repeat"])):
        case "scrap":
            holder[key] = copy.deepcopy(draw(SCRAPS))
        case "delete":
            del holder[key]
        case "rename" if isinstance(holder, dict):
            holder[draw(st.sampled_from(["src", "dst", "axsi", "by", "extra", ""]))] = here
        case "repeat" if isinstance(holder, list):
            holder.append(copy.deepcopy(here))
        case _:
            holder[key] = [here]
    return value
