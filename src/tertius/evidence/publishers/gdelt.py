"""GDELT: events coded by machine from the world's news, one file for each quarter of an hour or day.

Reads the event files of GDELT 2.0 (61 columns) and 1.0 (58 columns, or 57 without an address), tab-separated without a
header, as they come in a zip archive or unpacked, after the publisher's codebooks "GDELT Event Codebook V2.0"
(19 February 2015) and "GDELT Data Format Codebook 1.03" (25 August 2013). Codes are turned into the reader's by
`cameo.py`. The list of files has a line for each: size in bytes, md5, address; a file that differs from its line is
refused. The address was not asked, for want of a network.

How good it is: of a checked sample 79% of the actors and 81% of the codes were right. Taken as independent, both are
right in .64, which is the highest confidence that a row gets; a row with a single source gets .48 (a judgement, to rank
rows by). Articles about one event make many rows: rows with the same actors, code and day are one record. Rows are
graded D4: usually not reliable, doubtfully true. They have no quote, only the address of an article.

A row is left out, and counted in a note, where one side is no actor of the gazetteer, or a country's press, firms,
rebels or people; where both are the same; where its code is a statement (01) or none of CAMEO's; where its day lies
after the day it was added, or exactly a year or ten before. A row without a second actor is kept where forces move
(MOBILIZE, RETREAT). How cells are checked against each other: gdelt_rows.py.

A record is known from the day in the file's name, also when the file is fetched later.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from tertius.errors import DataError, OptionError
from tertius.evidence.observations import Note, ObservationModel, Parsed
from tertius.evidence.publishers import gdelt_rows
from tertius.evidence.registry import MEBIBYTE, Source, file_at
from tertius.evidence.tables import FETCH, shown

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

HOME = "http://data.gdeltproject.org/gdeltv2/"
ADDRESS = f"{HOME}lastupdate.txt"
ALL = "masterfilelist.txt"
NAME = r"(\d{8})(\d{6})?\.export\.CSV(\.zip)?"
LINE = re.compile(r"(\d{1,12}) ([0-9a-f]{32}) (\S+)", re.ASCII)
MOST_FILES = 2000
UNPACKED = 256 * MEBIBYTE
RATIO = 100
"""Most times that a packed file may grow; event files grow by about ten."""
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, OSError, ValueError, OverflowError)
"""What the standard library raises for archives that are damaged, locked or packed in an unknown way."""
MODEL = ObservationModel(
    bias="Follows the press: what is not reported is missing, what is reported much comes many times, anniversaries "
    "and films are coded as acts; actors and acts are confused or swapped",
    noise=None,
    noise_unit="events",
    noise_source="none for counts; of a checked sample 79% of the actors and 81% of the codes were right",
    lag_days=1,
    redrawn=(),
    grade="D",
)


def parse(data: bytes, name: str) -> Parsed:
    """Read an event file, packed or not. Raises DataError."""
    from tertius.evidence.reading.gazetteer import known_codes

    added = stamp(name)
    if added is None:
        fix = "give it back the publisher's name: it tells when its rows were added"
        raise DataError(name, "a name without a day", "a name such as 20241030120000.export.CSV.zip", fix)
    text, notes = _text(unpacked(data, name), name)
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") and lines[-1].count("\t") != lines[0].count("\t") and len(lines) > 1:
        given = f"a last line of {lines[-1].count(chr(9)) + 1} columns: {shown(lines[-1])}"
        raise DataError(f"{name}, line {len(lines)}", given, f"{lines[0].count(chr(9)) + 1}, a whole file", FETCH)
    events, said = gdelt_rows.read(lines, name, added, frozenset(known_codes()))
    return Parsed((), len(lines), notes=(*notes, *said), written=added, events=tuple(events))


def stamp(name: str) -> date | None:
    """Return the day on which the rows of a file were added, by its name."""
    match = re.fullmatch(NAME, PurePath(name).name)
    try:
        return datetime.strptime(match[1], "%Y%m%d").date() if match else None
    except ValueError:
        return None


def unpacked(data: bytes, name: str) -> bytes:
    """Return the one file of a zip archive, or what is not packed as it is.

    Raises:
        DataError: the archive is damaged, locked, holds another number of files, or grows beyond what an event file
            can: it is not unpacked further than that.
    """
    if not data.startswith(b"PK"):
        return data
    most = min(UNPACKED, RATIO * len(data) + 65536)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise DataError(name, f"an archive of {len(members)} files", "an archive of one event file", FETCH)
            if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise NotImplementedError("packed in another way than deflated")
            with archive.open(members[0]) as file:
                found = file.read(most + 1)
    except BROKEN as error:
        raise DataError(name, f"a zip archive that cannot be unpacked ({error})", "a whole archive", FETCH) from error
    if len(found) > most:
        given = f"an archive of {len(data)} bytes that grows beyond {most}"
        raise DataError(name, given, f"at most {RATIO} times its size and {UNPACKED} bytes", "check what it is")
    return found


def _text(data: bytes, name: str) -> tuple[str, list[Note]]:
    if not data.strip():
        raise DataError(name, "an empty file", "event rows", FETCH)
    if b"\0" in data:
        raise DataError(name, "a binary file", "event rows as text", FETCH)
    if data.lstrip()[:1] == b"<":
        raise DataError(name, f"a web page: {shown(data.strip()[:80].decode('latin-1'))}", "the file itself", FETCH)
    text = data.decode("utf-8", "replace")
    notes = [] if "\ufffd" not in text else [Note("repaired", name, "letters that are not UTF-8 were replaced")]
    if not text.endswith("\n"):
        notes.append(Note("doubtful", name, "no line break at the end; the last line may be cut off"))
    return text, notes


class _Listed(NamedTuple):
    """A line of the list of files."""

    size: int
    md5: str
    address: str
    day: date


def fetch(client: Client, address: str) -> Iterator[Download]:
    """Download event files: the newest quarter of an hour, or those of the days asked for, or the file named.

    A file that is held and has the size in the list is not downloaded again.
    """
    if not file_at(address).lower().endswith(".txt"):
        name = file_at(address) if SOURCE.owns(file_at(address)) else f"{client.today:%Y%m%d}.export.CSV.zip"
        yield client.get(address, name, SOURCE.limit)
        return
    is_by_day = client.since is not None or client.until is not None
    used = HOME + ALL if is_by_day and address == ADDRESS else address
    listed, notes = _listed(client.get(used, file_at(used), 4 * SOURCE.limit).data, used)
    wanted = [
        one
        for one in listed
        if (client.since is None or one.day >= client.since) and (client.until is None or one.day <= client.until)
    ]
    if not is_by_day:
        wanted = wanted[-1:]
    if not wanted:
        given = f"no event file from {client.since or 'the first day'} to {client.until or 'the last'}"
        raise DataError(used, given, f"days from {listed[0].day} to {listed[-1].day}", "name other days")
    if len(wanted) > MOST_FILES:
        given = f"{client.since or ''} to {client.until or ''}: {len(wanted)} files"
        raise OptionError("--since, --until", given, f"at most {MOST_FILES} files, about 20 days", "name fewer days")
    for one in wanted:
        if not client.holds(one.address, one.size):
            yield replace(_checked(client, one), notes=notes)
            notes = ()


def _checked(client: Client, one: _Listed) -> Download:
    got = client.get(one.address, file_at(one.address), SOURCE.limit)
    found = hashlib.md5(got.data, usedforsecurity=False).hexdigest()
    if (len(got.data), found) != (one.size, one.md5):
        given = f"{len(got.data)} bytes, md5 {found}"
        fix = "run the same command again later; files before it are kept"
        raise DataError(one.address, given, f"{one.size} bytes, md5 {one.md5}, as in the list", fix)
    return got


def _listed(data: bytes, address: str) -> tuple[list[_Listed], tuple[Note, ...]]:
    """The event files of a list, by day and time; others are passed over. Raises DataError."""
    found: list[_Listed] = []
    strange: list[int] = []
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        match = LINE.fullmatch(line.strip())
        if match is None:
            strange += [number] if line.strip() else []
            continue
        name = re.fullmatch(NAME, file_at(match[3]))
        if name:
            day = gdelt_rows.day_of(name[1], f"{address}, line {number}", "address")
            found.append(_Listed(int(match[1]), match[2], match[3], day))
    if not found:
        raise DataError(address, f"{shown(data[:80].decode('latin-1'))}", "lines of size, md5 and address", FETCH)
    ordered = sorted(found, key=lambda one: file_at(one.address))
    if not strange:
        return ordered, ()
    said = f"{len(strange)} lines without size, md5 and address passed over, the first is line {strange[0]}"
    return ordered, (Note("left out", address, said),)


SOURCE = Source(
    name="gdelt",
    title="GDELT, events coded by machine",
    address=ADDRESS,
    files=(),
    series=(),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="free for any use with citation and link; see the publisher",
    limit=64 * MEBIBYTE,
    pattern=NAME,
    events=True,
    admiralty="D4",
    stamp=stamp,
)
