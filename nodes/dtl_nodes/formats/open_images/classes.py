"""Labels of Open Images and the names that they are shown under."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dtl_nodes.formats.open_images.layout import Role, Table
from dtl_nodes.formats.open_images.tables import scan

UNNAMED = "object"

EXTRA = "open_images_label"
"""The member of a class that keeps its label."""


@dataclass
class ClassNames:
    """Names by label, each of which is one label's, and the labels met that have none."""

    titles: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)

    @classmethod
    def read(cls, tables: Iterable[Table]) -> ClassNames:
        """Read all descriptions; the first one of a label counts.

        Raises:
            SchemaError: E403, a table cannot be read.
        """
        names = cls()
        taken: set[str] = set()
        for table in tables:
            if table.role is not Role.DESCRIPTIONS:
                continue
            label_at, name_at = table.column("LabelName"), table.column("DisplayName")
            for _, fields in scan(table):
                if len(fields) <= max(label_at, name_at):
                    continue
                label, name = fields[label_at].strip(), fields[name_at].strip()
                if not label or not name or label in names.titles:
                    continue
                if name in taken:
                    name = f"{name} ({label})"
                taken.add(name)
                names.titles[label] = name
        return names

    def title(self, label: str) -> str:
        """Return the name of a label, the label itself where it has none."""
        return self.titles.get(label, label)

    def meet(self, label: str) -> str:
        """Return the name of a label that an object or an image has."""
        name = self.titles.get(label)
        if name is None:
            name = label
            if self.titles or label.startswith("/"):
                self.unknown[label] = None
        return name

    def titles_by_part(self, default: str | None) -> Callable[[str], str]:
        """Return what names the class of a mask by the part of its file name.

        That is a label without its slashes; ``default`` is the class of all that are no label.
        """
        known = {label.replace("/", ""): name for label, name in self.titles.items()}
        return lambda part: known.get(part) or default or part or UNNAMED
