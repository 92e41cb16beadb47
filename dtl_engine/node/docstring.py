"""What the docstring of a node says: a summary, a text, an example and a source."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_EXAMPLE = "Example:"
_SOURCE = "Source:"
_CODE = re.compile(r"``(.+?)``", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Documentation:
    """The parts of a docstring; code in texts stands in `single backticks`.

    ``example`` is the JSON below ``Example:`` as it stands there, ``""`` if there is none.
    """

    summary: str
    paragraphs: tuple[str, ...]
    example: str
    source: str

    def example_settings(self) -> Any:
        """Return the parsed example.

        Raises:
            ValueError: there is none, or it is not JSON.
        """
        if not self.example:
            raise ValueError(f"there is no section '{_EXAMPLE}'")
        return json.loads(self.example)


def read_docstring(text: str | None) -> Documentation:
    """Return the parts of a docstring as it stands in the source; ``None`` has none."""
    lines = inspect.cleandoc(text or "").splitlines()
    example = ""
    if _EXAMPLE in lines:
        start = lines.index(_EXAMPLE)
        end = start + 1
        while end < len(lines) and (not lines[end] or lines[end].startswith(" ")):
            end += 1
        example = textwrap.dedent("\n".join(lines[start + 1 : end])).strip()
        lines[start:end] = [""]
    summary, *rest = _paragraphs(lines) or [""]
    source = next((part for part in rest if part.startswith(_SOURCE)), "")
    return Documentation(
        summary,
        tuple(part for part in rest if part != source),
        example,
        source.removeprefix(_SOURCE).strip(),
    )


def plain(text: str) -> str:
    """Return a docstring's text in one line, code in `single backticks`."""
    return " ".join(_CODE.sub(r"`\1`", text).split())


def _paragraphs(lines: Sequence[str]) -> list[str]:
    parts = "\n".join(lines).split("\n\n")
    return [plain(part) for part in parts if part.strip()]
