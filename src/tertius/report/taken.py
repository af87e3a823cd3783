"""One figure or table of an answer as a file of its own: picture, specification, the rows that it is drawn from."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

KINDS = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8", "json": "application/json"}
"""Form of a file -> its media type."""
PAGED = re.compile(r'<svg class="still" aria-hidden="true" focusable="false" ')
LAND = "land"  # outlines of all states, which are no data of a figure
OWN = ("type", "geometry", "id")


def figure_file(told: Mapping[str, Any], form: str) -> bytes:
    """A figure in a form of KINDS. told: its title, what it shows (alt), its picture in a page's inks, its spec."""
    if form == "json":
        return json.dumps(told["spec"], separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    if form == "csv":
        return figure_csv(told["spec"]).encode("utf-8-sig")
    from tertius.report.drawn import PIXELS, on_white, titled

    picture = titled(inked(told["svg"]), told["title"], told["alt"])
    if form == "svg":
        return picture.encode("utf-8")
    import vl_convert

    return bytes(vl_convert.svg_to_png(on_white(picture), scale=PIXELS))


def inked(svg: str) -> str:
    """A picture of a page as one of its own: its inks are colours, and it names its letters."""
    from tertius.report.drawing import FONT, INKS

    for ink, colour in INKS.items():
        svg = svg.replace(f'"var(--{ink})"', f'"{colour}"')
    return PAGED.sub(f'<svg font-family="{FONT}" ', svg, count=1)


def figure_csv(spec: dict[str, Any]) -> str:
    """The rows that a figure is drawn from, as CSV (RFC 4180); `part` counts the layers that have rows of their own."""
    from tertius.report.tables import cell

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
