"""Fields of what templates print: each says what it holds."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def shows(what: str) -> Any:
    """A field of a context, with the text that says what it holds."""
    return field(metadata={"help": what})
