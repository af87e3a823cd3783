"""One figure or table of an answer as a file of its own: picture, specification, the rows that it is drawn from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from tertius.report.drawn import PIXELS, on_white, titled
from tertius.report.html import Drawn
from tertius.report.tables import cell

KINDS = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8", "json": "application/json"}
"""Form of a file -> its media type."""
LAND = "land"  # outlines of all states, which are no data of a figure
OWN = ("type", "geometry", "id")


def figure_file(one: Drawn, told: str, form: str) -> bytes:
    """A figure in a form of KINDS. told: what it shows, in words."""
    if form == "json":
        return json.dumps(one.spec, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    if form == "csv":
        return figure_csv(one.spec).encode("utf-8-sig")
    picture = titled(one.svg, one.title, told)
    if form == "svg":
        return picture.encode("utf-8")
    import vl_convert

    return bytes(vl_convert.svg_to_png(on_white(picture), scale=PIXELS))


def figure_csv(spec: dict[str, Any]) -> str:
    """The rows that a figure is drawn from, as CSV (RFC 4180); `part` counts the layers that have rows of their own."""
    parts = [rows for rows in _rows(spec) if rows]
    names = list(dict.fromkeys(name for rows in parts for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["part", *names])
    for place, rows in enumerate(parts, 1):
        writer.writerows([place, *(cell(row.get(name)) for name in names)] for row in rows)
    return text.getvalue()


def _rows(spec: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The rows of each set of data, each once."""
    sets = {name: held for name, held in spec.get("datasets", {}).items() if name != LAND}
    seen: list[Any] = []
    for held in (*sets.values(), *_inline(spec)):
        if held not in seen:
            seen.append(held)
            yield [_flat(row) for row in held]


def _inline(spec: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    held = spec.get("data", {}).get("values")
    if held:
        yield list(held)
    for layer in spec.get("layer", ()):
        yield from _inline(layer)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what it is drawn as: outlines, lists of words."""
    row = {**row, **row.get("properties", {})}
    kept = {name: value for name, value in row.items() if name not in (*OWN, "properties")}
    return {name: " ".join(map(str, value)) if isinstance(value, list | tuple) else value
            for name, value in kept.items()}  # fmt: skip
