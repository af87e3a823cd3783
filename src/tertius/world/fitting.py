"""A node of the file -> a record, or the problems that stand in the way."""

import re
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError

from tertius.errors import Misfit, Problem, listed, nearest
from tertius.world.entry import ID_PATTERN
from tertius.world.quantity import QUANTITY_NAME, Quantity, Strict, WithQuantities
from tertius.world.yaml_source import Node

R = TypeVar("R", bound=Strict)

LONGEST_SHOWN = 80  # characters of a given value in a message

_TYPES = {
    "string_type": ("text", "put it in quotes if it is meant as text"),
    "float_type": ("a number", "write a number without quotes, unit or separators"),
    "finite_number": ("a finite number", "write a finite number"),
    "int_type": ("a whole number", "write a whole number"),
    "int_from_float": ("a whole number", "write a whole number"),
    "bool_type": ("true or false", "write true or false"),
    "tuple_type": ("a list", "write [first, second]"),
    "dict_type": ("a mapping", "write `key: value` rows below it"),
    "mapping_type": ("a mapping", "write `key: value` rows below it"),
    "model_type": ("a mapping", "write `key: value` rows below it"),
    "string_too_short": ("text that is not empty", "fill it in or remove the key"),
}
_BOUND = {"too_short": "at least", "too_long": "at most"}
_PATTERNS = {
    ID_PATTERN: "an id: a letter, then letters, digits, - and _; at most 64",
    r"^https?://\S+$": "an address that starts with http:// or https://",
    r"^[A-F][1-6]$": "a NATO Admiralty grade: a letter A-F and a digit 1-6, such as B2",
    r"^[a-z][a-z_]*(\.[A-Za-z0-9_-]+)+$": "a dotted path such as theatres.front.area",
    r"^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$": "a source and its series such as some-map.occupied",
    r"^[A-Za-z0-9][A-Za-z0-9_.-]*\.fit\.json$": "the name of a .fit.json file in the scenario's folder, without a path",
}


def problem_at(
    node: Node,
    path: str,
    given: str,
    allowed: str,
    fix: str,
    near: str | None = None,
    line: int | None = None,
) -> Problem:
    """Return a problem that lies at `node`."""
    return Problem(node.file, line or node.line, path, given, allowed, near, fix)


def unknown_key(node: Node, path: str, key: str, allowed: tuple[str, ...], takes_quantities: bool = False) -> Problem:
    """Return the problem of a key that nothing reads."""
    near = nearest(key, allowed)
    fix = f"write {near}" if near else "remove it"
    if takes_quantities:
        fix += ", or write it as a quantity {value|prior, unit, source}"
    return problem_at(node, path, f"unknown key {key!r}", f"the keys {listed(allowed)}", fix, near)


def not_a_mapping(node: Node, path: str) -> Problem:
    """Return the problem of a list or a scalar where rows of `key: value` are due."""
    allowed, fix = _TYPES["dict_type"]
    return problem_at(node, path, shown(node.plain()), allowed, fix)


def shown(value: object) -> str:
    """Return a value for a message: its kind if it is large, else its text."""
    if isinstance(value, Mapping):
        return f"a mapping with {len(value)} keys"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."


def fit(model: type[R], node: Node, path: str, problems: list[Problem], identity: str | None = None) -> R | None:
    """Return the record at `node`, or None after adding what is wrong with it to `problems`."""
    if not isinstance(node.value, dict):
        problems.append(not_a_mapping(node, path))
        return None
    before = len(problems)
    known = _known(model, node, path, problems)
    if identity is not None:
        known = {**known, "id": identity}
    try:
        record = model.model_validate(known)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            problems.append(_problem(model, node, path, detail))
        return None
    return record if len(problems) == before else None


def written_fields(model: type[Strict]) -> tuple[str, ...]:
    """Return the fields that a file may give (`id` is the record's own key)."""
    return tuple(name for name in model.model_fields if name != "id")


def _known(model: type[Strict], node: Node, path: str, problems: list[Problem]) -> dict[str, Any]:
    """Return the plain values of the keys that the model knows; the rest become problems."""
    fields = written_fields(model)
    takes_quantities = issubclass(model, WithQuantities)
    plain: dict[str, Any] = {}
    for key, child in node.children().items():
        below = f"{path}.{key}" if path else key
        if key in fields:
            plain[key] = _value(model.model_fields[key].annotation, child, below, problems)
        elif not takes_quantities or not isinstance(child.value, dict):
            problems.append(unknown_key(child, below, key, fields, takes_quantities))
        elif not QUANTITY_NAME.fullmatch(key):
            allowed = "a quantity's name: small letters, digits and _"
            near = nearest(key, fields)
            problems.append(problem_at(child, below, f"the name {key!r}", allowed, "rename it", near))
        else:
            plain[key] = _value(Quantity, child, below, problems)
    return plain


def _value(annotation: Any, node: Node, path: str, problems: list[Problem]) -> Any:
    """Return the plain value for a field; looks for unknown keys in the records inside it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(arguments[0], node, path, problems)
    if origin in (Union, UnionType):
        return _value(arguments[0], node, path, problems)
    if isinstance(annotation, type) and issubclass(annotation, Strict) and isinstance(node.value, dict):
        return _known(annotation, node, path, problems)
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(node.value, dict):
        named = {key: _value(arguments[1], child, f"{path}.{key}", problems) for key, child in node.value.items()}
        return {key: {**item, "id": key} if isinstance(item, dict) else item for key, item in named.items()}
    if origin is tuple and isinstance(node.value, tuple):
        return tuple(_value(arguments[0], child, f"{path}.{row}", problems) for row, child in enumerate(node.value))
    return node.plain()


def _problem(model: type[Strict], node: Node, path: str, detail: Any) -> Problem:
    """Return one of pydantic's findings as a problem with its place."""
    keys = tuple(str(key) for key in detail["loc"] if key != "[key]")
    context = detail.get("ctx", {})
    misfit = context.get("error")
    if isinstance(misfit, Misfit):
        keys += tuple(str(key) for key in misfit.below)
    place, _ = node.deepest(keys)
    full = ".".join((path, *keys)) if path else ".".join(keys)
    if isinstance(misfit, Misfit):
        return problem_at(place, full, misfit.given, misfit.allowed, misfit.fix, misfit.nearest)
    kind, given = detail["type"], shown(detail["input"])
    if kind == "missing":
        name = keys[-1]
        return problem_at(place, full, f"no {name}", f"{name} is required", f"add `{name}: ...`")
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        near = nearest(str(detail["input"]), choices)
        allowed = ", ".join(choices) or context["expected"]
        return problem_at(place, full, given, allowed, f"write {near or 'one of these'}", near)
    if kind == "string_pattern_mismatch":
        allowed = _PATTERNS.get(context["pattern"], context["pattern"])
        return problem_at(place, full, given, allowed, f"write {allowed}")
    if kind in ("greater_than_equal", "less_than_equal"):
        allowed = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return problem_at(place, full, given, allowed, f"write a number of {allowed}")
    if kind in ("too_short", "too_long"):
        bound = context["min_length"] if kind == "too_short" else context["max_length"]
        what = "a mapping" if isinstance(detail["input"], Mapping) else "a list"
        some = f"{what} that is not empty" if (kind, bound) == ("too_short", 1) else f"{what} of {_BOUND[kind]} {bound}"
        return problem_at(
            place, full, given, some, "fill it in or remove the key" if kind == "too_short" else "shorten it"
        )
    allowed, fix = _TYPES.get(kind, (str(detail["msg"]), "correct the value"))
    return problem_at(place, full, given, allowed, fix)
