"""Ideal points of states in the United Nations General Assembly, by session (Bailey, Strezhnev and Voeten).

Reads the table of estimates from all votes: ccode, session, IdealPointAll; session n is of the year 1945 + n. The
publisher's archive lists the files of its latest version under one lasting name (doi:10.7910/DVN/LEJUQZ).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tertius.errors import DataError
from tertius.evidence.observations import Fact, Parsed
from tertius.evidence.publishers.facts import model, year_of
from tertius.evidence.registry import Source, file_at
from tertius.evidence.tables import FETCH, Row, read_table
from tertius.nested import read_json

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS: Final = "https://dataverse.harvard.edu/api/datasets/:persistentId/?persistentId=doi:10.7910/DVN/LEJUQZ"
TABLE: Final = re.compile(r"ideal-?point-?estimates-?all.*\.(tab|csv)", re.IGNORECASE)
FIRST: Final = 1945
FAR: Final = 10.0


def parse(data: bytes, name: str) -> Parsed:
    """Read the table. Raises DataError."""
    table = read_table(data, name, ("ccode", "session", "IdealPointAll"), lenient=True)
    found, notes = table.sift(_fact)
    return Parsed((), len(table.rows), notes=notes, facts=tuple(each for each in found if each is not None))


def _fact(row: Row) -> Fact | None:
    if row.cells["IdealPointAll"].strip() in ("", "NA") or row.cells["ccode"].strip() in ("", "NA"):
        return None
    point = row.number("IdealPointAll", low=-FAR)
    if point > FAR:
        raise row.error("IdealPointAll", f"{-FAR:g} to {FAR:g}")
    return Fact("ideal_point", (row.whole("ccode"),), year_of(row, "session", FIRST), point)


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download the estimates of the latest version in the archive, or the file named."""
    if file_at(address).lower().endswith((".csv", ".tab")):
        return [client.get(address, SOURCE.files[0], SOURCE.limit)]
    listing = client.get(address, "index.json", SOURCE.limit).data
    try:
        files = [each["dataFile"] for each in read_json(listing)["data"]["latestVersion"]["files"]]
        found = [(each["id"], each["filename"]) for each in files if TABLE.fullmatch(each["filename"])]
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(address, f"an answer of another form ({error!r})", "a list of files", FETCH) from error
    if len(found) != 1:
        fix = f"open it, copy the file's address and run: tertius data pull {SOURCE.name} --from ADDRESS"
        raise DataError(address, f"{len(found)} tables of estimates from all votes", "one", fix)
    (number, name), host = found[0], "{0.scheme}://{0.netloc}".format(urlsplit(address))
    kind = "?format=original" if name.lower().endswith(".tab") else ""
    return [client.get(f"{host}/api/access/datafile/{number}{kind}", SOURCE.files[0], SOURCE.limit)]


SOURCE = Source(
    name="ideal-points",
    title="United Nations General Assembly ideal points",
    address=ADDRESS,
    files=("ideal_points.csv",),
    series=(),
    model=model("What states vote for, which is not all that they want", 900),
    parse=parse,
    fetch=fetch,
    licence="CC0 1.0, citation asked for",
    pattern=r"(?i:ideal-?point-?estimates-?all).*\.(csv|tab)",
    facts=True,
)
