"""Where a value of a composed graph was written: its document, or the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dtl_engine.errors import Location
from dtl_engine.graph.json_reader import JsonDocument
from dtl_engine.graph.locate import pointer_of


@dataclass(frozen=True, slots=True)
class Source:
    """A document and where it lies.

    ``folder`` is where the names in it start, ``root`` the folder that none of them may leave;
    ``path`` is ``None`` for a document that is no file.
    """

    document: JsonDocument
    folder: Path
    root: Path
    path: Path | None = None

    @property
    def file(self) -> str:
        """Its name, for messages."""
        return self.document.file

    @property
    def has_parameters(self) -> bool:
        """Whether ``${...}`` means a parameter in it: a bare list speaks the original language."""
        return not isinstance(self.document.value, list)

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """Return the place of the value (or of its key) at ``pointer``."""
        return self.document.locate(pointer, key=key)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A replacement as typed on the command line."""

    text: str

    @property
    def has_parameters(self) -> bool:
        """What is typed is meant as it stands."""
        return False

    @property
    def file(self) -> str:
        """What stands for a file's name in messages."""
        return f"--set '{self.text}'"

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """Return its place: the command line has one line."""
        return Location(self.file, 1, 1, pointer)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one value was written.

    ``used_by`` are the places that use it from elsewhere, nearest first; ``holder`` is where the
    member that has this value was written, if that is elsewhere too.
    """

    source: Source | CommandLine
    pointer: str = ""
    used_by: tuple[Place, ...] = ()
    holder: Place | None = None

    @property
    def alone(self) -> Place:
        """The place without those that use it."""
        return Place(self.source, self.pointer)

    def child(self, token: str | int) -> Place:
        """Return the place of a member or an item."""
        return Place(self.source, self.pointer + pointer_of((token,)), self.used_by)

    def below(self, pointer: str) -> Place:
        """Return the place of what stands at ``pointer`` inside this value."""
        return Place(self.source, self.pointer + pointer, self.used_by) if pointer else self

    def used_at(self, user: Place) -> Place:
        """Return this place as that of a value which stands in the graph at ``user``."""
        own = self.used_by
        while own and own[-1] in user.used_by:
            own = own[:-1]  # both stand in one part
        used_by = (*own, user.alone, *user.used_by)
        return replace(self, used_by=used_by, holder=user)

    def locate(self, *, key: bool = False) -> Location:
        """Return file, line and column of the value, or of the name of the member that has it."""
        at = self.holder if key and self.holder else self
        location = at.source.locate(at.pointer, key=key)
        users = (place.source.locate(place.pointer) for place in at.used_by)
        return replace(location, used_by=tuple(dict.fromkeys(users)))


@dataclass(frozen=True, slots=True)
class Written:
    """A JSON value and where it was written.

    As long as ``composed`` is false, ``value`` is plain and all of it stands at ``place``. Composed
    objects and lists hold ``Written`` values, each with a place of its own.
    """

    value: Any
    place: Place
    composed: bool = False

    @property
    def members(self) -> dict[str, Written]:
        """The members of an object; no other value has any."""
        if not isinstance(self.value, dict):
            return {}
        if self.composed:
            return dict(self.value)
        return {key: Written(value, self.place.child(key)) for key, value in self.value.items()}

    @property
    def items(self) -> list[Written]:
        """The items of a list; no other value has any."""
        if not isinstance(self.value, list):
            return []
        if self.composed:
            return list(self.value)
        return [Written(value, self.place.child(at)) for at, value in enumerate(self.value)]

    def with_content(self, content: Mapping[str, Written] | list[Written]) -> Written:
        """Return an object or a list of this place with other content."""
        return replace(self, value=content, composed=True)

    @property
    def plain(self) -> Any:
        """The value without places."""
        return _flattened(self, "", {})


@dataclass(frozen=True, slots=True)
class FlatDocument:
    """The one document that all documents of a graph make together.

    ``value`` is plain JSON data; ``places`` says where its parts were written, by JSON pointer:
    what has no entry stands in its file as it stands here, inside the nearest value that has one.
    """

    value: Any
    places: Mapping[str, Place]

    @property
    def file(self) -> str:
        """The name of the main document, for messages."""
        return self.places[""].source.file

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """Return the place of the value (or of its key) at ``pointer``.

        Where nothing is there, it is that of the innermost value on the way.
        """
        nearest = pointer
        while nearest not in self.places:
            nearest = nearest.rpartition("/")[0]
        place = self.places[nearest].below(pointer[len(nearest) :])
        location = place.locate(key=key)
        if isinstance(place.source, CommandLine):
            return replace(location, pointer=pointer)
        return replace(location, flat_pointer=pointer if pointer != location.pointer else "")


def flatten(written: Written) -> FlatDocument:
    """Return ``written`` as plain data beside the places of its parts."""
    places: dict[str, Place] = {}
    return FlatDocument(_flattened(written, "", places), places)


def _flattened(written: Written, pointer: str, places: dict[str, Place]) -> Any:
    places[pointer] = written.place
    if not written.composed:
        return written.value
    if isinstance(written.value, dict):
        return {
            key: _flattened(value, pointer + pointer_of((key,)), places)
            for key, value in written.value.items()
        }
    return [_flattened(value, f"{pointer}/{at}", places) for at, value in enumerate(written.value)]
