"""Every key of the configuration, read from its model, for the tests that hold files and documents against it."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from service.configuration import Configuration


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key by its path (``destinations[].name``), and its default as TOML; none where there is none."""

    path: str
    default: str | None


def configuration_keys() -> dict[str, Key]:
    """All of them, in the order of the model; keys that several kinds of destination share come once.

    A table whose keys are names (``task_labels``, ``drives``) has a path for each name that it has by default.
    """
    found: dict[str, Key] = {}
    for key in _keys(Configuration, ""):
        found.setdefault(key.path, key)
    return found


def _keys(model: type[BaseModel], prefix: str) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        if _names_a_file(field):
            yield Key(path=path, default=as_toml(""))
            continue
        models = list(_models(field.annotation))
        many = get_origin(field.annotation) is tuple
        for inner in models:
            yield from _keys(inner, f"{path}[]." if many else f"{path}.")
        if not models:
            default = None if field.is_required() else field.get_default(call_default_factory=True)
            yield from _defaults(path, default)


def _names_a_file(field: FieldInfo) -> bool:
    """Whether what stands in the configuration is where the value is to be read."""
    return field.json_schema_extra == {"file": True}


def _defaults(path: str, default: object) -> Iterator[Key]:
    entries: Mapping[str, object] = {}
    if isinstance(default, BaseModel):
        entries = dict(default)
    elif isinstance(default, Mapping):
        entries = default
    for name, value in entries.items():
        yield from _defaults(f"{path}.{name}", value)
    if not entries:
        yield Key(path=path, default=None if default is None else as_toml(default))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType, Annotated, tuple):
        for argument in get_args(annotation)[: 1 if origin is Annotated else None]:
            yield from _models(argument)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation


def as_toml(value: object) -> str:
    """A plain value as TOML writes it."""
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, tuple):
        value = list(value)
    return json.dumps(value)


def written_keys(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The same paths in a TOML document, with their values."""
    for name, value in values.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from written_keys(value, f"{path}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for entry in value:
                yield from written_keys(entry, f"{path}[].")
        else:
            yield path, value
