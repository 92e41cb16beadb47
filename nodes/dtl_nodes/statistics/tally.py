"""What is counted of a stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dtl_engine.sdk import Instance, Sample, Schema, Tag, TagValueType
from dtl_nodes.statistics.measure import Measure


@dataclass(slots=True)
class ClassTally:
    """The objects of one class; ``samples`` are those with at least one of them."""

    objects: int = 0
    samples: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    area_px: Measure = field(default_factory=Measure)
    area_percent: Measure = field(default_factory=Measure)
    width_px: Measure = field(default_factory=Measure)
    height_px: Measure = field(default_factory=Measure)

    def see(self, instance: Instance, image_px: int) -> None:
        """Count one object in an image of ``image_px`` pixels."""
        shape = instance.shape
        box, area = shape.bbox, shape.area
        self.objects += 1
        self.shapes[str(shape.kind)] += 1
        self.area_px.see(area)
        self.area_percent.see(100 * area / image_px)
        self.width_px.see(box.x1 - box.x0)
        self.height_px.see(box.y1 - box.y0)

    def add(self, other: ClassTally) -> None:
        """Add what was counted elsewhere."""
        self.objects += other.objects
        self.samples += other.samples
        self.shapes.update(other.shapes)
        self.area_px.add(other.area_px)
        self.area_percent.add(other.area_percent)
        self.width_px.add(other.width_px)
        self.height_px.add(other.height_px)

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON data."""
        return {
            "objects": self.objects,
            "samples": self.samples,
            "shapes": dict(sorted(self.shapes.items())),
            "area_px": self.area_px.as_json(),
            "area_percent": self.area_percent.as_json(),
            "width_px": self.width_px.as_json(),
            "height_px": self.height_px.as_json(),
        }


@dataclass(slots=True)
class StreamTally:
    """Samples, objects, sizes and tags of one stream.

    Values are counted for tags with a list of values only: others could be endless.
    """

    choices: frozenset[str] = frozenset()
    samples: int = 0
    unlabelled: int = 0
    datasets: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    width_px: Measure = field(default_factory=Measure)
    height_px: Measure = field(default_factory=Measure)
    objects_per_sample: Measure = field(default_factory=Measure)
    classes: dict[str, ClassTally] = field(default_factory=dict)
    image_tags: Counter[tuple[str, str]] = field(default_factory=Counter)
    object_tags: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, schema: Schema) -> StreamTally:
        """Return the tally of nothing for a stream of ``schema``."""
        choices = (tag.name for tag in schema.tags if tag.value_type is TagValueType.CHOICE)
        return cls(frozenset(choices))

    def see(self, sample: Sample) -> None:
        """Count one sample; all that one tally sees are of one source image."""
        width, height = sample.size
        dataset = f"{sample.origin.project}/{sample.origin.dataset}"
        self.samples += 1
        self.datasets[dataset] += 1
        self.sources[dataset] = 1
        self.width_px.see(width)
        self.height_px.see(height)
        self.objects_per_sample.see(len(sample.instances))
        self.unlabelled += not sample.instances
        self.image_tags.update(self._told(sample.tags))
        seen: set[str] = set()
        for instance in sample.instances:
            tally = self.classes.setdefault(instance.label, ClassTally())
            tally.see(instance, width * height)
            if instance.label not in seen:
                seen.add(instance.label)
                tally.samples += 1
            self.object_tags.update(self._told(instance.tags))

    def add(self, other: StreamTally) -> None:
        """Add what was counted elsewhere, of other source images."""
        self.samples += other.samples
        self.unlabelled += other.unlabelled
        self.datasets.update(other.datasets)
        self.sources.update(other.sources)
        self.width_px.add(other.width_px)
        self.height_px.add(other.height_px)
        self.objects_per_sample.add(other.objects_per_sample)
        self.image_tags.update(other.image_tags)
        self.object_tags.update(other.object_tags)
        for name, tally in other.classes.items():
            self.classes.setdefault(name, ClassTally()).add(tally)

    def objects(self, label: str) -> int:
        """Return the number of objects of a class."""
        return self.classes[label].objects if label in self.classes else 0

    def tagged(self, tag: str) -> int:
        """Return the number of samples whose image has a tag."""
        return self.image_tags[tag, ""]

    def _told(self, tags: Iterable[Tag]) -> set[tuple[str, str]]:
        """Return what to count of tags: every name once, and the values of some."""
        told = {(tag.name, "") for tag in tags}
        told |= {(t.name, str(t.value)) for t in tags if t.name in self.choices and t.value}
        return told

    def as_json(self, schema: Schema) -> dict[str, Any]:
        """Return everything as JSON data, in the order of ``schema``, absent classes included."""
        nothing = ClassTally()
        return {
            "samples": self.samples,
            "sources": self.sources.total(),
            "unlabelled": self.unlabelled,
            "objects": sum(tally.objects for tally in self.classes.values()),
            "datasets": [
                {"name": name, "samples": self.datasets[name], "sources": self.sources[name]}
                for name in sorted(self.datasets)
            ],
            "width_px": self.width_px.as_json(),
            "height_px": self.height_px.as_json(),
            "objects_per_sample": self.objects_per_sample.as_json(),
            "classes": [
                {
                    "name": label.name,
                    "shape": str(label.kind),
                    "color": label.color,
                    **self.classes.get(label.name, nothing).as_json(),
                }
                for label in schema.labels
            ],
            "tags": [
                {
                    "name": tag.name,
                    "value_type": tag.value_type.value,
                    "samples": self.image_tags[tag.name, ""],
                    "objects": self.object_tags[tag.name, ""],
                    "values": [
                        {
                            "value": value,
                            "samples": self.image_tags[tag.name, value],
                            "objects": self.object_tags[tag.name, value],
                        }
                        for value in tag.values
                    ],
                }
                for tag in schema.tags
            ],
        }
