"""The packages of the extra `read`, imported when they are first needed."""

from __future__ import annotations

import importlib
from typing import Any

from tertius.errors import MissingExtra

EXTRA = "read"


def needed(module: str, what: str = "reading texts") -> Any:
    """Import a module of the extra. Raises MissingExtra, which names the extra, where it is not installed."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != module.split(".")[0]:
            raise
        raise MissingExtra(EXTRA, module.split(".")[0], what) from error
