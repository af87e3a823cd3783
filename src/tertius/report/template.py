"""Texts of the templates, which travel with the package."""

from __future__ import annotations

from importlib import resources


def template(name: str) -> str:
    """The text of a template. Raises OSError for one that does not exist."""
    return (resources.files("tertius.report") / "templates" / name).read_text(encoding="utf-8")
