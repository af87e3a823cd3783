"""Correlates of War, National Material Capabilities: soldiers, military spending, population, share of capability.

Reads the abridged table (NMC-60-abridged.csv, say) by itself or in the publisher's archive: stateabb, ccode, year,
milex and milper in thousands, tpop in thousands, cinc; -9 where nothing is known. Each version has an address of its
own; the publisher's page links to the latest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tertius.evidence.observations import Fact, Parsed
from tertius.evidence.publishers.facts import linked, member, model, year_of
from tertius.evidence.registry import Source, file_at
from tertius.evidence.tables import Row, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS: Final = "https://correlatesofwar.org/data-sets/national-material-capabilities/"
TABLE: Final = r"NMC[^/]*abridged[^/]*\.csv$"
COLUMNS: Final = {
    "milper": ("soldiers", 1000.0),
    "milex": ("military_spending", 1000.0),
    "tpop": ("population", 1000.0),
    "cinc": ("capability_share", 1.0),
}
UNKNOWN: Final = ("", "-9", "-9.0", "NA", ".")


def parse(data: bytes, name: str) -> Parsed:
    """Read the table. Raises DataError."""
    table = read_table(member(data, name, TABLE), name, ("ccode", "year", *COLUMNS))
    found, notes = table.sift(_facts)
    return Parsed((), len(table.rows), notes=notes, facts=tuple(each for row in found for each in row))


def _facts(row: Row) -> list[Fact]:
    of, year = (row.whole("ccode"),), year_of(row, "year")
    return [
        Fact(ours, of, year, scale * row.number(theirs))
        for theirs, (ours, scale) in COLUMNS.items()
        if row.cells[theirs].strip() not in UNKNOWN
    ]


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download the archive that the publisher's page links to, or the file named."""
    is_file = file_at(address).lower().endswith((".zip", ".csv"))
    used = address if is_file else linked(client, address, r"NMC[\w.-]*abridged[\w.-]*\.zip", "the table", SOURCE.name)
    return [client.get(used, SOURCE.files[0], SOURCE.limit)]


SOURCE = Source(
    name="cow-capabilities",
    title="Correlates of War, National Material Capabilities",
    address=ADDRESS,
    files=("NMC-abridged.zip",),
    series=(),
    model=model("Counts of states' own; soldiers under arms, not those fit to fight", 2200),
    parse=parse,
    fetch=fetch,
    licence="free with citation (Singer, Bremer and Stuckey 1972)",
    pattern=r"NMC.*abridged.*\.(csv|zip)",
    facts=True,
)
