"""What templates print is declared: each field of a context says what it holds, and some template prints it."""

import dataclasses
import importlib
import pkgutil
import re
from importlib import resources

import pytest

import tertius.report

TEMPLATES = "\n".join(
    file.read_text(encoding="utf-8")
    for file in (resources.files("tertius.report") / "templates").iterdir()
    if file.name.endswith(".md")
)


def contexts() -> dict[str, type]:
    """All records of the room that have a field with a help text, by module and name."""
    found: dict[str, type] = {}
    for module in pkgutil.iter_modules(tertius.report.__path__, "tertius.report."):
        for name, held in vars(importlib.import_module(module.name)).items():
            own = isinstance(held, type) and dataclasses.is_dataclass(held) and held.__module__ == module.name
            if own and any("help" in field.metadata for field in dataclasses.fields(held)):
                found[f"{module.name}.{name}"] = held
    return found


CONTEXTS = contexts()


@pytest.mark.parametrize("name", CONTEXTS)
def test_every_field_says_what_it_holds_and_is_printed(name: str) -> None:
    for field in dataclasses.fields(CONTEXTS[name]):
        said = field.metadata.get("help", "")
        assert said.endswith("."), f"{field.name}: a sentence in shows(...) is missing"
        assert re.search(rf"\b{field.name}\b", TEMPLATES), f"no template prints {field.name}: leave it out"


def test_the_contexts_are_found() -> None:
    assert {name.rpartition(".")[2] for name in CONTEXTS} >= {
        "ReactionsContext",
        "SystemContext",
        "UnknownsContext",
        "ClaimsContext",
    }
