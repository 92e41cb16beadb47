"""Choosing the datasets of a project that samples are written to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import UsageError
from dtl_nodes.formats.supervisely.existing import ExistingProject
from dtl_nodes.formats.supervisely.options import SavedProject

_BAD = r'/\\|<>:"?*\x00-\x1f'
DatasetName = Annotated[
    str, Field(max_length=200, pattern=rf"^(?:[^.\s{_BAD}](?:[^{_BAD}]*[^\s{_BAD}])?)?$")
]
"""The name of a folder; the empty one stands for none."""


def _refuse_number(number: int | None) -> None:
    if number is not None:
        raise PydanticCustomError(
            "value_error",
            "datasets have numbers on a server alone, folders have names",
            {"help": 'write "dataset_name": "..." instead, with the name of the dataset'},
        )


class DatasetChoice(SavedProject):
    """Settings that say into which datasets of a project samples go."""

    dataset_option: Literal["new", "existing", "keep"]
    """``new``: all into the new dataset ``dataset_name``; ``existing``: all into the dataset
    ``dataset_name`` that is there; ``keep``: each into the dataset it comes from, which gets
    ``_001`` and so on added to its name where that is taken."""

    dataset_name: DatasetName | None = None
    """A folder name without ``/ \\ | < > : " ? *`` and without a dot in front."""

    dataset_id: Annotated[int | None, AfterValidator(_refuse_number)] = None
    """The number of a dataset on a server, which means nothing here: write ``dataset_name``."""

    merge_different_meta: bool = False
    """Declare in the project what it does not declare yet; else both must be the same."""

    @model_validator(mode="after")
    def _names_a_dataset(self) -> Self:
        if self.dataset_option == "keep":
            if self.dataset_name:
                raise PydanticCustomError(
                    "value_error", "'dataset_name' is for 'new' and 'existing'; 'keep' has no use"
                )
        elif not self.dataset_name:
            raise PydanticCustomError(
                "value_error",
                "'dataset_option' is '{option}', so 'dataset_name' is needed",
                {"option": self.dataset_option},
            )
        return self

    def named(self, wanted: tuple[str, ...], project: ExistingProject) -> Mapping[str, str]:
        """Return the dataset of ``project`` for each one that is asked for.

        Raises:
            UsageError: there is no such dataset, or the new one is there already.
        """
        if self.dataset_option == "keep":
            return _untaken(wanted, {name for name, names in project.taken.items() if names})
        name = self.dataset_name or ""
        if self.dataset_option == "existing":
            project.require_dataset(name)
        elif project.taken.get(name):
            raise UsageError(
                f"the project has a dataset '{name}' already; choose another name, or add to it "
                'with "dataset_option": "existing"'
            )
        return dict.fromkeys(wanted, name)


def _untaken(wanted: tuple[str, ...], taken: Collection[str]) -> dict[str, str]:
    """Return the names themselves, with a number where they are taken."""
    used = {*wanted, *taken}
    names: dict[str, str] = {}
    for name in wanted:
        numbered = (f"{name}_{number:03}" for number in count(1))
        names[name] = name if name not in taken else next(n for n in numbered if n not in used)
        used.add(names[name])
    return names
