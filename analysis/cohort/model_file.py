"""The model as a file: written once, signed off by a person, refused if anything in it was changed by hand.

The hash finds a slip of the hand; it is no protection against somebody who wants to deceive. Who may write the file decides.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from analysis.cohort.model import CLASSES, SCHEMA, CohortModel, content_sha256
from analysis.errors import CohortError
from analysis.spasm.results import SpasmClass

MODEL: Final = "cohort-model.json"


def as_json(model: CohortModel) -> bytes:
    """The file's content, with its hash."""
    return (model.sealed().model_dump_json(indent=2) + "\n").encode()


def load_model(path: Path) -> CohortModel:
    """A model that may be used to name classes.

    Raises:
        CohortError: it is missing, no JSON, of another schema, changed by hand, without class names, or not signed off.
    """
    model = read_model(path)
    if not model.named:
        raise CohortError(
            f"the cohort model {path} has {len(model.groups)} groups without class names: only a model of 3 groups, fitted "
            "with 'vultus cohort fit --groups 3', can name classes"
        )
    if model.approved_by is None or model.approved_on is None:
        raise CohortError(
            f"the cohort model {path} is not signed off: read its report, then 'vultus cohort approve {path} "
            "--by NAME --on DATE'"
        )
    return model


def read_model(path: Path) -> CohortModel:
    """A model whether signed off or not.

    Raises:
        CohortError: it is missing, no JSON, of another schema, or changed by hand.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise CohortError(f"there is no cohort model at {path}: make one with 'vultus cohort fit'") from error
    except OSError as error:
        raise CohortError(f"the cohort model {path} cannot be read: {error.strerror}") from error
    try:
        model = CohortModel.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            raise CohortError(f"the cohort model {path} is no JSON: put back what 'vultus cohort fit' wrote") from error
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise CohortError(
            f"the cohort model {path} does not follow the schema {SCHEMA} ({where}: {first['msg']}): "
            "fit it again with this version"
        ) from error
    if model.sha256 != content_sha256(json.loads(content)):
        raise CohortError(
            f"the cohort model {path} was changed after it was written (its content has another SHA-256): put back what "
            "'vultus cohort fit' or 'vultus cohort approve' wrote"
        )
    return model


def approved(model: CohortModel, *, by: str, on: date, names: tuple[SpasmClass, ...] | None = None) -> CohortModel:
    """The model, signed off. ``names`` replaces the proposed class of group 1, 2 and 3.

    Raises:
        CohortError: it is signed off already, cannot name classes, or name, date or classes are impossible.
    """
    if model.approved_by is not None:
        raise CohortError(
            f"{model.title!r} was signed off by {model.approved_by} on {model.approved_on}: fit a new version to change it"
        )
    if len(model.groups) != len(CLASSES):
        raise CohortError(f"{model.title!r} has {len(model.groups)} groups: only a model of 3 groups can name classes")
    if not by.strip():
        raise CohortError("nobody is named who signs the model off: give --by NAME")
    if on < model.created.date():
        raise CohortError(f"{model.title!r} was made on {model.created:%Y-%m-%d}: it cannot be signed off on {on}")
    chosen = names or tuple(each.name for each in model.groups if each.name is not None)
    if sorted(chosen) != sorted(CLASSES):
        raise CohortError(f"each of {', '.join(CLASSES)} must name one group")
    groups = tuple(group.model_copy(update={"name": name}) for group, name in zip(model.groups, chosen, strict=True))
    return model.model_copy(update={"groups": groups, "approved_by": by.strip(), "approved_on": on}).sealed()
