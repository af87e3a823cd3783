"""The laws as their files tell them: name, sentence, and the rest with equations, symbols, limits and sources."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tertius.report.contexts import shows


@dataclass(frozen=True)
class LawText:
    """A law's own text."""

    name: str = shows("name of its file")
    title: str = shows("its name in words")
    sentence: str = shows("what it says, in a sentence")
    text: str = shows("its equations, symbols, limits, source and evidence, as they are laid out")


@cache
def law_texts() -> tuple[LawText, ...]:
    """Every law, by name. The files are parsed, not imported."""
    held = []
    for file in sorted(resources.files("tertius.mechanisms").iterdir(), key=lambda file: file.name):
        name = file.name.removesuffix(".py")
        if file.name == name or name.startswith("_"):
            continue
        told = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        first, _, text = told.partition("\n\n")
        title, _, sentence = " ".join(first.split()).partition(": ")
        held.append(LawText(name, title, sentence[:1].upper() + sentence[1:], text.strip()))
    return tuple(held)
