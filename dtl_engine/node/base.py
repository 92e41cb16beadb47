"""Node and its shapes: what the author of a node derives from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, get_args, get_origin

from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema
from dtl_engine.node.count import Count
from dtl_engine.node.settings import NoSettings, Settings
from dtl_engine.node.signature import SAMPLES_TO_SAMPLES, Signature

if TYPE_CHECKING:
    from dtl_engine.node.draws import Draws
    from dtl_engine.node.models import OpenedModel
    from dtl_engine.node.variant import Variant

S = TypeVar("S", bound=Settings)
V = TypeVar("V")


class Node(ABC, Generic[S]):
    """A layer of a graph with its settings; holds no other state."""

    action: ClassVar[str]
    """The JSON name."""

    signature: ClassVar[Signature]
    """The ports."""

    family: ClassVar[str] = "other"
    """What the node is about: source, geometry, pixels, flow, annotation, model or sink."""

    settings_model: ClassVar[type[Settings]] = NoSettings
    """The model of the settings; taken from the class's type argument."""

    port_aliases: ClassVar[Mapping[str, str]] = {}
    """Other names of input ports, as the second generation of the language has them."""

    is_named_in_src: ClassVar[bool] = True
    """Whether ``src`` names what a node without inputs reads; otherwise its settings do."""

    def __init__(self, settings: S) -> None:
        self.settings = settings

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for base in vars(cls).get("__orig_bases__", ()):
            if isinstance(get_origin(base), type) and issubclass(get_origin(base), Node):
                model = get_args(base)[0]
                if isinstance(model, type) and issubclass(model, Settings):
                    cls.settings_model = model

    @classmethod
    def variant(cls, settings: Any) -> type[Node[Any]]:
        """Return the node that settings, as they are written, ask for.

        For actions of which one setting chooses what all others may be, as ``architecture`` does;
        the settings are not checked yet.
        """
        return cls

    @classmethod
    def variants(cls) -> tuple[Variant, ...]:
        """Return what ``variant`` may choose, for the pages and schemas of the action."""
        return ()

    @staticmethod
    def infer_schema(settings: Any, schema: Schema) -> Schema:
        """Return the schema behind the node, given the merged schema before it.

        Static: it sees settings and schemas, never data. Whatever the node can yield is in it.

        Raises:
            SchemaError: the settings do not fit the schema.
        """
        return schema

    @staticmethod
    def infer_counts(settings: Any, count: Count) -> tuple[Count, ...]:
        """Return, for each output port, how many samples leave when ``count`` enter."""
        return (count,)

    def check_installed(self, schemas: Mapping[str, Schema], opened: OpenedModel | None) -> None:
        """Refuse to run where a library is missing that nothing else needs than running the node.

        Before anything is written; graphs are checked and drawn without it.

        Args:
            schemas: what enters by each input port may carry.
            opened: the model that the node loads, if it is one that does.

        Raises:
            UsageError: it says what to install.
        """
        return

    @staticmethod
    def is_random(settings: Any) -> bool:
        """Whether the node draws random numbers under these settings."""
        return False

    @staticmethod
    def leak_fix(settings: Any) -> str:
        """Return what to write against leakage where samples are split by chance, else ``""``."""
        return ""

    @staticmethod
    def mentioned_labels(settings: Any) -> Mapping[tuple[str | int, ...], str]:
        """Return the labels that settings name, by where they stand in the settings.

        Only those that need not exist: one that no input has selects nothing, which is a warning.
        """
        return {}

    @staticmethod
    def from_successor(settings: Any) -> Any:
        """Return settings of the second generation of the language as they are written here.

        Only where one JSON means different things in the two. The settings are not checked yet:
        what does not look as expected is returned as it is.
        """
        return settings

    @staticmethod
    def target_datasets(
        settings: Any, source_dataset: str, schema: Schema, images: int
    ) -> tuple[str, ...]:
        """Return all datasets that samples may be written to behind the node.

        Nothing leaves the choice as it was.

        Args:
            settings: of the node.
            source_dataset: the dataset that the samples were read from.
            schema: of the stream before the node.
            images: how many source images the whole graph reads.
        """
        return ()


class ProcessingNode(Node[S]):
    """A node between others; the executor calls ``process`` for each sample."""

    signature = SAMPLES_TO_SAMPLES

    expands: ClassVar[bool] = False
    """Whether one sample may become several, which their lineage must then tell apart."""

    removes_sources: ClassVar[bool] = False
    """Whether the source images of samples that come by are deleted when a run ends well."""

    @abstractmethod
    def process(self, sample: Sample, draws: Draws, schema: Schema) -> Iterable[tuple[int, Sample]]:
        """Yield results with the index of the output port that each leaves by.

        ``schema`` is that of the stream that enters.
        """


class MapNode(ProcessingNode[S]):
    """One sample in, one out."""

    @abstractmethod
    def apply(self, sample: Sample) -> Sample:
        """Return the result; ``sample`` stays untouched."""

    def process(self, sample: Sample, draws: Draws, schema: Schema) -> Iterable[tuple[int, Sample]]:
        """Yield the one result."""
        return ((0, self.apply(sample)),)


class SchemaMapNode(ProcessingNode[S]):
    """One sample in, one out, by what the stream declares: colours of labels, for example."""

    @abstractmethod
    def apply(self, sample: Sample, schema: Schema) -> Sample:
        """Return the result; ``schema`` is that of the stream that enters."""

    def process(self, sample: Sample, draws: Draws, schema: Schema) -> Iterable[tuple[int, Sample]]:
        """Yield the one result."""
        return ((0, self.apply(sample, schema)),)


class ExpandNode(ProcessingNode[S]):
    """One sample in, any number out; none drops it."""

    expands = True

    @staticmethod
    @abstractmethod
    def infer_counts(settings: Any, count: Count) -> tuple[Count, ...]:
        """Return how many samples leave when ``count`` enter."""

    @abstractmethod
    def apply(self, sample: Sample) -> Iterable[Sample]:
        """Yield the results; ``sample`` stays untouched."""

    def process(self, sample: Sample, draws: Draws, schema: Schema) -> Iterable[tuple[int, Sample]]:
        """Yield the results."""
        return ((0, result) for result in self.apply(sample))


class RouteNode(ProcessingNode[S]):
    """Sends each sample through one of its output ports."""

    @staticmethod
    def infer_counts(settings: Any, count: Count) -> tuple[Count, ...]:
        """Any part of the samples may leave by either of two ports."""
        return count.split()

    @abstractmethod
    def apply(self, sample: Sample) -> str:
        """Return the name of the output port."""

    def process(self, sample: Sample, draws: Draws, schema: Schema) -> Iterable[tuple[int, Sample]]:
        """Yield the sample at its port."""
        return ((_port(self.signature, self.apply(sample)), sample),)


class RandomNode(ProcessingNode[S], Generic[S, V]):
    """A node that decides by chance: ``draw`` decides, ``apply`` acts.

    Everything random lies in the drawn values, so image and annotation cannot disagree.
    """

    @abstractmethod
    def draw(self, sample: Sample, draws: Draws) -> V:
        """Decide for this sample."""


class RandomMapNode(RandomNode[S, V]):
    """One sample in, one out, by chance."""

    @abstractmethod
    def apply(self, sample: Sample, values: V) -> Sample:
        """Return the result for the drawn values."""

    def process(self, sample: Sample, draws: Draws, schema: Schema) -> Iterable[tuple[int, Sample]]:
        """Yield the one result."""
        return ((0, self.apply(sample, self.draw(sample, draws))),)


class RandomExpandNode(RandomNode[S, V]):
    """One sample in, any number out, by chance."""

    expands = True

    @staticmethod
    @abstractmethod
    def infer_counts(settings: Any, count: Count) -> tuple[Count, ...]:
        """Return how many samples leave when ``count`` enter."""

    @abstractmethod
    def apply(self, sample: Sample, values: V) -> Iterable[Sample]:
        """Yield the results for the drawn values."""

    def process(self, sample: Sample, draws: Draws, schema: Schema) -> Iterable[tuple[int, Sample]]:
        """Yield the results."""
        return ((0, result) for result in self.apply(sample, self.draw(sample, draws)))


class RandomRouteNode(RandomNode[S, V]):
    """Sends each sample through one of its output ports, by chance."""

    @staticmethod
    def infer_counts(settings: Any, count: Count) -> tuple[Count, ...]:
        """Any part of the samples may leave by either of two ports."""
        return count.split()

    @abstractmethod
    def apply(self, sample: Sample, values: V) -> str:
        """Return the name of the output port for the drawn values."""

    def process(self, sample: Sample, draws: Draws, schema: Schema) -> Iterable[tuple[int, Sample]]:
        """Yield the sample at its port."""
        return ((_port(self.signature, self.apply(sample, self.draw(sample, draws))), sample),)


def _port(signature: Signature, name: str) -> int:
    return next(at for at, port in enumerate(signature.outputs) if port.name == name)
