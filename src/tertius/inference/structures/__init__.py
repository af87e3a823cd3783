"""Rival structures: one file each, found by their `STRUCTURE`. A new one is a new file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from tertius.inference.structures.base import Array, Filtered, Measured, Named, Structure

__all__ = ["Array", "Filtered", "Measured", "Named", "Structure", "structures", "structures_of"]


@cache
def structures() -> tuple[Structure, ...]:
    """Every structure, by name."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        structure = getattr(importlib.import_module(f"{__name__}.{module.name}"), "STRUCTURE", None)
        if isinstance(structure, Structure):
            found.append(structure)
    return tuple(sorted(found, key=lambda structure: structure.name))


def structures_of(output: str) -> tuple[Structure, ...]:
    """The structures that explain a state variable, such as 'area'; empty where none does."""
    return tuple(structure for structure in structures() if structure.output == output)
