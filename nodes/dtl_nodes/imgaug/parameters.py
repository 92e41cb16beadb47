"""Parameters of augmenters: what may be written, and numbers that are drawn for each image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class WrongParameter(Exception):
    """A value that a parameter cannot have; the text says what it must be."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from ``low`` to ``high``, of which one is drawn for each image."""

    low: float
    high: float
    is_whole: bool = False

    def number(self, generator: np.random.Generator) -> float:
        """Draw a number, uniformly; whole ones include both ends."""
        if self.low == self.high:
            return self.low
        if self.is_whole:
            return int(generator.integers(int(self.low), int(self.high), endpoint=True))
        return float(generator.uniform(self.low, self.high))

    def whole(self, generator: np.random.Generator) -> int:
        """Draw a whole number."""
        return round(self.number(generator))

    def numbers(
        self, generator: np.random.Generator, shape: tuple[int, ...]
    ) -> NDArray[np.float32]:
        """Draw an array of numbers, each for itself."""
        if self.is_whole:
            drawn = generator.integers(int(self.low), int(self.high), shape, endpoint=True)
            return drawn.astype(np.float32)
        return generator.random(shape, np.float32) * np.float32(self.high - self.low) + np.float32(
            self.low
        )


class PerAxis(NamedTuple):
    """A number for both axes, or one for each; ``y`` is ``None`` where both are the same."""

    x: Interval
    y: Interval | None = None

    def pair(self, generator: np.random.Generator) -> tuple[float, float]:
        """Draw the numbers for x and y."""
        x = self.x.number(generator)
        return x, x if self.y is None else self.y.number(generator)


class Parameter(Protocol):
    """What a parameter may be."""

    def read(self, value: Any) -> Any:
        """Return a JSON value in the form that the augmenter takes.

        Raises:
            WrongParameter: it cannot be that.
        """
        ...

    @property
    def initial(self) -> Any:
        """The JSON value where none is written."""
        ...


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or a list of two between which one is drawn."""

    least: float
    most: float
    initial: Any
    is_whole: bool = False

    def read(self, value: Any) -> Interval:
        """Return the interval."""
        pair = value if isinstance(value, list) else [value, value]
        if len(pair) != 2 or not all(map(self._fits, pair)):
            kind = "a whole number" if self.is_whole else "a number"
            raise WrongParameter(
                f"must be {kind} from {self.least:g} to {self.most:g}, or a list of two"
            )
        low, high = pair
        if low > high:
            raise WrongParameter(f"cannot go from {low:g} down to {high:g}")
        return Interval(low, high, self.is_whole)

    def _fits(self, value: Any) -> bool:
        is_number = isinstance(value, int if self.is_whole else (int, float))
        return is_number and not isinstance(value, bool) and self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Axes:
    """A number for both axes, or an object with one for ``x`` and one for ``y``."""

    number: Number
    neutral: float
    """What stands for an axis that is left out."""

    initial: Any

    def read(self, value: Any) -> PerAxis:
        """Return the intervals of both axes."""
        if not isinstance(value, dict):
            return PerAxis(self.number.read(value))
        if not value or not value.keys() <= {"x", "y"}:
            raise WrongParameter("must be a number, a list of two or an object with 'x' and 'y'")
        return PerAxis(*(self.number.read(value.get(axis, self.neutral)) for axis in ("x", "y")))


@dataclass(frozen=True, slots=True)
class Chance:
    """True, false, or the probability of being true."""

    initial: Any = False

    def read(self, value: Any) -> float:
        """Return the probability."""
        if not isinstance(value, (bool, int, float)) or not 0 <= value <= 1:
            raise WrongParameter("must be true, false or a probability from 0 to 1")
        return float(value)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values."""

    options: tuple[Any, ...]
    initial: Any

    def read(self, value: Any) -> Any:
        """Return the value."""
        if not any(value == option and type(value) is type(option) for option in self.options):
            words = ", ".join(map(_written, self.options))
            raise WrongParameter(
                f"must be one of {words}" if len(self.options) > 1 else f"must be {words}"
            )
        return value


@dataclass(frozen=True, slots=True)
class Maybe:
    """A parameter that may be ``null``."""

    parameter: Parameter
    initial: Any = None

    def read(self, value: Any) -> Any:
        """Return ``None`` or what the parameter makes of the value."""
        return None if value is None else self.parameter.read(value)


Parameters = Mapping[str, Parameter]


def _written(value: Any) -> str:
    return (
        {True: "true", False: "false"}.get(value, f"{value}")
        if isinstance(value, bool)
        else (f"'{value}'" if isinstance(value, str) else f"{value}")
    )
