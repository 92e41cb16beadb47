"""The ``expect`` node: declare facts about a stream; one that does not hold fails the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import orjson
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import (
    SAMPLES,
    Percent,
    Port,
    ReportNode,
    Sample,
    Schema,
    SchemaError,
    Settings,
    Signature,
)
from dtl_nodes.classes.labels import Label, Labels
from dtl_nodes.classes.unknown import require_known
from dtl_nodes.settings.ranges import require_order
from dtl_nodes.statistics.expectations import Fact, loss_facts, range_fact
from dtl_nodes.statistics.tally import StreamTally

SINCE = "since"
DOING = "to expect"


class Range(Settings):
    """How many there may be; at least one of the two."""

    min: Annotated[int, Field(ge=0)] | None = None
    """The least number."""

    max: Annotated[int, Field(ge=0)] | None = None
    """The largest number."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min is None and self.max is None:
            raise PydanticCustomError("value_error", "'min' or 'max' is needed")
        require_order("min", self.min, "max", self.max)
        return self


class PercentBounds(Settings):
    """Which share of the samples; at least one of the two."""

    min_percent: Percent | None = None
    """The least share."""

    max_percent: Percent | None = None
    """The largest share."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_percent is None and self.max_percent is None:
            raise PydanticCustomError("value_error", "'min_percent' or 'max_percent' is needed")
        require_order("min_percent", self.min_percent, "max_percent", self.max_percent)
        return self


class Loss(Settings):
    """How many objects may be gone since the stream at the input ``since``."""

    max_percent: Percent
    """The largest share of a class's objects that may be missing."""

    classes: Labels | None = None
    """The classes to look at; not given: all that both streams can have."""

    per_sample: bool = False
    """Compare objects per sample instead of all objects: for streams that were multiplied or
    split in between."""


class ExpectSettings(Settings):
    """Settings of ``expect``: any of these facts, at least one."""

    samples: Range | None = None
    """How many samples there are."""

    sources: Range | None = None
    """How many source images they come from."""

    objects: Annotated[dict[Label, Range], Field(default_factory=dict)]
    """Class -> how many objects of it there are."""

    objects_per_sample: Range | None = None
    """How many objects each single sample has."""

    unlabelled: PercentBounds | None = None
    """Which share of the samples has no object."""

    tags: Annotated[dict[Label, PercentBounds], Field(default_factory=dict)]
    """Image tag -> which share of the samples has it."""

    loss: Loss | None = None
    """How many objects may be gone; needs ``"src": {"samples": [...], "since": [...]}``."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise PydanticCustomError("value_error", "no fact is declared")
        return self


@dataclass(slots=True)
class TwoTallies:
    """What is counted at the two inputs."""

    samples: StreamTally
    since: StreamTally

    def add(self, other: TwoTallies) -> None:
        """Add what was counted elsewhere."""
        self.samples.add(other.samples)
        self.since.add(other.since)


class Expect(ReportNode[ExpectSettings, TwoTallies]):
    """Declare facts about a stream; the run fails with the figures of those that do not hold.

    The facts are judged when the last sample is through; what was saved is complete and stays.
    ``dst`` names a folder whose ``report.json`` says of every fact what was expected and found.

    Example:
        {"samples": {"min": 1}, "objects": {"box": {"min": 1}}}

    Source: new in dtl-engine.
    """

    action = "expect"
    signature = Signature(inputs=(SAMPLES, Port(SINCE)), outputs=())

    @staticmethod
    def check_inputs(settings: ExpectSettings, schemas: Mapping[str, Schema]) -> None:
        """Refuse classes and tags that cannot be there, and a loss since nothing."""
        here = schemas[SAMPLES.name]
        for name in settings.objects:
            require_known(here.label_names, name, DOING, ("objects", name), in_key=True)
        for name in settings.tags:
            at = ("tags", name)
            require_known(here.tag_names, name, DOING, at, what="tag", in_key=True)
        if settings.loss is None:
            return
        if SINCE not in schemas:
            raise SchemaError(
                "E307",
                "a loss is measured since another stream, which the layer does not read",
                at=("loss",),
                help='write "src": {"samples": ["$here"], "since": ["$there"]}',
            )
        for number, name in enumerate(settings.loss.classes or ()):
            for schema in (here, schemas[SINCE]):
                require_known(schema.label_names, name, DOING, ("loss", "classes", number))

    def tally(self, schemas: Mapping[str, Schema]) -> TwoTallies:
        """Return the tallies of nothing."""
        empty = Schema()
        return TwoTallies(
            StreamTally.of(schemas[SAMPLES.name]), StreamTally.of(schemas.get(SINCE, empty))
        )

    def observe(self, tally: TwoTallies, sample: Sample, port: str) -> None:
        """Count the sample."""
        (tally.since if port == SINCE else tally.samples).see(sample)

    def conclude(
        self, tally: TwoTallies, schemas: Mapping[str, Schema], folder: Path
    ) -> tuple[str, ...]:
        """Judge every fact, write what was found, and return those that do not hold."""
        facts = list(self._facts(tally, schemas))
        content = {"holds": all(f.holds for f in facts), "facts": [f.as_json() for f in facts]}
        (folder / "report.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        return tuple(str(fact) for fact in facts if not fact.holds)

    def _facts(self, tally: TwoTallies, schemas: Mapping[str, Schema]) -> list[Fact]:
        wanted, here = self.settings, tally.samples
        facts: list[Fact] = []
        if wanted.samples:
            facts.append(_count("samples", wanted.samples, here.samples))
        if wanted.sources:
            facts.append(_count("source images", wanted.sources, here.sources.total()))
        facts += [
            _count(f"objects of '{label}'", bounds, here.objects(label))
            for label, bounds in wanted.objects.items()
        ]
        if each := wanted.objects_per_sample:
            extremes = (here.objects_per_sample.least, here.objects_per_sample.most)
            counts = dict.fromkeys(int(found) for found in extremes if found is not None)
            facts += [_count("objects on a sample", each, found) for found in counts]
        shares = {
            f"samples tagged '{tag}'": (b, here.tagged(tag)) for tag, b in wanted.tags.items()
        }
        if wanted.unlabelled:
            shares["samples without objects"] = (wanted.unlabelled, here.unlabelled)
        for name, (share, found) in shares.items():
            percent = 100 * found / here.samples if here.samples else 0.0
            facts.append(range_fact(name, percent, share.min_percent, share.max_percent, " %"))
        if wanted.loss:
            both = [x for x in schemas[SINCE].label_names if x in schemas[SAMPLES.name].label_names]
            labels = both if wanted.loss.classes is None else wanted.loss.classes
            most_lost, per_sample = wanted.loss.max_percent, wanted.loss.per_sample
            facts += loss_facts(tally.since, here, labels, most_lost, per_sample=per_sample)
        return facts


def _count(name: str, bounds: Range, found: int) -> Fact:
    return range_fact(name, found, bounds.min, bounds.max)
