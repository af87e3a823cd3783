"""Figures and tables of an answer as files, each from its place; and a page of one figure alone that may be framed."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from tertius.errors import UnknownName
from tertius.report.taken import KINDS, figure_file
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.resources.answers import answered
from tertius.web.resources.figures import figure

router = APIRouter(tags=["exports"])


class FigureForm(StrEnum):
    """Forms of a figure: picture, picture in dots, the rows that it is drawn from, its Vega-Lite specification."""

    svg = "svg"
    png = "png"
    csv = "csv"
    json = "json"


class TableForm(StrEnum):
    """Forms of a table."""

    csv = "csv"
    json = "json"


def kinds_of(*media: str) -> dict[int | str, dict[str, Any]]:
    """What the document of the API says of an answer that is a file: its media types."""
    return {200: {"description": "the file", "content": {kind: {} for kind in media}}}


FIGURE_FILE = kinds_of(*KINDS.values())
TABLE_FILE = kinds_of(KINDS["csv"], KINDS["json"])


def figure_bytes(desk: Desk, case: str, name: str, form: str, result: str = "") -> bytes:
    """A figure as a file. Raises as `figure` does."""
    return figure_file(figure(desk, case, name, result), form)


def tables(desk: Desk, case: str, result: str = "") -> list[dict[str, Any]]:
    """The tables that an answer has rows for: name, title, number of rows. Raises as `answered` does."""
    from tertius.report.tables import TABLES, filled

    held = answered(desk, case, result)
    return [
        {"name": name, "title": TABLES[name].title, "rows": len(rows)}
        for name, rows in filled(held.answer, held.scenario).items()
    ]


def table_bytes(desk: Desk, case: str, name: str, form: str, result: str = "") -> bytes:
    """A table as a file. Raises as `answered` does; UnknownName."""
    from tertius.impact.written import plain_data
    from tertius.report.tables import TABLES, rows, to_csv
    from tertius.report.tables.columns import columns

    held = answered(desk, case, result)
    found = rows(held.answer, held.scenario, name)
    if not found:
        raise UnknownName("table", name, [one["name"] for one in tables(desk, case, result)])
    if form == "csv":
        return to_csv(name, found).encode("utf-8-sig")
    order = [one.column for one in columns(name, TABLES[name].row)]
    told = [plain_data(row) for row in found]
    data = [{column: row[column] for column in order} for row in told]
    return json.dumps(data, ensure_ascii=False, allow_nan=False).encode("utf-8")


def file(held: bytes, name: str, form: str) -> Response:
    """A file that a browser keeps rather than shows."""
    named = f'attachment; filename="{name}.{form}"'
    return Response(held, media_type=KINDS[form], headers={"Content-Disposition": named})


@router.get("/cases/{case}/figures/{name}/{form}", responses=FIGURE_FILE)
def get_figure_file(desk: TheDesk, case: str, name: str, form: FigureForm, result: str = "") -> Response:
    """A figure as a file: svg, png, csv (the rows that it is drawn from) or json (its Vega-Lite specification)."""
    held = figure_bytes(desk, case, name, form.value, result)
    return file(held, f"{desk.case(case).id}-{name}", form.value)


@router.get("/cases/{case}/tables")
def get_tables(desk: TheDesk, case: str, result: str = "") -> list[dict[str, Any]]:
    """The tables that an answer has rows for."""
    return tables(desk, case, result)


@router.get("/cases/{case}/tables/{name}/{form}", responses=TABLE_FILE)
def get_table_file(desk: TheDesk, case: str, name: str, form: TableForm, result: str = "") -> Response:
    """A table as a file: csv or json. The table `columns` says what every column holds."""
    held = table_bytes(desk, case, name, form.value, result)
    return file(held, f"{desk.case(case).id}-{name}", form.value)
