"""UCDP Candidate Events: fights and attacks with deaths, coded by hand within about a month, not yet vetted.

Reads the monthly release (GEDEvent_v24_0_10.csv: October 2024) and that of several months (GEDEvent_v24_01_24_09.csv),
comma-separated with the 49 columns of the UCDP Georeferenced Event Dataset (ucdp_rows.py), or the answers of UCDP's
interface. A release that came without its header is read by those columns in their order. After Hegre, Croicu, Eck and
Hogbladh, "Introducing the UCDP Candidate Events Dataset", Research & Politics 2020; names and addresses as programs of
others use them. The address was not asked, for want of a network. The files need no token; the interface has needed one
since February 2026, which UCDP gives for free: set it in TERTIUS_UCDP_TOKEN.

Rows are graded B3: usually reliable, possibly true, since the candidates are vetted later and some are dropped. The
vetted data of a year are another source, ucdp-annual.

A release is known from 31 days after the last month in its name, for it comes out within a month, or from the day that
its file was known, whichever is earlier. Of two releases with one row (id), the later added counts; what a later
release drops stays from the one that had it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tertius.errors import DataError
from tertius.evidence.observations import ObservationModel, Parsed
from tertius.evidence.publishers import ucdp_rows
from tertius.evidence.publishers.ucdp_rows import Release
from tertius.evidence.registry import Source, file_at
from tertius.nested import read_json

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS = "https://ucdp.uu.se/downloads/index.html"
INTERFACE = "/api/gedevents/"
TOKEN = "TERTIUS_UCDP_TOKEN"
HEADER = "x-ucdp-access-token"
ASK = f"ask UCDP for a free token (https://ucdp.uu.se/apidocs/) and set {TOKEN}, or pull the files, which need none"
LINK = re.compile(r"candidateged/(GEDEvent_v(\d{2})_(?:0_(\d{1,2})|01_\d{2}_(\d{2}))\.csv)", re.ASCII)
VERSION = re.compile(r"(\d{2})\.0\.(\d{1,2})", re.ASCII)
NAME = r"GEDEvent_v(\d{2})_(?:0_(\d{1,2})|01_\d{2}_(\d{2}))\.(?:csv|json)|ucdp-candidate-(\d{8})\.csv"
ANNUAL = r"GEDEvent_v(\d{2})_1\.(csv|json)"
LAG = timedelta(days=31)
MOST_PAGES = 200

MODEL = ObservationModel(
    bias="A floor: only deaths that a source tells of, each with its place and parties; revised a year later, when "
    "candidates are dropped and added",
    noise=None,
    noise_unit="deaths",
    noise_source="none for all; each row has a low and a high figure of its own",
    lag_days=50,
    redrawn=(),
    grade="B",
)


def release_of(name: str) -> Release | None:
    """Return what a file covers, by its name; None for a name that says nothing."""
    match = re.fullmatch(NAME, PurePath(name).name)
    if match is None:
        return None
    try:
        if match[4]:
            day = datetime.strptime(match[4], "%Y%m%d").date()
            return Release(date(day.year - 1, 1, 1), day, day)
        year, month = 2000 + int(match[1]), int(match[2] or match[3])
        last = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    except ValueError:
        return None
    return Release(date(year, month if match[2] else 1, 1), last, last + LAG)


def parse(data: bytes, name: str) -> Parsed:
    """Read a release. Raises DataError."""
    release = release_of(name)
    if re.fullmatch(ANNUAL, PurePath(name).name):
        fix = "tertius data add FILE --as ucdp-annual"
        raise DataError(name, "an annual release, which came out half a year after its last day", "a candidate", fix)
    if release is None:
        fix = "give it back the publisher's name: it tells which months it covers and when it came out"
        raise DataError(name, "a name without a release", "a name such as GEDEvent_v24_0_10.csv", fix)
    return ucdp_rows.parse(data, name, release)


def fetch(client: Client, address: str) -> Iterator[Download]:
    """Download the newest release, or those that cover the days asked for, or the file or version named."""
    if INTERFACE in address:
        yield _asked(client, address)
        return
    if file_at(address).lower().endswith(".csv"):
        yield client.get(address, SOURCE.name_for(address, f"ucdp-candidate-{client.today:%Y%m%d}.csv"), SOURCE.limit)
        return
    page = client.get(address, "index.html", SOURCE.limit).data.decode("utf-8", "replace")
    found = {match[1]: _months(match) for match in LINK.finditer(page)}
    ordered = sorted(found, key=lambda name: (found[name][1], found[name][0] != found[name][1]))
    since, until = client.since or date.min, client.until or date.max
    wanted = [
        name for name in ordered if found[name][0] <= until.replace(day=1) and since.replace(day=1) <= found[name][1]
    ]
    if client.since is None and client.until is None:
        wanted = wanted[-1:]
    if not wanted:
        given = "a page without a link to a release" + (" of those days" if found else "")
        fix = "open it, copy a release's address and run: tertius data pull ucdp-candidate --from ADDRESS"
        raise DataError(address, given, "links such as candidateged/GEDEvent_v24_0_10.csv", fix)
    base = address.rpartition("/")[0]
    for name in wanted:
        yield client.get(f"{base}/candidateged/{name}", name, SOURCE.limit)


def _asked(client: Client, address: str) -> Download:
    """All pages of a version from UCDP's interface, joined. Raises DataError."""
    from tertius.evidence.download import joined

    version = VERSION.search(urlsplit(address).path)
    if version is None:
        fix = "name a version of the candidates, such as /api/gedevents/24.0.10"
        raise DataError(address, "an address without a version of the candidates", "YY.0.M", fix)
    token = os.environ.get(TOKEN, "")
    asking = replace(client, headers=((HEADER, token),) if token else (), ask=ASK)
    pages: list[Download] = []
    records: list[Any] = []
    following = address
    while following and len(pages) < MOST_PAGES:
        pages.append(asking.get(following, "page.json", SOURCE.limit))
        told = _page(pages[-1].data, following)
        records += told["Result"]
        following = str(told.get("NextPageUrl") or "")
    data = json.dumps({"Result": records}, ensure_ascii=False).encode()
    return joined(pages, f"GEDEvent_v{version[1]}_0_{version[2]}.json", address, data)


def _page(data: bytes, address: str) -> dict[str, Any]:
    try:
        told = read_json(data)
    except ValueError as error:
        raise DataError(address, f"broken JSON ({error})", "an answer of UCDP's interface", ASK) from error
    if not isinstance(told, dict) or not isinstance(told.get("Result"), list):
        raise DataError(address, f"an answer without `Result`: {data[:60]!r}", "records", ASK)
    return told


def _months(match: re.Match[str]) -> tuple[date, date]:
    """First days of the first and the last month that a release covers."""
    year = 2000 + int(match[2])
    last = int(match[3] or match[4])
    last = last if 1 <= last <= 12 else 12
    return date(year, last if match[3] else 1, 1), date(year, last, 1)


SOURCE = Source(
    name="ucdp-candidate",
    title="UCDP Candidate Events",
    address=ADDRESS,
    files=(),
    series=(),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="CC BY 4.0",
    pattern=NAME,
    events=True,
    admiralty="B3",
)
