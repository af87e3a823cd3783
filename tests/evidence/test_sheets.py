"""Workbooks made to harm: a few bytes that ask for more memory than there is, and sheets that are too many to open."""

import io
import time
import zipfile

import pytest

pytest.importorskip("python_calamine", reason="the extra 'workbooks' is not installed")

from tertius.errors import DataError
from tertius.evidence.publishers import kiel
from tertius.evidence.sheets import TooMuch, sheets_of

NAME = "ukraine_support_tracker.xlsx"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _book(rows: str, times: int = 1) -> bytes:
    """A workbook of one sheet, with these rows so many times."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="one" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for _ in range(times):
                sheet.write(rows.encode())
            sheet.write(b"</sheetData></worksheet>")
    return made.getvalue()


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
MANY = f"<row>{'<c><v>1</v></c>' * 1000}</row>"


def test_a_workbook_is_opened_in_a_process_of_its_own() -> None:
    assert sheets_of(_book('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2.5</v></c></row>')) == {"one": [[1.0, 2.5]]}
    with pytest.raises(ValueError, match=r"."):
        sheets_of(b"PK\x03\x04 and nothing more")


@pytest.mark.parametrize(("rows", "times"), [(FAR, 1), (MANY, 20_000)])
def test_a_workbook_that_asks_for_all_memory_is_refused_and_ends_nothing_else(rows: str, times: int) -> None:
    data = _book(rows, times)
    assert len(data) < 1_000_000
    with pytest.raises(TooMuch, match=r"memory"):
        sheets_of(data, 1 << 28)


def test_a_workbook_of_too_many_cells_is_told_with_its_name() -> None:
    with pytest.raises(DataError, match=rf"{NAME}(?s:.*)GiB"):
        kiel.parse(_book(FAR), NAME)


def test_a_workbook_that_takes_too_long_is_refused() -> None:
    start = time.monotonic()
    with pytest.raises(TooMuch, match=r"s$"):
        sheets_of(_book(MANY, 20_000), seconds=0.01)
    assert time.monotonic() - start < 20.0
