"""Every table of a brief, as tidy rows: numbers as numbers, with their units, null for none.

A table is one record, one function and a line of `TABLES`, in a file of this folder.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from tertius.engine.columns import arrow_type, column_of
from tertius.engine.ensemble import needs
from tertius.errors import UnknownName
from tertius.impact.answer import Answer
from tertius.report.tables.around import TABLES as AROUND
from tertius.report.tables.columns import Column, Table, columns
from tertius.report.tables.fighting import TABLES as FIGHTING
from tertius.report.tables.first_page import TABLES as FIRST_PAGE
from tertius.report.tables.grounds import TABLES as GROUNDS
from tertius.report.tables.rivals import TABLES as RIVALS
from tertius.report.tables.sources import TABLES as SOURCES
from tertius.report.tables.states import TABLES as STATES
from tertius.report.tables.strikes import TABLES as STRIKES
from tertius.world import Scenario

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

TABLES: Final[dict[str, Table]] = {
    **FIGHTING,
    **STRIKES,
    **FIRST_PAGE,
    **STATES,
    **AROUND,
    **GROUNDS,
    **RIVALS,
    **SOURCES,
    "columns": Table(Column, lambda answer, scenario: every_column()),
}
"""Name -> the table; the last says what the columns of all hold."""
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""First signs by which a spreadsheet takes a text for a formula (OWASP, CSV Injection)."""


def every_column() -> Iterator[Column]:
    """The columns of every table."""
    for name, table in TABLES.items():
        yield from columns(name, table.row)


def rows(answer: Answer, scenario: Scenario, name: str) -> list[Any]:
    """Records of a table; empty where the answer has nothing of it. Raises UnknownName."""
    if name not in TABLES:
        raise UnknownName("table", name, TABLES)
    return list(TABLES[name].rows(answer, scenario))


def filled(answer: Answer, scenario: Scenario) -> dict[str, list[Any]]:
    """Every table that the answer has rows for: name -> records."""
    found = {name: rows(answer, scenario, name) for name in TABLES}
    return {name: held for name, held in found.items() if held}


def to_arrow(name: str, held: list[Any]) -> pa.Table:
    """Records of a table as an Arrow table; units and meanings travel with its columns."""
    import pyarrow as pa

    told = columns(name, TABLES[name].row)
    fields = [
        pa.field(one.column, arrow_type(one.kind), metadata={"unit": one.unit, "meaning": one.meaning}) for one in told
    ]
    values = [column_of([getattr(row, one.column) for row in held], one.kind) for one in told]
    return pa.Table.from_arrays(values, schema=pa.schema(fields, metadata={"title": TABLES[name].title}))


def to_csv(name: str, held: list[Any]) -> str:
    """Records of a table as CSV (RFC 4180); texts that a spreadsheet would take for a formula begin with '."""
    names = [one.column for one in columns(name, TABLES[name].row)]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([cell(getattr(row, column)) for column in names] for row in held)
    return text.getvalue()


def to_pandas(answer: Answer, scenario: Scenario, name: str) -> pd.DataFrame:
    """A table as a data frame. Raises UnknownName; MissingExtra without pandas."""
    needs("pandas")
    frame: pd.DataFrame = to_arrow(name, rows(answer, scenario, name)).to_pandas(date_as_object=False)
    return frame


def cell(value: Any) -> Any:
    """A value as a cell of CSV; a text that a spreadsheet would take for a formula begins with a single quote."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
