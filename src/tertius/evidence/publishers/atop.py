"""ATOP, Alliance Treaty Obligations and Provisions: what one state owes another by year.

Reads the table of directed dyad-years (atop5_1ddyr.csv) by itself or in the publisher's archive: stateA, stateB
(numbers of the Correlates of War), year, defense, offense, neutral, nonagg, consul. The publisher's page links to the
archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tertius.evidence.observations import Fact, Parsed
from tertius.evidence.publishers.facts import linked, member, model, year_of
from tertius.evidence.registry import MEBIBYTE, Source, file_at
from tertius.evidence.tables import Row, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS: Final = "http://www.atopdata.org/data.html"
TABLE: Final = r"ddyr\.csv$"
COLUMNS: Final = {
    "defense": "defence",
    "offense": "offence",
    "neutral": "neutrality",
    "nonagg": "nonaggression",
    "consul": "consultation",
}


def parse(data: bytes, name: str) -> Parsed:
    """Read the table. Raises DataError."""
    table = read_table(member(data, name, TABLE), name, ("stateA", "stateB", "year", *COLUMNS))
    found, notes = table.sift(_facts)
    return Parsed((), len(table.rows), notes=notes, facts=tuple(each for row in found for each in row))


def _facts(row: Row) -> list[Fact]:
    of, year = (row.whole("stateA"), row.whole("stateB")), year_of(row, "year")
    found = []
    for theirs, ours in COLUMNS.items():
        if (cell := row.cells[theirs].strip()) not in ("0", "1"):
            if cell:
                raise row.error(theirs, "0 or 1")
        elif cell == "1":
            found.append(Fact(ours, of, year, 1.0))
    return found


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download the archive that the publisher's page links to, or the file named."""
    is_file = file_at(address).lower().endswith((".zip", ".csv"))
    used = (
        address
        if is_file
        else linked(client, address, r"atop[\w.() %-]*csv[\w.() %-]*\.zip", "the archive", SOURCE.name)
    )
    return [client.get(used, SOURCE.files[0], SOURCE.limit)]


SOURCE = Source(
    name="atop",
    title="Alliance Treaty Obligations and Provisions",
    address=ADDRESS,
    files=("atop.zip",),
    series=(),
    model=model("Written pledges; whether they hold is another matter", 3500),
    parse=parse,
    fetch=fetch,
    licence="free with citation (Leeds et al. 2002)",
    limit=128 * MEBIBYTE,
    pattern=r"atop.*\.(csv|zip)",
    facts=True,
)
