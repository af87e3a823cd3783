"""UCDP Georeferenced Event Dataset: the vetted fights and attacks with deaths, one release a year.

Reads GEDEvent_v24_1.csv (to the end of 2023) or a part of it, as the publisher's zip archive or unpacked; the columns
are those of the candidates (ucdp_rows.py). The whole history is larger than a file may be here: cut it to the years and
countries that you need. The address was not asked, for want of a network.

It is another series than the candidates: vetted, with events added and dropped, and out half a year after its last day.
It counts from 1 July of the year in its name, or from the day that its file was known, whichever is earlier; from then
on it takes the place of the candidates for the days that it covers, where all sources of events are read together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

from tertius.errors import DataError
from tertius.evidence.observations import Parsed
from tertius.evidence.publishers import ucdp, ucdp_rows
from tertius.evidence.publishers.gdelt import unpacked
from tertius.evidence.publishers.ucdp_rows import Release
from tertius.evidence.registry import Source, file_at

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS = "https://ucdp.uu.se/downloads/index.html"
NAME = r"GEDEvent_v(\d{2})_1\.csv|ged(\d{2})1-csv\.zip"
FIRST = date(1990, 1, 1)
OUT = (7, 1)
"""Month and day by which a release is out, of the year in its name."""


def release_of(name: str) -> Release | None:
    """Return what a file covers, by its name; None for a name that says nothing."""
    match = re.fullmatch(NAME, PurePath(name).name)
    if match is None:
        return None
    year = 2000 + int(match[1] or match[2])
    return Release(FIRST, date(year - 1, 12, 31), date(year, *OUT))


def parse(data: bytes, name: str) -> Parsed:
    """Read a release. Raises DataError."""
    release = release_of(name)
    if release is None:
        fix = "give it back the publisher's name: it tells which years it covers; candidates are --as ucdp-candidate"
        raise DataError(name, "a name without an annual release", "a name such as GEDEvent_v24_1.csv", fix)
    return ucdp_rows.parse(unpacked(data, name), name, release)


def fetch(client: Client, address: str) -> Iterator[Download]:
    """Download the file named. The whole is too large to be pulled unasked."""
    if not re.fullmatch(NAME, file_at(address)):
        fix = f"open {ADDRESS}, cut the release to what you need and run: tertius data add FILE --as ucdp-annual"
        raise DataError("source ucdp-annual", "no address of a release", "a file such as GEDEvent_v24_1.csv", fix)
    yield client.get(address, file_at(address), SOURCE.limit)


SOURCE = Source(
    name="ucdp-annual",
    title="UCDP Georeferenced Event Dataset",
    address="",
    files=(),
    series=(),
    model=replace(ucdp.MODEL, bias="A floor: only deaths that a source tells of; vetted", lag_days=540, grade="B"),
    parse=parse,
    fetch=fetch,
    licence="CC BY 4.0",
    pattern=NAME,
    events=True,
    admiralty="B2",
    supersedes="ucdp-candidate",
)
