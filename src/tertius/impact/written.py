"""Answers, and all that they are made of, written as JSON and read again; and the schema of what is written.

One place for every record: fields are written under their names, in their order; numbers as numbers, dates as
YYYY-MM-DD, tuples as lists, what does not exist as null. What a record and its fields mean is read from the record's
docstring, in which a line 'name  meaning' tells of a field and deeper lines go on.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from inspect import cleandoc
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from tertius.errors import ArchiveError
from tertius.impact.answer import FORM, Answer

_FIELD = re.compile(r"(\w+) {2,}(\S.*)")


def plain_data(record: Any) -> Any:
    """A record as JSON data."""
    kind: Any = type(record)
    return _adapter(kind).dump_python(record, mode="json")


def written(answer: Answer) -> str:
    """An answer as JSON text."""
    return _adapter(Answer).dump_json(answer).decode("utf-8")


def read(text: str, place: str = "the answer") -> Answer:
    """The answer of a JSON text; it equals the one that was written. Raises ArchiveError."""
    found: Answer = read_as(Answer, text, place)
    return found


def read_as(kind: Any, text: str, place: str) -> Any:
    """A record of that kind from JSON text. Raises ArchiveError for a text that is none, or of another form."""
    try:
        found = _adapter(kind).validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(map(str, first["loc"])) or "the text"
        told = f"{place} is damaged or of another version ({path}: {first['msg']}); run the command again"
        raise ArchiveError(told) from error
    if isinstance(found, Answer) and found.form != FORM:
        raise ArchiveError(f"{place} has form {found.form}; this version reads form {FORM}: run the command again")
    return found


def read_data(kind: Any, data: Any, place: str) -> Any:
    """A record of that kind from JSON data, as `plain_data` gives it. Raises ArchiveError."""
    import json

    return read_as(kind, json.dumps(data), place)


def schema(kind: Any = Answer, version: int = FORM) -> dict[str, Any]:
    """JSON schema of an answer, or of another record, with what every record and field means."""
    made = _adapter(kind).json_schema(mode="serialization")
    kinds = {each.__name__: each for each in _records(kind)}
    for name, held in {**made.get("$defs", {}), kind.__name__: made}.items():
        _describe(held, kinds[name])
    own = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:tertius:{kind.__name__.lower()}:{version}",
        "title": f"Tertius {kind.__name__.lower()}",
        "version": version,
    }
    return {**own, **{key: value for key, value in made.items() if key != "title"}}


def meanings(kind: type) -> dict[str, str]:
    """What each field of a record means, by its docstring."""
    found: dict[str, str] = {}
    current = None
    for line in cleandoc(kind.__doc__ or "").splitlines():
        told = _FIELD.fullmatch(line)
        if told:
            current = told[1]
            found[current] = told[2]
        elif current is not None and line.startswith(" ") and line.strip():
            found[current] += f" {line.strip()}"
        else:
            current = None
    return found


def _describe(held: dict[str, Any], kind: type) -> None:
    lead = []
    for line in cleandoc(kind.__doc__ or "").splitlines():
        if _FIELD.fullmatch(line):
            break
        lead.append(line)
    held["description"] = " ".join(" ".join(lead).split())
    held["additionalProperties"] = False
    held["required"] = [field.name for field in fields(kind)]
    told = meanings(kind)
    for name, shape in held["properties"].items():
        shape.pop("title", None)
        shape.pop("default", None)
        if name in told:
            shape["description"] = told[name]


def _records(kind: type, seen: set[type] | None = None) -> Iterator[type]:
    """The record and all that its fields hold, at any depth."""
    seen = set() if seen is None else seen
    if kind in seen:
        return
    seen.add(kind)
    yield kind
    names = vars(sys.modules[kind.__module__])
    for hint in get_type_hints(kind, globalns=dict(names)).values():
        for part in _parts(hint):
            if is_dataclass(part) and isinstance(part, type):
                yield from _records(part, seen)


def _parts(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from _parts(part)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
