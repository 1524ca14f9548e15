"""The model of a site's cohort: where its groups lie, and which one a new patient is nearest to.

No clustering library is needed to place a patient: the service's child process does so with plain arithmetic.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from analysis.cohort.settings import FitSettings
from analysis.cohort.variables import VARIABLES, vector
from analysis.errors import CohortError
from analysis.spasm.results import SpasmClass, Variables
from analysis.values import Value

SCHEMA: Final = "vultus.cohort-model/1"
CLASSES: Final = (SpasmClass.MILD, SpasmClass.MODERATE_CLONIC, SpasmClass.SEVERE_TONIC)
"""From the least to the most severe."""
Four = tuple[float, float, float, float]


class ModelVariable(Value):
    """One of the four variables, and what turns it into a z-score."""

    column: str
    unit: str
    mean: float
    sd: float = Field(gt=0)


class ModelGroup(Value):
    """A group: its centre, its spread, and the class it stands for."""

    number: int = Field(ge=1, description="1 is the least severe by the rule of severity")
    name: SpasmClass | None = Field(description="none unless the model has three groups")
    patients: int = Field(ge=1)
    centroid: Four = Field(description="in the units of the variables")
    centroid_z: Four = Field(description="in standard deviations of the cohort")
    within_sd_z: Four = Field(description="standard deviation within the group, in those of the cohort")
    radius: float = Field(ge=0, description="distance of the farthest patient from the centroid, SD")
    severity: float = Field(description="mean z of eye closure and mouth distance change")


class Agreement(Value):
    """What speaks for the groups."""

    p_one_group: float = Field(description="probability of groups as clear as these if there were one group only")
    silhouette: float
    calinski_harabasz: float
    adjusted_rand_ward: float = Field(description="with the agglomerative groups")
    adjusted_rand_bisecting: float = Field(description="with the bisection before its centres were refined")
    stability: float = Field(description="median adjusted Rand index over bootstrap resamples")


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a patient stands. ``margin`` is the difference of the distances to the second and the nearest centroid, SD."""

    class_: SpasmClass
    margin: float | None
    number: int | None
    why: str


def content_sha256(content: dict[str, Any]) -> str:
    """SHA-256 of a model file's content without ``sha256`` itself, as JSON with sorted keys.

    Of what stands in the file, so that a later version with more fields still knows the files of this one.
    """
    hashed = {key: value for key, value in content.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(hashed, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class CohortModel(Value):
    """A versioned cohort model. It is used by the service only after a person has signed it off."""

    schema_: Annotated[Literal["vultus.cohort-model/1"], Field(alias="schema")] = SCHEMA
    name: str = Field(min_length=1, max_length=64)
    version: str = Field(min_length=1, max_length=32)
    created: datetime
    software: str
    patients: int = Field(ge=1, description="that the groups were made of")
    standing_alone: int = Field(ge=0, description="outliers, kept out of the fit")
    variables: tuple[ModelVariable, ModelVariable, ModelVariable, ModelVariable]
    groups: tuple[ModelGroup, ...] = Field(min_length=2)
    agreement: Agreement
    settings: FitSettings
    input_sha256: str = Field(description="of the table of patients, sorted by pseudonym")
    approved_by: str | None = None
    approved_on: date | None = None
    sha256: str = Field(default="", description="of everything above")

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    @property
    def title(self) -> str:
        """Name and version, as results and reports call it."""
        return f"{self.name}, version {self.version}"

    @property
    def named(self) -> bool:
        """Whether each of the three classes is the name of one group."""
        return sorted(each.name or "" for each in self.groups) == sorted(CLASSES)

    def sealed(self) -> CohortModel:
        """The same with the hash of its content."""
        return self.model_copy(update={"sha256": content_sha256(self.model_dump(mode="json"))})

    def distances(self, values: Four) -> tuple[float, ...]:
        """Euclidean distance of z-scores from each centroid, in standard deviations of the cohort."""
        z = [(value - each.mean) / each.sd for value, each in zip(values, self.variables, strict=True)]
        return tuple(math.dist(z, group.centroid_z) for group in self.groups)

    def classify(self, variables: Variables) -> Placement:
        """The class of a patient with spasms: that of the nearest centroid.

        Indeterminate where a variable is missing, where two centroids are about equally near
        (``settings.indeterminate_margin``), and where the patient is unlike any of the cohort: farther from the centroid
        than ``settings.reach`` times its farthest patient.

        Raises:
            CohortError: the groups have no class names.
        """
        if not self.named:
            raise CohortError(f"the cohort model {self.title!r} has no class names: fit it with 3 groups")
        values = vector(variables)
        missing = [each.column for each, value in zip(VARIABLES, values, strict=True) if value is None]
        if missing:
            return Placement(
                class_=SpasmClass.INDETERMINATE,
                margin=None,
                number=None,
                why=f"not measured: {', '.join(missing)}",
            )
        eye, mouth, rate, repetition = (value for value in values if value is not None)
        return self.place((eye, mouth, rate, repetition))

    def place(self, values: Four) -> Placement:
        """The same for four numbers that are all there, in the order of ``VARIABLES``; group numbers where no names are."""
        distances = self.distances(values)
        order = sorted(range(len(distances)), key=distances.__getitem__)
        nearest, second = self.groups[order[0]], self.groups[order[1]]
        margin = distances[order[1]] - distances[order[0]]
        limit = self.settings.reach * nearest.radius
        class_ = nearest.name or SpasmClass.INDETERMINATE
        told = f"{margin:.2f} SD nearer to {_called(nearest)} than to {_called(second)}"
        if distances[order[0]] > limit:
            class_ = SpasmClass.INDETERMINATE
            told = (
                f"unlike the cohort: {distances[order[0]]:.1f} SD from {_called(nearest)}, at most {limit:.1f} allowed"
            )
        elif margin < self.settings.indeterminate_margin:
            class_ = SpasmClass.INDETERMINATE
            told += f", less than {self.settings.indeterminate_margin:g} SD"
        return Placement(class_=class_, margin=margin, number=nearest.number, why=told)


def _called(group: ModelGroup) -> str:
    return f"group {group.number}" if group.name is None else group.name.value.replace("_", " ")
