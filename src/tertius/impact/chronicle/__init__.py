"""A chronicle: one simulated future in dated lines. A kind of line is one file in `lines`, found by its decorator."""

from __future__ import annotations

import importlib
import pkgutil

from tertius.impact.chronicle.making import Chronicle, chronicle
from tertius.impact.chronicle.telling import Line, Told, tellers
from tertius.impact.chronicle.typical import Choice, typical

_lines = importlib.import_module(f"{__name__}.lines")
for _found in sorted(pkgutil.iter_modules(_lines.__path__), key=lambda module: module.name):
    importlib.import_module(f"{_lines.__name__}.{_found.name}")

__all__ = ["Choice", "Chronicle", "Line", "Told", "chronicle", "tellers", "typical"]
