"""What a record's fields refer to, said in their types, and the one walker that finds it all.

A field of type `Annotated[Id, Ref("actors")]` holds the id of an actor; `Output` marks the path of an output, `Past` a
day that may not be later than the as-of date. Marks may stand inside tuples, mappings (their keys too) and records.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

OUTPUT_PATTERN = r"^[a-z][a-z_]*(\.[A-Za-z0-9_-]+)+$"


class Mark:
    """What the type of a field says about the values that it may have in view of other records."""


@dataclass(frozen=True, slots=True)
class Ref(Mark):
    """The id of a record of one of these sections; `but` lists words that may stand there instead."""

    section: str
    also: str | None = None
    but: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output(Mark):
    """The path of an output of the run. driving: it moves what the record is about, so that not any will do."""

    driving: bool = False


@dataclass(frozen=True, slots=True)
class Past(Mark):
    """A day up to the as-of date."""


def marked(record: BaseModel, path: str) -> Iterator[tuple[str, Any, Mark]]:
    """Yield the dotted path, the value and the mark of every marked value of a record, inner records included."""
    for name, annotation in _hints(type(record)).items():
        yield from _marked(annotation, getattr(record, name), f"{path}.{name}")
    for name, extra in (record.__pydantic_extra__ or {}).items():
        yield from marked(extra, f"{path}.{name}")


def target_of(record: type[BaseModel], attribute: str) -> str | None:
    """The section whose ids an attribute of a record holds; None where it holds none."""
    for annotation in (_hints(record)[attribute], *get_args(_hints(record)[attribute])):
        for mark in getattr(annotation, "__metadata__", ()):
            if isinstance(mark, Ref):
                return mark.section
    return None


@cache
def _hints(record: type[BaseModel]) -> Mapping[str, Any]:
    hints = get_type_hints(record, include_extras=True)
    return {name: hints[name] for name in record.model_fields}


def _marked(annotation: Any, value: Any, path: str) -> Iterator[tuple[str, Any, Mark]]:
    if value is None:
        return
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from ((path, value, mark) for mark in arguments[1:] if isinstance(mark, Mark))
        yield from _marked(arguments[0], value, path)
    elif origin in (Union, UnionType):
        yield from _marked(next(each for each in arguments if each is not NoneType), value, path)
    elif isinstance(value, BaseModel):
        yield from marked(value, path)
    elif origin is tuple:
        for row, item in enumerate(value):
            yield from _marked(arguments[0], item, f"{path}.{row}")
    elif origin is Mapping:
        for key, item in value.items():
            yield from _marked(arguments[0], key, f"{path}.{key}")
            yield from _marked(arguments[1], item, f"{path}.{key}")
