"""The ``dummy`` node: join several streams into one."""

from pydantic import ConfigDict

from dtl_engine.sdk import MapNode, Sample, Settings


class DummySettings(Settings):
    """Settings of ``dummy``: anything is accepted and ignored."""

    model_config = ConfigDict(extra="ignore")


class Dummy(MapNode[DummySettings]):
    """Pass every sample on, to give the union of several streams one name.

    Example:
        {}
    """

    action = "dummy"
    family = "flow"

    def apply(self, sample: Sample) -> Sample:
        """Return the sample itself."""
        return sample
