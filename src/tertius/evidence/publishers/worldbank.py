"""World Bank, World Development Indicators: gross domestic product and population of states by year.

Reads the answers of the publisher's interface as JSON, whole: what it says of the number of its rows has to be true.
Its military spending is SIPRI's and its soldiers are IISS's, whose terms are others: neither is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from tertius.errors import DataError
from tertius.evidence.observations import Fact, Parsed
from tertius.evidence.publishers.facts import model
from tertius.evidence.registry import Source, file_at
from tertius.evidence.tables import FETCH, decode
from tertius.nested import read_json

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS: Final = "https://api.worldbank.org/v2/country/all/indicator/"
INDICATORS: Final = {"NY.GDP.MKTP.CD": "gdp", "SP.POP.TOTL": "population"}
A_PAGE: Final = 20_000
MOST_PAGES: Final = 50


def parse(data: bytes, name: str) -> Parsed:
    """Read an answer. Raises DataError."""
    head, rows = _answer(data, name)
    if len(rows) != head.get("total"):
        given = f"{len(rows)} rows of {head.get('total')}: cut off, or one page of several"
        raise DataError(name, given, "every row", FETCH)
    facts = []
    for place, row in enumerate(rows):
        try:
            indicator, code, year, value = row["indicator"]["id"], row["countryiso3code"], row["date"], row["value"]
        except (TypeError, KeyError) as error:
            allowed = "indicator, countryiso3code, date and value"
            raise DataError(f"{name}, row {place}", f"a row without {error}", allowed, FETCH) from error
        if indicator not in INDICATORS or not re.fullmatch(r"(19|20)\d\d", str(year), re.ASCII):
            allowed = f"a year, and one of {', '.join(INDICATORS)}"
            raise DataError(f"{name}, row {place}", f"{indicator} of {year}", allowed, FETCH)
        if value is None or not code:
            continue  # a year not known yet; a sum of states
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise DataError(f"{name}, row {place}, value", repr(value)[:60], "a number from 0 on", FETCH)
        facts.append(Fact(INDICATORS[indicator], (str(code),), int(year), float(value)))
    return Parsed((), len(rows), facts=tuple(facts))


def _answer(data: bytes, name: str) -> tuple[dict[str, Any], list[Any]]:
    try:
        told = read_json(decode(data, name))
    except ValueError as error:
        raise DataError(name, f"broken JSON ({error})", "an answer of the interface", FETCH) from error
    if isinstance(told, list) and len(told) == 2 and isinstance(told[0], dict) and isinstance(told[1], list):
        return told[0], told[1]
    said = told[0].get("message") if isinstance(told, list) and told and isinstance(told[0], dict) else None
    given = f"an error of the publisher: {said}" if said else "JSON of another form"
    raise DataError(name, given[:200], "a pair of a head and rows", "run the same command again later")


def fetch(client: Client, address: str) -> Iterator[Download]:
    """Ask for each indicator, all pages; or for the one that an address names."""
    from tertius.evidence.download import joined

    named = file_at(address)
    base, wanted = (address[: -len(named)], [named]) if named in INDICATORS else (address, list(INDICATORS))
    for indicator in wanted:
        where = f"{base.rstrip('/')}/{indicator}?format=json&per_page={A_PAGE}"
        parts = [client.get(where, indicator, SOURCE.limit)]
        head, rows = _answer(parts[0].data, where)
        pages = head.get("pages", 1)
        if not isinstance(pages, int) or not 1 <= pages <= MOST_PAGES:
            raise DataError(where, f"{pages!r} pages", f"1 to {MOST_PAGES} pages", FETCH)
        for page in range(2, pages + 1):
            parts.append(client.get(f"{where}&page={page}", indicator, SOURCE.limit))
            rows += _answer(parts[-1].data, where)[1]
        data = parts[0].data if pages == 1 else json.dumps([{**head, "page": 1, "pages": 1}, rows]).encode()
        yield joined(parts, f"{indicator}.json", where, data)


SOURCE = Source(
    name="worldbank",
    title="World Bank, World Development Indicators",
    address=ADDRESS,
    files=tuple(f"{name}.json" for name in INDICATORS),
    series=(),
    model=model("Offices' own accounts, revised for years; gaps in war", 900),
    parse=parse,
    fetch=fetch,
    licence="CC BY 4.0",
    facts=True,
)
