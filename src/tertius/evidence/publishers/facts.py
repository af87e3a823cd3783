"""What the publishers of facts on states share: how they err, the one table of an archive, the link on a page."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from tertius.errors import DataError
from tertius.evidence.address import check_led
from tertius.evidence.observations import ObservationModel
from tertius.evidence.tables import FETCH, Row

if TYPE_CHECKING:
    from tertius.evidence.download import Client

MOST: Final = 256 << 20
RATIO: Final = 60
"""Most that a file may unpack to: bytes, and times its size."""
BROKEN: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, OSError, ValueError)
YEARS: Final = (1800, 2100)


def model(bias: str, lag_days: int) -> ObservationModel:
    """How such a source errs: nothing by week, and `lag_days` from a year's first day to its publication."""
    return ObservationModel(
        bias=bias,
        noise=None,
        noise_unit="share of a year's value",
        noise_source="none: versions are kept, their revisions are not modelled",
        lag_days=lag_days,
        redrawn=(),
        grade="B",
    )


def member(data: bytes, name: str, wanted: str) -> bytes:
    """Return the file of a zip archive whose name matches, or what is not packed as it is.

    Raises:
        DataError: the archive is damaged, holds no such file or several, or grows beyond what such a table can.
    """
    if not data.startswith(b"PK"):
        return data
    most = min(MOST, RATIO * len(data) + 65536)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [each for each in archive.infolist() if not each.is_dir()]
            found = [each for each in files if re.search(wanted, each.filename, re.IGNORECASE)]
            if len(found) != 1:
                given = f"an archive with {len(found)} of {len(files)} files that are named like {wanted}"
                raise DataError(name, given, "one such file", "unpack it, and add the table by itself")
            with archive.open(found[0]) as file:
                told = file.read(most + 1)
    except BROKEN as error:
        raise DataError(name, f"a zip archive that cannot be unpacked ({error})", "a whole archive", FETCH) from error
    if len(told) > most:
        given = f"an archive of {len(data)} bytes that grows beyond {most}"
        raise DataError(name, given, f"at most {RATIO} times its size and {MOST} bytes", "check what it is")
    return told


def year_of(row: Row, column: str, before: int = 0) -> int:
    """Return the year of a row, counted from the year `before`. Raises DataError."""
    found = before + int(row.whole(column)[:6])
    if not YEARS[0] <= found <= YEARS[1]:
        raise row.error(column, f"a year from {YEARS[0] - before} to {YEARS[1] - before}")
    return found


def linked(client: Client, page: str, pattern: str, what: str, source: str) -> str:
    """Return the address that the publisher's page links to. Raises DataError where it has no such link."""
    text = client.get(page, "index.html").data.decode("utf-8", "replace")
    found = re.findall(rf"""href=["\']([^"\']*{pattern})["\']""", text, re.IGNORECASE)
    if not found:
        fix = f"open it, copy the file's address and run: tertius data pull {source} --from ADDRESS"
        raise DataError(page, f"a page without a link to {what}", f"a link to {what}", fix)
    address = urljoin(page, str(found[0]))
    check_led(address, page)
    return address
