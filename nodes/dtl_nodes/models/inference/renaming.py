"""Which classes and tags of a model come into the results, and under which names.

Source: the renamers of the original plugins. A name that the model does not know is an error here;
``class_mapping`` is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field
from pydantic import Tag as UnionTag

from dtl_engine.sdk import Instance, Settings, Tag
from dtl_nodes.classes.unknown import Named, require_known

ALL: Literal["__all__"] = "__all__"

At = tuple[str | int, ...]
"""Where something stands in the settings."""

Name = Annotated[str, Field(min_length=1)]


def _form(value: object) -> str:
    return "[list]" if isinstance(value, (list, tuple)) else "[string]"


Names = Annotated[
    Annotated[Literal["__all__"], UnionTag("[string]")]
    | Annotated[tuple[Name, ...], UnionTag("[list]")],
    Discriminator(_form),
]
"""``"__all__"``, or a list of names; an empty list means none."""


class Renamed(Settings):
    """Settings of what is kept of some names, and how they are called."""

    save_names: Names | None = None
    """What is kept, by the names that the model knows: ``"__all__"``, or a list, which may be
    empty. Not given: what ``save_classes`` says, else all."""

    save_classes: Names | None = None
    """The same as ``save_names``, which wins if both are given."""

    add_suffix: str | None = None
    """Put behind each name. Not given: nothing, but the suffix of the network, as ``_unet``, in
    mode ``full_image``."""

    @property
    def saved(self) -> tuple[str, Literal["__all__"] | tuple[str, ...]]:
        """The key that says what is kept, and what it says."""
        if self.save_names is not None:
            return "save_names", self.save_names
        if self.save_classes is not None:
            return "save_classes", self.save_classes
        return "", ALL

    def title(self, name: str) -> str | None:
        """Return what a name becomes that nothing else is known of; ``None`` if it is dropped."""
        _, saved = self.saved
        return name + (self.add_suffix or "") if saved == ALL or name in saved else None


class RenamedTags(Renamed):
    """Settings of tags in results."""


class RenamedClasses(Renamed):
    """Settings of classes in results."""

    class_mapping: Mapping[str, Name] = Field(default={})
    """Class of the model -> its title in results, before the suffix; others keep their title.
    Several classes may get one title."""


@dataclass(frozen=True, slots=True)
class Renamer:
    """Names that are kept -> their names in results, in the order of the model."""

    titles: Mapping[str, str]
    at: At = ()
    """Where the settings say so."""

    def title(self, name: str) -> str | None:
        """Return the name in results; ``None`` if it is not kept."""
        return self.titles.get(name)

    def tags(self, tags: Iterable[Tag]) -> tuple[Tag, ...]:
        """Return the tags that are kept, under their new names."""
        return tuple(
            replace(tag, name=new) for tag in tags if (new := self.title(tag.name)) is not None
        )

    def instances(self, instances: Iterable[Instance], tags: Renamer) -> list[Instance]:
        """Return the objects that are kept, under their new titles, with tags renamed too."""
        return [
            replace(each, label=new, tags=tags.tags(each.tags))
            for each in instances
            if (new := self.title(each.label)) is not None
        ]


def make_renamer(
    settings: Renamed | None,
    known: Sequence[str],
    at: At,
    *,
    suffix: str = "",
    what: Named = "class",
    owner: str = "the model",
) -> Renamer:
    """Return what becomes of the names that a model knows.

    Args:
        settings: what is kept and how it is called; ``None``: all, with ``suffix``.
        known: the names, in order.
        at: where ``settings`` stand.
        suffix: what they leave out.
        what: the names are of.
        owner: whose they are, for messages.

    Raises:
        SchemaError: E302, a name is not known; E305, one would be empty.
    """
    if settings is None:
        return Renamer({name: name + suffix for name in known}, at)
    key, saved = settings.saved
    listed = enumerate(saved) if saved != ALL else ()
    for number, name in listed:
        require_known(known, name, f"of {owner}", (*at, key, number), what=what)
    mapping: Mapping[str, Any] = getattr(settings, "class_mapping", {})
    for name in mapping:
        place = (*at, "class_mapping", name)
        require_known(known, name, f"of {owner}", place, what=what, in_key=True)
    if settings.add_suffix is not None:
        suffix = settings.add_suffix
    kept = known if saved == ALL else [name for name in known if name in saved]
    return Renamer({name: mapping.get(name, name) + suffix for name in kept}, at)
