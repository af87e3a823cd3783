"""A scenario's tree as YAML for people: what is small stands on one line, as in the files that are written by hand."""

from __future__ import annotations

import json
import re
from typing import Any, Final

WIDEST: Final = 200
PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|\d{4}-\d\d-\d\d")
WORDS_OF_YAML: Final = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
PARTED: Final = 0
"""Indent at which a blank line parts the sections."""


def yaml_of(tree: dict[str, Any], indent: int = 0) -> str:
    """The text of a mapping: each entry on a line where it fits and holds no records, else below its key."""
    pad = "  " * indent
    lines = []
    for key, value in tree.items():
        line = f"{pad}{_scalar(key)}: {_flow(value)}"
        if indent == PARTED and isinstance(value, dict):
            lines.append("")
        if isinstance(value, dict) and value and not _is_small(value, line):
            lines.append(f"{pad}{_scalar(key)}:\n{yaml_of(value, indent + 1)}".rstrip("\n"))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _is_small(value: dict[str, Any], line: str) -> bool:
    """Whether a mapping goes on one line: a quantity always, another where the line is short and holds no quantity."""
    if "unit" in value and ("prior" in value or "value" in value):
        return True
    return len(line) <= WIDEST and "{" not in _flow(list(value.values()))


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    if PLAIN.fullmatch(text) and text.casefold() not in WORDS_OF_YAML:
        return text
    return json.dumps(text, ensure_ascii=False)
